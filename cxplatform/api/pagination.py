"""Pages by cursor: steady while rows are added, and the thousandth costs what the first does."""

import base64
import binascii
from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response

from cxplatform.api.problems import wrong_fields

_SIZE = 100
_LARGEST = 500


class CursorPages(BasePagination):
    """`next` is the whole address of the following page, null on the last. Rows come in order of their id."""

    query = frozenset({"cursor", "page_size"})

    def paginate_queryset(self, queryset: Any, request: Any, view: Any = None) -> list[Any]:
        self.request = request
        size = _size(request.query_params.get("page_size"))
        cursor = request.query_params.get("cursor")
        if cursor:
            queryset = queryset.filter(id__gt=_position(cursor, queryset.model))
        rows = list(queryset.order_by("id")[: size + 1])
        self.last = rows[size - 1].id if len(rows) > size else None
        return rows[:size]

    def get_paginated_response(self, data: Any) -> Response:
        following = None
        if self.last is not None:
            query = self.request.query_params.copy()
            query["cursor"] = base64.urlsafe_b64encode(str(self.last).encode()).decode().rstrip("=")
            following = self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The address of the following page; null on the last.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Taken from `next` of the page before.",
                "schema": {"type": "string"},
            },
            {
                "name": "page_size",
                "in": "query",
                "required": False,
                "description": "Rows in a page.",
                "schema": {"type": "integer", "minimum": 1, "maximum": _LARGEST, "default": _SIZE},
            },
        ]


def _size(sent: str | None) -> int:
    if sent is None:
        return _SIZE
    if not (sent.isascii() and sent.isdigit() and len(sent) < 6 and 1 <= int(sent) <= _LARGEST):
        raise wrong_fields({"page_size": f"Send a whole number from 1 to {_LARGEST}."})
    return int(sent)


def _position(cursor: str, model: Any) -> Any:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
        field = model._meta.get_field("id")
        value = field.to_python(text)
        field.run_validators(value)
    except (ValueError, binascii.Error, ValidationError):
        raise wrong_fields({"cursor": "Take the cursor from `next` of the page before, or leave it out."}) from None
    return value
