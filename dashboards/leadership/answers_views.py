"""Who answered and what, behind a score of a touchpoint or a stage; for those who may see who they are."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.asked import Asked, settle_query
from dashboards.journeys.passages_behind import read_page
from dashboards.leadership.answers_behind import Behind, behind_of, load_answers
from dashboards.leadership.views import bad_query, query_of
from dashboards.query import BadQuery
from dashboards.structure import Structure


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def stage_answers(request: HttpRequest, stage_id: int) -> HttpResponse:
    """What was answered at a stage's touchpoints."""
    return _answers(request, stage_id=stage_id)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def touchpoint_answers(request: HttpRequest, slug: str) -> HttpResponse:
    """What was answered at a touchpoint."""
    return _answers(request, slug=slug)


def _answers(request: HttpRequest, *, slug: str = "", stage_id: int = 0) -> HttpResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    try:
        asked, page = settle_query(query_of(request), minimum=tenant.anonymity_minimum), read_page(request.GET)
    except BadQuery as error:
        return bad_query(request, error)
    title, behind = _stage(asked.structure, stage_id) if stage_id else _touchpoint(asked.structure, slug)
    sees = request.membership.may(Permission.SEE_IDENTITY)  # type: ignore[attr-defined]
    address = asked.query.querystring()
    context = {
        "title": title,
        "back": reverse("stage", args=[stage_id]) if stage_id else reverse("touchpoint", args=[slug]),
        "wrote": "" if stage_id else f"{reverse('feedback')}?{urlencode(_wrote(asked, slug))}",
        "asked": asked,
        "query": asked.query,
        "sees": sees,
        "found": load_answers(
            behind, query=asked.query, of=asked.metric, structure=asked.structure, tenant=tenant, page=page
        )
        if sees
        else None,
        "page": page,
        "previous": _page(request, page - 1),
        "next": _page(request, page + 1),
        "address": "" if address == "?" else address,
        "section": "leadership",
    }
    return render(request, "dashboards/answers.html", context)


def _stage(structure: Structure, id: int) -> tuple[str, Behind]:
    stage = next((stage for stage in structure.stages() if stage.id == id), None)
    if stage is None:
        raise Http404
    return f"{stage.journey}: {stage.name}", behind_of(structure, stage.touchpoints)


def _touchpoint(structure: Structure, slug: str) -> tuple[str, Behind]:
    place = next((place for place in structure.places.values() if place.slug == slug), None)
    if place is None:
        raise Http404
    return place.name, behind_of(structure, (place,))


def _wrote(asked: Asked, slug: str) -> dict[str, str]:
    """The feedback stream of the same touchpoint, days, channel and segment."""
    query = asked.query
    given = {"touchpoint": slug, "from": query.period.start.isoformat(), "to": query.period.last.isoformat()}
    return given | {name: str(value) for name in ("channel", "segment") if (value := getattr(query, name))}


def _page(request: HttpRequest, number: int) -> str:
    given = request.GET.copy()
    given["page"] = str(number)
    return f"?{given.urlencode()}"
