"""GET /api/v1/journeys/<slug>/paths/customers: who stands behind a number of a journey's paths."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.response import Response

from cxplatform.api import problems
from cxplatform.api.views import TenantAPIView
from cxplatform.tenancy.models import Scope
from dashboards.journeys.behind import MEASURES, STATES, TIMES, read_behind
from dashboards.journeys.journeys_asked import journeys_asked
from dashboards.journeys.names import Names, load_names
from dashboards.journeys.passages_behind import MOST_PAGES, Found, duration_of, passages_behind, read_page, silence_of
from dashboards.journeys.paths_asked import read_query
from dashboards.query import BadQuery
from journeys.models import Passage

_ASKED = ("from", "to", "segment")
_COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}
_TEXT: dict[str, Any] = {"type": ["string", "null"]}
_PASSAGE: dict[str, Any] = {
    "customer": _TEXT | {"description": "Your number of the customer; null of one who is not known or was erased."},
    "case": _TEXT | {"description": "The correlation, where passages are traced by it."},
    "began": {"type": "string", "format": "date-time"},
    "open": {"type": "boolean"},
    "minutes": {"type": "number"},
    "silence_minutes": {
        "type": ["number", "null"],
        "description": "The longest silence in which a case was over before it went on; null where it never was.",
    },
    "fitness": {"type": ["number", "null"], "description": "Of one that is over: 0 to 1."},
    "touchpoints": {"type": "array", "items": _TEXT},
}
_PROPERTIES: dict[str, Any] = {
    "journey": {"type": "string"},
    "from": {"type": "string", "format": "date"},
    "to": {"type": "string", "format": "date"},
    "segment": _TEXT,
    "closed": {
        "type": ["string", "null"],
        "enum": ["few", "rest", None],
        "description": "Why nothing is told: few = of too few people; rest = all but too few, who could be subtracted.",
    },
    "passages": _COUNT,
    "customers": _COUNT | {"description": "How many they are; null where so many that `customers_at_least` is told."},
    "customers_at_least": _COUNT | {"description": "Told in place of `customers` of lists of over 50,000 passages."},
    "times": _COUNT | {"description": "Of a number that counts times and not passages."},
    "next": {"type": ["integer", "null"], "description": "Send it as `page` for those that began before."},
    "results": {
        "type": "array",
        "items": {"type": "object", "required": list(_PASSAGE), "properties": _PASSAGE},
    },
}
ANSWER = {"type": "object", "required": list(_PROPERTIES), "properties": _PROPERTIES}


class PathCustomers(TenantAPIView):
    scopes = {"GET": Scope.CUSTOMERS_READ}
    query = frozenset({*_ASKED, "of", "key", "state", "page"})

    @extend_schema(
        operation_id="journey_path_customers",
        summary="Who stands behind a number of a journey's paths",
        parameters=[
            OpenApiParameter("of", str, enum=sorted(MEASURES), description="What is counted. Default: all passages."),
            OpenApiParameter("key", str, description="Of which touchpoint, channel, unit ...: as `customers` said it."),
            OpenApiParameter(
                "state", str, enum=[each for each in STATES if each], description="Only open or over ones."
            ),
            OpenApiParameter("from", OpenApiTypes.DATE, description="As asked of the paths, like `to` and `segment`."),
            OpenApiParameter("to", OpenApiTypes.DATE),
            OpenApiParameter("segment", str),
            OpenApiParameter("page", int, description="`next` of the page before."),
        ],
        responses={(200, "application/json"): ANSWER},
    )
    def get(self, request: Any, slug: str) -> Response:
        """The passages that `paths` counted, newest first, 50 a page: ask for what stands as `customers` beside the
        number, with the same days and segment.

        `-` as the journey stands for passages that belong to none, `--` for all journeys together. Nobody is told of
        where they are fewer people than the organisation's minimum, or all but so few that a subtraction would tell.
        """
        of = journeys_asked(slug)
        if of is None:
            raise NotFound(problems.NOT_YOURS)
        query = read_query(request.query_params, zone=self.tenant.zone, known=_ASKED)
        try:
            behind, page = read_behind(request.query_params), read_page(request.query_params)
        except BadQuery as error:
            raise problems.wrong_fields({error.parameter: str(error)}) from None
        names = load_names()
        found = passages_behind(
            behind,
            journey_ids=of.ids,
            design=of.design,
            names=names,
            query=query,
            zone=self.tenant.zone,
            minimum=self.tenant.anonymity_minimum,
            page=page,
        )
        return Response(
            {
                "journey": of.slug,
                "from": query.period.start.isoformat(),
                "to": query.period.last.isoformat(),
                "segment": str(query.segment) if query.segment else None,
                "closed": found.closed or None,
                "passages": None if found.closed else found.passages,
                "customers": None if found.closed or found.many else found.people,
                "customers_at_least": found.people if found.many else None,
                "times": found.times if behind.measure in TIMES and not found.closed else None,
                "next": page + 1 if found.further and page < MOST_PAGES else None,
                "results": [_told(passage, found, names) for passage in found.rows],
            }
        )


def _told(passage: Passage, found: Found, names: Names) -> dict[str, Any]:
    customer = found.customers.get(passage.customer_id) if passage.customer_id else None
    return {
        "customer": customer.external_id if customer else None,
        "case": passage.subject if passage.trace_by == "correlation" else None,
        "began": passage.started_at,
        "open": not passage.ended,
        "minutes": round(duration_of(passage).total_seconds() / 60, 6),
        "silence_minutes": silence_of(passage),
        "fitness": round(passage.fitness, 6) if passage.ended and passage.fitness is not None else None,
        "touchpoints": [names.touchpoint(id).slug or None for id in passage.touchpoint_ids],
    }
