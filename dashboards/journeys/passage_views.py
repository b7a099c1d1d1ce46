"""The customers behind a number of a journey's page, for those who may see who they are."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.journeys.behind import TIMES, read_behind
from dashboards.journeys.follow import follow_of
from dashboards.journeys.journeys_asked import journeys_asked
from dashboards.journeys.names import Names, load_names
from dashboards.journeys.passages_behind import duration_of, passages_behind, read_page, silence_of
from dashboards.journeys.paths import Chevron
from dashboards.journeys.words import state_of, title_of
from dashboards.leadership.views import bad_query, query_of
from dashboards.query import BadQuery
from dashboards.scope import whole_company
from journeys.models import Passage
from journeys.versions import Design

SHOWN_STEPS = 12


@dataclass(frozen=True)
class Line:
    """One passage for people; `minutes` is how long it took, `more` the steps left out of `chevrons`.

    `silence` (minutes): the longest after which it went on though it had been over; None where it did not.
    """

    passage: Passage
    customer: Any
    chevrons: tuple[Chevron, ...]
    more: int
    minutes: float
    silence: float | None


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def passages(request: HttpRequest, slug: str) -> HttpResponse:
    """A page of passages; who may not see identity, and small groups, get the reason instead."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    of = journeys_asked(slug)
    if of is None:
        raise Http404
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    tenant = request.tenant  # type: ignore[attr-defined]
    try:
        query, behind, page = query_of(request), read_behind(request.GET), read_page(request.GET)
    except BadQuery as error:
        return bad_query(request, error)
    names = load_names()
    found = None
    if sees:
        found = passages_behind(
            behind,
            journey_ids=of.ids,
            design=of.design,
            names=names,
            query=query,
            zone=tenant.zone,
            minimum=tenant.anonymity_minimum,
            page=page,
        )
    address = query.querystring()
    return render(
        request,
        "dashboards/journeys/passages.html",
        {
            "of": of,
            "title": title_of(behind, names, of.design),
            "state": state_of(behind.state),
            "in_times": behind.measure in TIMES,
            "behind": behind,
            "query": query,
            "sees": sees,
            "found": found,
            "lines": [_line(passage, found.customers, names, of.design) for passage in found.rows] if found else [],
            "page": page,
            "previous": _page(request, page - 1),
            "next": _page(request, page + 1),
            "address": "" if address == "?" else address,
            "section": "journeys",
        },
    )


def _page(request: HttpRequest, number: int) -> str:
    given = request.GET.copy()
    given["page"] = str(number)
    return f"?{given.urlencode()}"


def _line(passage: Passage, customers: Any, names: Names, design: Design) -> Line:
    ids, follow, designed = passage.touchpoint_ids, follow_of(design), design.touchpoints
    return Line(
        passage=passage,
        customer=customers.get(passage.customer_id),
        chevrons=tuple(
            Chevron(
                names.touchpoint(id),
                id in designed or not designed,
                not designed or (id in follow.starts if at == 0 else (ids[at - 1], id) in follow.pairs),
            )
            for at, id in enumerate(ids[:SHOWN_STEPS])
        ),
        more=max(0, len(ids) - SHOWN_STEPS),
        minutes=duration_of(passage).total_seconds() / 60,
        silence=silence_of(passage),
    )
