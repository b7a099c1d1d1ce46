"""REST of the board: all promises at once, single outcomes page by page, and what is about to break."""

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.response import Response

from cxplatform.api.problems import wrong_fields
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from journeys.models import Channel, Customer, Touchpoint, Unit
from promises import asked
from promises.api import numbers, per_cent
from promises.api_schema import COMPLIANCE_PARAMETERS
from promises.board.api_schema import BOARD_ANSWER, DUE_ANSWER, OUTCOMES_ANSWER
from promises.board.asked import BadAddress
from promises.board.instance_views import read_cursor, write_cursor
from promises.board.instances import Line, Wanted, due_soon, instances, open_statuses
from promises.board.load import Row, load_board
from promises.models import Promise, Rule, Status
from promises.present import promise_of

_OF_PERIOD = [each for each in COMPLIANCE_PARAMETERS if each.name != "by"]
_LARGEST, _SIZE = 200, 50


class PromiseBoard(TenantAPIView):
    scopes = {"GET": Scope.READ}

    @extend_schema(
        operation_id="promise_board",
        summary="How all promises are kept",
        parameters=_OF_PERIOD,
        responses={(200, "application/json"): BOARD_ANSWER},
    )
    def get(self, request: Any) -> Response:
        """Every promise in pilot or public, worst first by the distance to its target.

        `months` are the last twelve. `broken_against_kept` says how customers to whom it broke score against those
        to whom it was kept, on 0-100 of one metric: a difference, no cause; null where too few answered, and of a
        part of the customers.
        """
        what = _read(request, self.tenant)
        page = load_board(query=what.query, tenant=self.tenant)
        return Response(
            {
                "from": what.query.start.isoformat(),
                "to": what.query.last.isoformat(),
                "channel": what.channel or None,
                "filter": what.filter,
                "judged": page.board.judged,
                "on_target": page.board.on_target,
                "clearly_on_target": page.board.clearly_on_target,
                "clearly_short": page.board.clearly_short,
                "promises": [_row(row) for row in page.rows],
            }
        )


class PromiseOutcomes(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}

    @extend_schema(
        operation_id="promise_outcomes",
        summary="Single outcomes of a promise",
        parameters=[
            *_OF_PERIOD,
            OpenApiParameter("status", str, enum=Status.values, description="Only those of this status."),
            OpenApiParameter("rule", int, description="Only those of one rule, by its id."),
            OpenApiParameter("cursor", str, description="Taken from `next` of the page before."),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": _LARGEST, "default": _SIZE},
                description="Rows in a page.",
            ),
        ],
        responses={(200, "application/json"): OUTCOMES_ANSWER},
    )
    def get(self, request: Any, slug: str) -> Response:
        """What became of each instance that fell due in the period, the latest first.

        With a channel, unit or dimension the newest 20 000 of each status are searched.
        """
        promise = promise_of(slug)
        own = ("status", "rule", "cursor", "page_size")
        what = _read(request, self.tenant, ignoring=own)
        wanted = Wanted(
            rule_ids=_rules(promise, request.query_params.get("rule", "")),
            statuses=open_statuses(_status(request.query_params.get("status", ""))),
            query=what.query,
            after=_cursor(request.query_params.get("cursor", "")),
        )
        found = instances(wanted, tenant=self.tenant, page=_size(request.query_params.get("page_size")))
        following = None
        if found.after:
            given = request.query_params.copy()
            given["cursor"] = write_cursor(found.after)
            following = request.build_absolute_uri(f"{request.path}?{given.urlencode()}")
        return Response({"next": following, "results": _lines(found.lines)})


class PromisesDueSoon(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query: ClassVar[frozenset[str] | None] = frozenset({"unit", "promise", "page_size"})

    @extend_schema(
        operation_id="promises_due_soon",
        summary="What is about to break",
        parameters=[
            OpenApiParameter("promise", str, description="Only this promise, by its identifier."),
            OpenApiParameter("unit", str, description="Only this unit, by its identifier."),
            OpenApiParameter(
                "page_size",
                {"type": "integer", "minimum": 1, "maximum": _LARGEST, "default": _SIZE},
                description="Rows at most.",
            ),
        ],
        responses={(200, "application/json"): DUE_ANSWER},
    )
    def get(self, request: Any) -> Response:
        """What is open and falls due within a week, the soonest first: these can still be kept."""
        promise, unit = (_id_of(model, request.query_params.get(name, ""), name) for model, name in _NAMED)
        lines = due_soon(
            tenant=self.tenant,
            unit_ids=() if unit is None else (unit,),
            promise_id=promise,
            page=_size(request.query_params.get("page_size")),
        )
        return Response({"results": _lines(lines)})


_NAMED: tuple[tuple[Any, str], ...] = ((Promise, "promise"), (Unit, "unit"))


def _read(request: Any, tenant: Any, *, ignoring: tuple[str, ...] = ()) -> asked.Asked:
    given = request.query_params.copy()
    errors = {name: "Send it once." for name in ignoring if len(given.getlist(name)) > 1}
    if "by" in given:
        errors["by"] = "Unknown parameter here. Divide one promise: GET /api/v1/promises/{slug}/compliance."
    if errors:
        raise wrong_fields(errors)
    for name in ignoring:
        given.pop(name, None)
    return asked.read(given, tenant=tenant)


def _row(row: Row) -> dict[str, Any]:
    promise, main, gap = row.promise, row.kept.main, row.gap
    return {
        "slug": promise.slug,
        "name": promise.name,
        "wording": promise.wording,
        "lifecycle": promise.lifecycle,
        "visibility": promise.visibility,
        "rule": main.rule.pk,
        "target": float(main.rule.target),
        **numbers(main.result),
        "month": {
            "n": main.month.judged,
            "broken": main.month.broken,
            "pending": main.month.pending,
            "may_still_fail": main.month.may_still_fail,
            "budget_used": per_cent(main.month.budget_used),
        },
        "months": [{"month": f"{month:%Y-%m}", "rate": per_cent(rate)} for month, rate in row.course.months],
        "broken_against_kept": None
        if gap is None
        else {
            "metric": gap.metric.name,
            "difference": gap.scores.difference,
            "low": gap.scores.low,
            "high": gap.scores.high,
            "n_broken": gap.scores.n,
            "n_kept": gap.scores.other_n,
        },
    }


def _lines(lines: Any) -> list[dict[str, Any]]:
    """Outcomes as integrators name things: by the identifiers they sent."""
    slugs = {
        model: dict(model.objects.filter(pk__in=ids).values_list("pk", "slug"))
        for model, ids in (
            (Touchpoint, {line.outcome.touchpoint_id for line in lines}),
            (Channel, {line.outcome.channel_id for line in lines}),
            (Unit, {line.outcome.unit_id for line in lines}),
        )
    }
    return [_line(line, slugs) for line in lines]


def _line(line: Line, slugs: dict[Any, dict[int | None, str]]) -> dict[str, Any]:
    outcome, customer = line.outcome, line.customer
    by_case = line.rule.match == Rule.Match.CORRELATION
    return {
        "id": str(outcome.id),
        "promise": line.rule.promise.slug,
        "rule": outcome.rule_id,
        "status": outcome.status,
        "reason": outcome.reason,
        "correlation": outcome.subject if by_case else None,
        "customer": customer.external_id if isinstance(customer, Customer) else None,
        "touchpoint": slugs[Touchpoint].get(outcome.touchpoint_id),
        "channel": slugs[Channel].get(outcome.channel_id),
        "unit": slugs[Unit].get(outcome.unit_id),
        "opened_at": outcome.opened_at,
        "due_at": outcome.due_at,
        "closed_at": outcome.closed_at,
        "told_at": outcome.told_at,
        "used": outcome.used,
        "dimensions": outcome.dimensions,
    }


def _rules(promise: Promise, text: str) -> tuple[int, ...]:
    ids = tuple(Rule.objects.filter(promise=promise).values_list("pk", flat=True))
    if not text:
        return ids
    if text not in map(str, ids):
        raise wrong_fields({"rule": "This promise has no such rule. GET /api/v1/promises/{slug} lists them."})
    return (int(text),)


def _status(text: str) -> str:
    if text and text not in Status.values:
        raise wrong_fields({"status": f"Send one of {', '.join(Status.values)}."})
    return text


def _cursor(text: str) -> Any:
    try:
        return read_cursor(text)
    except BadAddress as error:
        raise wrong_fields({"cursor": "Send what `next` of the page before had, or leave it out."}) from error


def _size(text: str | None) -> int:
    if text is None:
        return _SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 6 and 1 <= int(text) <= _LARGEST):
        raise wrong_fields({"page_size": f"Send a whole number from 1 to {_LARGEST}."})
    return int(text)


def _id_of(model: Any, slug: str, name: str) -> int | None:
    if not slug:
        return None
    found: int | None = model.objects.filter(slug=slug, archived_at=None).values_list("pk", flat=True).first()
    if found is None:
        raise wrong_fields({name: f"No {name} has this identifier. GET /api/v1/{name}s lists them."})
    return found
