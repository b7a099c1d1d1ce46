"""/api/v1/channel-costs and /api/v1/arrivals: what channels cost, in and out, and who came over them."""

from datetime import date
from typing import Any, ClassVar

import msgspec
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api import body
from cxplatform.api.problems import Problem, wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.arrivals.costs import Cost, take_in
from dashboards.arrivals.figures import arrivals
from dashboards.models import ChannelCost
from dashboards.periods import next_month, years_before

MOST, MOST_MONTHS = 1_000, 36
_TEXT = {"type": ["string", "null"]}
_COST: dict[str, Any] = {
    "type": "object",
    "required": ["channel", "month", "amount"],
    "additionalProperties": False,
    "properties": {
        "channel": {"type": "string", "minLength": 1, "maxLength": 300, "description": "Its name or identifier."},
        "month": {"type": "string", "format": "date", "description": "Any day of the month."},
        "amount": {"type": "number", "minimum": 0},
        "currency": _TEXT | {"pattern": "^[A-Z]{3}$", "description": "Default: EUR."},
        "source": _TEXT | {"maxLength": 100},
    },
}
_BODY = {
    "application/json": {
        "oneOf": [_COST, {"type": "array", "maxItems": MOST, "items": _COST}],
        "example": {"channel": "web", "month": "2026-11-01", "amount": 12500, "currency": "EUR", "source": "ads"},
    }
}
_COUNT = {"type": "integer", "minimum": 0}
_TAKEN: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["accepted", "duplicates", "rejected"],
        "properties": {
            "accepted": _COUNT,
            "duplicates": _COUNT,
            "rejected": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["index", "errors"],
                    "properties": {
                        "index": _COUNT,
                        "errors": {"type": "object", "additionalProperties": {"type": "string"}},
                    },
                },
            },
        },
    }
}
_MONEY = {"type": "object", "additionalProperties": {"type": "number"}, "description": "Amounts by currency."}
_EACH = {
    "type": ["object", "null"],
    "required": ["amount", "currency"],
    "properties": {"amount": {"type": "number"}, "currency": {"type": "string"}},
    "description": "The cost of an arrival, over the months of which the cost is told. null = it cannot be said.",
}
_PERCENT = {"type": ["number", "null"], "description": "Per cent."}
_COSTS: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["costs"],
        "properties": {
            "costs": {
                "type": "array",
                "items": _COST | {"required": ["channel", "month", "amount", "currency", "source"]},
            }
        },
    }
}
_ARRIVALS: dict[Any, Any] = {
    (200, "application/json"): {
        "type": "object",
        "required": ["from", "to", "arrivals", "digital", "channels"],
        "properties": {
            "from": {"type": "string", "format": "date"},
            "to": {"type": "string", "format": "date", "description": "The month after the last."},
            "arrivals": _COUNT,
            "digital": {
                "type": "object",
                "required": ["value", "low", "high"],
                "properties": dict.fromkeys(("value", "low", "high"), _PERCENT),
            },
            "channels": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["channel", "name", "digital", "arrivals", "costs", "each", "months"],
                    "properties": {
                        "channel": {"type": ["string", "null"], "description": "null = not known, or gone."},
                        "name": {"type": "string"},
                        "digital": {"type": "boolean"},
                        "arrivals": _COUNT,
                        "costs": _MONEY,
                        "each": _EACH,
                        "months": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["month", "arrivals", "costs", "each"],
                                "properties": {
                                    "month": {"type": "string", "format": "date"},
                                    "arrivals": _COUNT,
                                    "costs": _MONEY,
                                    "each": _EACH,
                                },
                            },
                        },
                    },
                },
            },
        },
    }
}


class ChannelCosts(TenantAPIView):
    scopes = {"GET": Scope.READ, "POST": Scope.EVENTS_WRITE}
    query: ClassVar[frozenset[str] | None] = frozenset()

    @extend_schema(operation_id="list_channel_costs", summary="Read costs of channels", responses=_COSTS)
    def get(self, request: Any) -> Response:
        """Every figure, the latest month first."""
        return Response(
            {
                "costs": [
                    {
                        "channel": one.channel.slug,
                        "month": one.month.isoformat(),
                        "amount": float(one.amount),
                        "currency": one.currency,
                        "source": one.source,
                    }
                    for one in ChannelCost.objects.select_related("channel")
                ]
            }
        )

    @extend_schema(operation_id="send_channel_costs", summary="Send costs of channels", request=_BODY, responses=_TAKEN)
    def post(self, request: Any) -> Response:
        """Send one figure or an array of at most 1,000: what was put into a channel in a month. The same channel and
        month again replaces the figure."""
        items = request.data if isinstance(request.data, list) else [request.data]
        if len(items) > MOST:
            raise Problem(f"The request holds {len(items)} figures. Send at most {MOST:,} at a time.", status=413)
        rejected: dict[int, dict[str, str]] = {}
        costs, places = [], []
        for place, item in enumerate(items):
            if not isinstance(item, dict):
                raise wrong_fields({"body": "Send an object of fields, or an array of them."})
            if errors := body.faults(item, Cost, _EXPECTED):
                rejected[place] = errors
            else:
                costs.append(msgspec.convert(item, Cost))
                places.append(place)
        done = take_in(costs)
        rejected |= {places[place]: errors for place, errors in done.rejected.items()}
        return Response(
            {
                "accepted": done.accepted,
                "duplicates": done.duplicates,
                "rejected": [{"index": place, "errors": rejected[place]} for place in sorted(rejected)],
            }
        )


_EXPECTED = {
    "month": "Send a day of the month, as in 2026-11-01.",
    "currency": "Send three capital letters, such as EUR.",
}


class Arrived(TenantAPIView):
    scopes = {"GET": Scope.READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"from", "to"})

    @extend_schema(
        operation_id="read_arrivals",
        summary="Read arrivals by channel",
        parameters=[
            OpenApiParameter("from", str, description="First month, as in 2026-01. Default: a year before the last."),
            OpenApiParameter("to", str, description="Last month. Default: this month. At most 36 months."),
        ],
        responses=_ARRIVALS,
    )
    def get(self, request: Any) -> Response:
        """Passages that began, by the channel of their first step and month, beside what was put into the channel."""
        today = timezone.now().astimezone(self.tenant.zone).date()
        end = next_month(_month(request, "to") or today.replace(day=1))
        first = _month(request, "from") or years_before(end)
        if not 0 < (end.year - first.year) * 12 + end.month - first.month <= MOST_MONTHS:
            raise wrong_fields({"from": f"Send a month before the last, at most {MOST_MONTHS} months earlier."})
        page = arrivals(first=first, end=end)
        share = page.digital
        return Response(
            {
                "from": first.isoformat(),
                "to": end.isoformat(),
                "arrivals": page.total,
                "digital": {name: _rounded(getattr(share, name)) for name in ("value", "low", "high")},
                "channels": [
                    {
                        "channel": row.channel.slug or None,
                        "name": row.channel.name,
                        "digital": row.channel.digital,
                        **_figures(row),
                        "months": [{"month": part.start.isoformat(), **_figures(part)} for part in row.months],
                    }
                    for row in page.rows
                ],
            }
        )


def _figures(part: Any) -> dict[str, Any]:
    each = part.each
    return {
        "arrivals": part.arrivals,
        "costs": {currency: float(amount) for currency, amount in part.costs.items()},
        "each": {"amount": float(each[0]), "currency": each[1]} if each else None,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _month(request: Any, name: str) -> date | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        month = date.fromisoformat(f"{text}-01") if len(text) == 7 else None
    except ValueError:
        month = None
    if month is None or not 2000 <= month.year < 2100:
        raise wrong_fields({name: "Send a month, as in 2026-11."})
    return month
