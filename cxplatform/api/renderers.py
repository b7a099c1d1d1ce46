import msgspec
from rest_framework.renderers import BaseRenderer

_encoder = msgspec.json.Encoder(enc_hook=str)


class JSONRenderer(BaseRenderer):
    """JSON by msgspec; anything it does not know (lazy texts) is written as text."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: object, accepted_media_type: object = None, renderer_context: object = None) -> bytes:
        return b"" if data is None else _encoder.encode(data)
