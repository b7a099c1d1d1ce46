"""The stream of verbatims, newest first, a page at a time: bounded whatever is stored and whatever is asked.

A page looks at most at LOOK_BACK verbatims behind the mark where it began. A rare word may not be found among them:
then the page says how far it has looked, and goes on from there.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.models import Tenant
from dashboards.feedback.asked import Asked, Mark, check
from dashboards.feedback.said import CLEAR, Beside, Said, followed_of, said, sources_of, topic_names
from dashboards.feedback.search import base_forms, warm
from dashboards.load import Slice, counts
from dashboards.measures import PAGE_METRICS
from dashboards.models import Quote
from dashboards.periods import Period
from dashboards.query import Segment
from dashboards.structure import UNIT, Structure
from surveys.models import Verbatim
from surveys.models.asking import Audience

PAGE = 20
LOOK_BACK = 20_000
_YEAR = "year"
_AHEAD = timedelta(days=366)  # answers are taken in with the sender's clock
_FIRST, _LAST = UUID(int=0), UUID(int=2**128 - 1)


@dataclass(frozen=True)
class Stream:
    """`older` is where the next page begins, None at the end. `few`: so few wrote lately that they are not shown.

    `looked_to` is the time back to which was looked, where the page ended for that and not for being full.
    """

    rows: tuple[Said, ...] = ()
    older: Mark | None = None
    looked_to: datetime | None = None
    few: bool = False


@dataclass(frozen=True)
class Reader:
    """Who reads: `identity` whether they may see who customers are."""

    tenant: Tenant
    identity: bool = False
    topics: dict[int, str] = field(default_factory=dict)


def load_stream(
    asked: Asked,
    *,
    structure: Structure,
    reader: Reader,
    before: Mark | None = None,
    after: Mark | None = None,
    most: int = PAGE,
) -> Stream:
    """A page of the stream, `before` or `after` a mark, in a fixed number of queries for a kind of address.

    Raises BadQuery for what is not there.
    """
    check(asked, structure)
    warm()
    zone = reader.tenant.zone
    place = next((one for one in structure.places.values() if one.slug == asked.touchpoint), None)
    everything = Verbatim.objects.filter(touchpoint_id=place.id) if place else Verbatim.objects.all()
    who, what = _who(asked, structure), _what(asked)
    # Where nothing is looked for but customers, a page is full at once.
    bounded = len(who) > 1 or bool(what)
    newest = _look(everything, None, bounded=bounded)
    if _hidden(newest.rows.filter(*who), asked, reader.tenant.anonymity_minimum):
        return Stream(few=True)
    near = newest
    if before or asked.period:
        near = _look(_within(everything, asked.period, zone), before, bounded=bounded)
    found = near.rows.filter(*who, *what)
    if after:
        found = found.filter(_beyond(after, "gt"), answered_at__gte=after.time)
    rows = list(found.order_by("-answered_at", "-id")[: most + 1])
    shown = rows[:most]
    full = len(rows) > most
    return Stream(
        rows=read_rows(shown, structure=structure, reader=reader),
        older=Mark(shown[-1].answered_at, shown[-1].id) if full else near.edge,
        looked_to=None if full or near.edge is None else near.edge.time.astimezone(zone),
    )


def read_rows(rows: Iterable[Verbatim], *, structure: Structure, reader: Reader) -> tuple[Said, ...]:
    """Verbatims with what stands beside them, in at most four queries besides their own."""
    rows = list(rows)
    waiting = Quote.objects.filter(heard_on=None, response_id__in=[row.response_id for row in rows])
    beside = Beside(
        structure=structure,
        topics=reader.topics or topic_names(),
        sources=sources_of(rows),
        quoted=set(waiting.values_list("response_id", "key")),
        named=_named({row.touchpoint_id for row in rows if row.touchpoint_id}, reader.tenant),
        zone=reader.tenant.zone,
        identity=reader.identity,
        followed=followed_of(row.response_id for row in rows),
    )
    return tuple(said(row, beside) for row in rows)


@dataclass(frozen=True)
class _Look:
    """The verbatims that one page may look at; `edge` is where the next may begin, None where there are no more."""

    rows: QuerySet[Verbatim]
    edge: Mark | None


def _look(among: QuerySet[Verbatim], before: Mark | None, *, bounded: bool) -> _Look:
    """The newest LOOK_BACK before a mark, found in the index alone. The bound on time stands also where none was asked:
    with it the planner takes the index in time's order, whatever it knows of the tenant."""
    mark = before or Mark(timezone.now() + _AHEAD, _LAST)
    among = among.filter(answered_at__lte=mark.time)
    times = among.order_by("-answered_at").values_list("answered_at", flat=True)
    edge = next(iter(times[LOOK_BACK - 1 : LOOK_BACK]), None) if bounded else None
    among = among.filter(_beyond(mark, "lt"))
    if edge is None:
        return _Look(among, None)
    return _Look(among.filter(answered_at__gte=edge), Mark(edge, _FIRST))


def _beyond(mark: Mark, way: str) -> Q:
    same = Q(("answered_at", mark.time), (f"id__{way}", mark.id))
    return Q((f"answered_at__{way}", mark.time)) | same


def _within(among: QuerySet[Verbatim], period: Period | None, zone: ZoneInfo) -> QuerySet[Verbatim]:
    if period is None:
        return among
    start, end = (datetime.combine(day, time(), zone) for day in (period.start, period.end))
    return among.filter(answered_at__gte=start, answered_at__lt=end)


def _who(asked: Asked, structure: Structure) -> list[Q]:
    """Customers, by where they wrote and in which language, of every segment."""
    conditions = [Q(audience=Audience.CUSTOMER)]
    journey = structure.journey(asked.journey)
    if journey:
        conditions.append(Q(touchpoint_id__in=[place.id for place in journey.touchpoints]))
    channel_id = structure.channel_id(asked.channel)
    if channel_id is not None:
        conditions.append(Q(channel_id=channel_id))
    if asked.language:
        conditions.append(Q(language=asked.language))
    if asked.own_units:
        conditions.append(Q(unit_id__in=[int(unit) for unit in asked.own_units]))
    return conditions


def _of(segment: Segment) -> Q:
    if segment.dimension != UNIT:
        return Q(dimensions__contains={segment.dimension: segment.value})
    known = segment.value.isascii() and segment.value.isdecimal() and len(segment.value) < 18
    return Q(unit_id=int(segment.value) if known else 0)


def _hidden(everybody: QuerySet[Verbatim], asked: Asked, minimum: int) -> bool:
    """Whether showing these would tell on a small group, be it by what the rest of its dimension wrote."""
    segment = asked.segment
    if segment is None or asked.own_units:
        mine = everybody.filter(_of(segment)) if segment else everybody
        return not anonymity.enough(len(mine.order_by("-answered_at").values_list("id")[:minimum]), minimum=minimum)
    value = F("unit_id") if segment.dimension == UNIT else KeyTextTransform(segment.dimension, "dimensions")
    # Those without a value are a group too: everybody's words less the others'.
    groups = {
        one["group"] if one["group"] is None else str(one["group"]): one["n"]
        for one in everybody.values(group=value).annotate(n=Count("*"))
    }
    return not anonymity.enough(groups.get(segment.value, 0), minimum=minimum) or segment.value not in (
        anonymity.visible(groups, minimum=minimum)
    )


def _what(asked: Asked) -> list[Q]:
    """What was said and how it felt: conditions that no index serves."""
    conditions = [_word(word) for word in asked.words]
    if asked.segment:
        conditions.append(_of(asked.segment))
    if asked.topic:
        conditions.append(Q(topics__has_key=str(asked.topic)))
    if asked.score:
        conditions.append(_SCORES[asked.score])
    if asked.sentiment:
        conditions.append(_SENTIMENTS[asked.sentiment])
    return conditions


_SENTIMENTS = {
    "positive": Q(sentiment__gte=CLEAR),
    "neutral": Q(sentiment__gt=-CLEAR, sentiment__lt=CLEAR),
    "negative": Q(sentiment__lte=-CLEAR),
    "unknown": Q(sentiment=None),
}
_ASKED_NPS = Q(scores__has_any_keys=["nps/0-10", "nps/1-10"])


def _nps(part: str) -> Q:
    return Q(
        *((f"scores__{name}__in", list(METRICS[name].parts[part])) for name in ("nps/0-10", "nps/1-10")),
        _connector=Q.OR,
    )


_SCORES = {
    "good": _nps("promoters") | (~_ASKED_NPS & Q(value__gt=80)),
    "middling": _nps("passives") | (~_ASKED_NPS & Q(value__gte=50, value__lte=80)),
    "bad": _nps("detractors") | (~_ASKED_NPS & Q(value__lt=50)),
    "none": Q(value=None) & ~_ASKED_NPS,
}


def _word(word: str) -> Q:
    """A word by its base forms or as it was written, and by how it begins."""
    forms = "|".join(re.escape(base) for base in sorted(base_forms(word) | {word}))
    return Q(lemmas__regex=rf"\m({forms})") | Q(text__iregex=rf"\m{re.escape(word)}")


def _named(place_ids: Collection[int], tenant: Tenant) -> set[int]:
    """Those of these touchpoints at which enough have answered within a year for a text to tell on nobody."""
    if not place_ids:
        return set()
    today = timezone.localdate(timezone=tenant.zone)
    found = counts(
        metrics=PAGE_METRICS,
        windows={_YEAR: Period(today.replace(day=1) - timedelta(days=365), today + timedelta(days=1))},
        of=Slice(touchpoints=tuple(sorted(place_ids)), every_wave=True),
        by=["touchpoint_id"],
    )
    most: dict[int, int] = {}
    for (_metric, _window, place_id), histogram in found.histograms.items():
        most[place_id] = max(most.get(place_id, 0), total(histogram))
    return {place_id for place_id, n in most.items() if anonymity.enough(n, minimum=tenant.anonymity_minimum)}
