"""The feedback stream: its first page, the pages after it, what came since, and quoting in a meeting."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.pipeline import pulse
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.feedback import apart, news, quotes
from dashboards.feedback.asked import MOODS, SENTIMENTS, Asked, Mark, parse, read_mark
from dashboards.feedback.said import Followed, topic_names
from dashboards.feedback.sheets import MOST_TEXTS, sheets
from dashboards.feedback.stream import Reader, Stream, load_stream
from dashboards.insights.read import findings
from dashboards.leadership.segments import named_values
from dashboards.leadership.views import bad_query, today_of
from dashboards.load import segment_values
from dashboards.measures import PAGE_METRICS
from dashboards.out.answer import asked_for
from dashboards.periods import Period, years_before
from dashboards.query import BadQuery, Segment
from dashboards.sheets import Sheet
from dashboards.structure import UNIT, Structure, load_structure
from surveys.followups.work import NotNow, open_by_hand
from surveys.questionnaire.wordings import LANGUAGES

MOST_NEW = 100
_NOBODY = UUID(int=0)
MOST_VALUES = 30


class QuoteForm(forms.Form):
    response = forms.UUIDField()
    key = forms.CharField(max_length=60)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def feedback(request: HttpRequest) -> HttpResponse:
    """The page; for htmx the stream alone, or with `before` the page of it that follows."""
    version = pulse.version()  # before the texts are read: the page may then ask for some twice, but misses none
    try:
        asked, before = _asked(request), read_mark(request.GET, "before")
        structure = load_structure()
        reader = _reader(request)
        stream = load_stream(asked, structure=structure, reader=reader, before=before)
    except BadQuery as error:
        return bad_query(request, error)
    context = _context(asked, stream, version) | {"first": before is None}
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        part = "_rows" if before else "_stream"
        response = render(request, f"dashboards/feedback/{part}.html", context)
        if not before:
            response["HX-Push-Url"] = f"{request.path}{asked.querystring()}"
        return response
    units = _units(request)
    beside = _beside(units)

    def as_sheets() -> list[Sheet]:
        all_ = load_stream(asked, structure=structure, reader=reader, most=MOST_TEXTS)
        return sheets(stream=all_, topics=reader.topics, **beside)

    if file := asked_for(request, as_sheets, title=_("Feedback"), name="feedback"):
        return file
    context |= beside | {
        "structure": structure,
        "places": sorted(structure.places.values(), key=lambda place: place.name.casefold()),
        "segment": str(asked.segment or ""),
        "topics": reader.topics,
        "scores": MOODS,
        "sentiments": SENTIMENTS,
        "languages": _languages(asked),
        "segments": _segments(request, asked, structure),
        "waiting": quotes.waiting(unit_ids=units),
        "q": " ".join(asked.words),
    }
    return render(request, "dashboards/feedback/feedback.html", context)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def live(request: HttpRequest) -> HttpResponse:
    """204 while nothing was counted since, else what was said after the mark `after`."""
    since = request.GET.get("since", "")
    version = pulse.version()
    if since == str(version):
        return HttpResponse(status=204)
    try:
        asked, after = _asked(request), read_mark(request.GET, "after")
        stream = load_stream(asked, structure=load_structure(), reader=_reader(request), after=after, most=MOST_NEW)
    except BadQuery as error:
        return bad_query(request, error)
    return render(request, "dashboards/feedback/_new.html", _live(asked, after, version) | {"stream": stream})


@require_POST
@requires(Permission.SEE_RESULTS)
def quote(request: HttpRequest) -> HttpResponse:
    """Let a verbatim be heard in the next meeting, or no longer (`withdraw`)."""
    form = QuoteForm(request.POST)
    found = None
    if form.is_valid():
        found = quotes.find(
            response_id=form.cleaned_data["response"], key=form.cleaned_data["key"], unit_ids=_units(request)
        )
    if found is None:
        raise Http404
    withdrawn = "withdraw" in request.POST
    if withdrawn:
        quotes.withdraw(found)
    else:
        quotes.quote(found, by=request.user)  # type: ignore[arg-type]
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("feedback")
    context = {"response_id": found.response_id, "key": found.key, "quoted": not withdrawn}
    return render(request, "dashboards/feedback/_quote.html", context)


@require_POST
@requires(Permission.HANDLE_FEEDBACK)
def follow(request: HttpRequest) -> HttpResponse:
    """Open a follow-up of an answer, in the hands of whom the rules mean; one that is there already is shown."""
    form = QuoteForm(request.POST)
    found = None
    if form.is_valid():
        found = quotes.find(
            response_id=form.cleaned_data["response"], key=form.cleaned_data["key"], unit_ids=_units(request)
        )
    if found is None:
        raise Http404
    try:
        opened = open_by_hand(by=request.user, response_id=found.response_id)  # type: ignore[arg-type]
    except NotNow as error:
        if error.follow_up is None:
            raise Http404 from None
        opened = error.follow_up
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("follow_up", opened.pk)
    context = {"response_id": found.response_id, "key": found.key}
    followed = Followed(opened.pk, str(opened.owner or ""))
    return render(request, "dashboards/feedback/_follow.html", context | {"follow_up": followed})


def _beside(units: tuple[int, ...]) -> dict[str, Any]:
    """What is found of the whole company, for those who see the whole of it. One query."""
    found = findings([apart.KIND, news.TOPICS, news.WORDS]) if not units else {}
    return {
        "apart": next((apart.read(one.data) for one in found.get(apart.KIND, ())), None),
        "news": [news.read(one.data) for one in found.get(news.TOPICS, ())],
        "words": [news.read(one.data) for one in found.get(news.WORDS, ())],
    }


def _asked(request: HttpRequest) -> Asked:
    return parse(request.GET, today=today_of(request), membership=request.membership)  # type: ignore[attr-defined]


def _reader(request: Any) -> Reader:
    return Reader(tenant=request.tenant, identity=request.membership.may(Permission.SEE_IDENTITY), topics=topic_names())


def _units(request: Any) -> tuple[int, ...]:
    return request.membership.own_units  # type: ignore[no-any-return]


def _context(asked: Asked, stream: Stream, version: int) -> dict[str, Any]:
    newest = stream.rows[0].mark if stream.rows else Mark(timezone.now(), _NOBODY)
    context = {"asked": asked, "stream": stream, "section": "feedback", "address": asked.querystring().rstrip("?")}
    return context | _live(asked, newest, version)


def _live(asked: Asked, after: Mark | None, version: int) -> dict[str, Any]:
    address = asked.querystring()
    join = "" if address == "?" else "&"
    return {
        "older_address": f"{address}{join}before=",
        "live_address": f"{reverse('feedback_live')}{address}{join}after={after or ''}&since={version}",
    }


def _languages(asked: Asked) -> list[tuple[str, str]]:
    known = [*LANGUAGES, *([asked.language] if asked.language and asked.language not in LANGUAGES else [])]
    return [(code, get_language_info(code)["name_translated"] if code in LANGUAGES else code) for code in known]


def _segments(request: HttpRequest, asked: Asked, structure: Structure) -> list[tuple[str, list[tuple[str, str]]]]:
    """Customers to choose among by dimension: those who answered within a year, enough of them not to be hidden."""
    today = today_of(request)
    values = segment_values(Period(years_before(today), today), metrics=PAGE_METRICS)
    minimum = request.tenant.anonymity_minimum  # type: ignore[attr-defined]
    found = []
    for dimension, known in values.items():
        if dimension not in structure.dimensions or (asked.own_units and dimension != UNIT):
            continue
        most = sorted((value for value, n in known.items() if n >= minimum), key=lambda value: -known[value])
        mine = [value for value in most[:MOST_VALUES] if not asked.own_units or value in asked.own_units]
        options = [(str(Segment(dimension, value)), name) for value, name in named_values(dimension, mine, structure)]
        found.append((structure.dimensions[dimension], options))
    return [(name, options) for name, options in found if options]
