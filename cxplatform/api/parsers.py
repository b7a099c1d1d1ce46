from typing import Any

from rest_framework.parsers import BaseParser

from cxplatform.api import body


class JSONParser(BaseParser):
    """JSON within the body limit; NaN, depth and broken UTF-8 are problems, not crashes."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        return body.decode(body.read(parser_context["request"]._request), Any)
