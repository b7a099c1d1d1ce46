"""A stage and a touchpoint opened from the heatmap; the touchpoint's trend as data for its chart."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards import words
from dashboards.asked import Asked
from dashboards.changes.marks import Mark, marks
from dashboards.feedback.said import Said
from dashboards.feedback.stream import Reader
from dashboards.labels import choice_label
from dashboards.leadership import comments
from dashboards.leadership.designed import load_designed
from dashboards.leadership.stage_page import load_stage
from dashboards.leadership.touchpoint_page import PlacePage, load_place
from dashboards.leadership.views import bad_query, query_of, today_of
from dashboards.measures import MEASURES, short_name
from dashboards.query import BadQuery
from journeys.models import Process
from surveys.questionnaire.screen import Voice


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def stage(request: HttpRequest, stage_id: int) -> HttpResponse:
    """A stage's touchpoints by channel."""
    try:
        page = load_stage(
            stage_id=stage_id, query=query_of(request), today=today_of(request), minimum=_minimum(request)
        )
    except BadQuery as error:
        return bad_query(request, error)
    if page is None:
        raise Http404
    return render(request, "dashboards/stage.html", {"page": page, **_context(page.asked)})


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def touchpoint(request: HttpRequest, slug: str) -> HttpResponse:
    """A touchpoint: its score, how the answers spread, its channels and months, and what customers wrote."""
    try:
        page = _place(request, slug, voice=_voice(request))
    except BadQuery as error:
        return bad_query(request, error)
    written: tuple[Said, ...] = ()
    # Words of fewer people than a score needs would tell on them just as the score would.
    if page.cell.state == "measured":
        written = comments.newest(
            touchpoint_id=page.place.id,
            query=page.asked.query,
            structure=page.asked.structure,
            reader=_reader(request),
            unit_ids=request.membership.unit_ids,  # type: ignore[attr-defined]
        )
    bars = [(choice_label(bar.label, page.asked.metric), bar) for bar in page.bars]
    behind = Process.objects.in_use().filter(serves__touchpoint=page.place.id).select_related("owner", "unit")
    context = {
        "page": page,
        "comments": written,
        "bars": bars,
        "behind": behind,
        "designed": load_designed(page.place.id, unit_ids=request.membership.own_units),  # type: ignore[attr-defined]
        "marks": _marks(page),
        **_context(page.asked),
    }
    return render(request, "dashboards/touchpoint.html", context)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def trend(request: HttpRequest, slug: str) -> HttpResponse:
    """Months of a touchpoint's score with its interval, and the words the chart needs."""
    try:
        page = _place(request, slug)
    except BadQuery as error:
        return JsonResponse({"parameter": error.parameter, "detail": str(error)}, status=400)
    of = page.asked.metric
    return JsonResponse(
        {
            "months": [month.month.isoformat() for month in page.months],
            "value": [month.value for month in page.months],
            "low": [month.low for month in page.months],
            "high": [month.high for month in page.months],
            "n": [month.n for month in page.months],
            "target": page.cell.target,
            "limits": of.limits,
            "percent": of.unit == "percent",
            "name": short_name(of),
            "changes": [{"day": mark.day.isoformat(), "what": mark.what} for mark in _marks(page)],
            "words": {
                "interval": _("interval"),
                "target": _("target"),
                "answers": _("answers"),
                "changes": _("changes"),
                "separators": words.decimal_and_thousands(),
            },
        }
    )


def _place(request: HttpRequest, slug: str, *, voice: Voice | None = None) -> PlacePage:
    page = load_place(
        slug=slug, query=query_of(request), today=today_of(request), minimum=_minimum(request), voice=voice
    )
    if page is None:
        raise Http404
    return page


def _marks(page: PlacePage) -> list[Mark]:
    return marks(touchpoint_id=page.place.id, stages=page.stages, since=page.months[0].month)


def _voice(request: HttpRequest) -> Voice:
    """Questions are quoted in the language of the page, as this company asks them."""
    tenant = request.tenant  # type: ignore[attr-defined]
    return Voice(tenant.name, (get_language() or tenant.language)[:2], tenant.formal_address)


def _reader(request: HttpRequest) -> Reader:
    return Reader(
        tenant=request.tenant,  # type: ignore[attr-defined]
        identity=request.membership.may(Permission.SEE_IDENTITY),  # type: ignore[attr-defined]
    )


def _minimum(request: HttpRequest) -> int:
    return request.tenant.anonymity_minimum  # type: ignore[attr-defined,no-any-return]


def _context(asked: Asked) -> dict[str, object]:
    address = asked.query.querystring()
    return {
        "asked": asked,
        "query": asked.query,
        "section": "leadership",
        "measures": MEASURES.values(),
        "address": "" if address == "?" else address,
    }
