from typing import Any

from rest_framework.parsers import BaseParser

from cxplatform.api import body, problems


class JSONParser(BaseParser):
    """JSON within the body limit; NaN, depth and broken UTF-8 are problems, not crashes."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        raw = body.read(parser_context["request"]._request)
        data = body.decode(raw, Any)
        # In JSON a NUL can only be written like this.
        if rb"\u0000" in raw:
            found = dict.fromkeys(body.with_nul(data), "Remove the NUL character.")
            if found:
                raise problems.wrong_fields(found)
        return data
