"""A customer's timeline over REST: what happened, what they said, what they were promised, newest first."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import NOT_YOURS, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.customers.timeline import PAGE, Entry, load_timeline, read_mark
from journeys.models import Channel, Touchpoint, Unit
from journeys.people import customer_of
from promises.models import Rule
from surveys.models import Survey

_ENTRY = {
    "type": "object",
    "required": ["time", "kind", "id"],
    "properties": {
        "time": {"type": "string", "format": "date-time"},
        "kind": {"type": "string", "enum": ["event", "answer", "promise", "ask", "follow_up"]},
        "id": {"type": "string", "format": "uuid"},
        "touchpoint": {"type": ["string", "null"]},
        "channel": {"type": ["string", "null"]},
        "unit": {"type": ["string", "null"]},
        "survey": {"type": ["string", "null"]},
        "promise": {"type": ["string", "null"]},
    },
    "additionalProperties": True,
}
ANSWER: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["customer", "next", "results"],
        "properties": {
            "customer": {"type": "string"},
            "next": {"type": ["string", "null"], "description": "Send it as `before` for what is older."},
            "results": {"type": "array", "items": _ENTRY},
        },
    }
}


class Timeline(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query = frozenset({"before"})

    @extend_schema(
        operation_id="customer_timeline",
        summary="Read a customer's timeline",
        parameters=[OpenApiParameter("before", str, description="`next` of the page before.")],
        responses=ANSWER,
    )
    def get(self, request: Any, external_id: str) -> Response:
        """Events, answers with their scores and texts, promises that were decided, asks and follow-ups: the newest
        first, 40 a page.

        Events of our own making (survey.answered, promise.broken ...) are told as what they stand for.
        """
        customer = customer_of(external_id)
        if customer is None:
            raise Http404(NOT_YOURS)
        mark = None
        if sent := request.query_params.get("before"):
            mark = read_mark(sent)
            if mark is None:
                raise wrong_fields({"before": "Send `next` of the page before, as it was."})
        page = load_timeline(customer.id, before=mark, most=PAGE)
        slugs = _slugs(page.entries)
        return Response(
            {
                "customer": customer.external_id,
                "next": str(page.older) if page.older else None,
                "results": [_told(entry, slugs) for entry in page.entries],
            }
        )


def _slugs(entries: list[Entry]) -> dict[str, dict[int, str]]:
    models: dict[str, Any] = {"touchpoint": Touchpoint, "channel": Channel, "unit": Unit, "survey": Survey}
    found = {
        name: dict(model.objects.filter(pk__in=_ids(entries, name)).values_list("pk", "slug"))
        for name, model in models.items()
    }
    rules = Rule.objects.filter(pk__in=_ids(entries, "rule")).values_list("pk", "promise__slug")
    return found | {"rule": dict(rules)}


def _ids(entries: list[Entry], name: str) -> set[int]:
    return {entry.facts[name] for entry in entries if entry.facts.get(name) is not None}


def _told(entry: Entry, slugs: dict[str, dict[int, str]]) -> dict[str, Any]:
    known = {name: value for name, value in entry.facts.items() if name != "owner"}  # staff are not told of here
    facts = {name: slugs[name].get(value) if name in slugs else value for name, value in known.items()}
    if "rule" in facts:
        facts["promise"] = facts.pop("rule")
    return {"time": entry.time, "kind": entry.kind, "id": entry.id, **facts}
