"""The stream of verbatims, newest first, a page at a time: bounded whatever is stored and whatever is asked.

A page looks at most at LOOK_BACK verbatims behind the mark where it began. A rare word may not be found among them:
then the page says how far it has looked, and goes on from there.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.metrics import METRICS
from cxplatform.tenancy.models import Tenant
from dashboards.feedback.asked import Asked, Mark, check
from dashboards.feedback.said import CLEAR, Beside, Said, said, sources_of, topic_names
from dashboards.load import Slice, counts
from dashboards.measures import PAGE_METRICS
from dashboards.models import Quote
from dashboards.periods import Period
from dashboards.query import Segment
from dashboards.structure import UNIT, Structure
from surveys.models import Verbatim
from surveys.models.asking import Audience
from surveys.texts.words import LANGUAGES, search_words

PAGE = 30
LOOK_BACK = 20_000
_YEAR = "year"


@dataclass(frozen=True)
class Stream:
    """`older` is where the next page begins, None at the end. `few`: so few wrote that they are not shown.

    `looked_to` is the time of the last verbatim looked at, where the page ended for that and not for being full.
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
    zone, minimum = reader.tenant.zone, reader.tenant.anonymity_minimum
    everybody = _everybody(asked, structure)
    if _hidden(everybody, asked, minimum):
        return Stream(few=True)
    among = _between(everybody, asked.period, zone, before, after).order_by("-answered_at", "-id")
    what = _what(asked)
    last = _last_looked_at(among) if what else None
    found = among.filter(*what)
    if last:
        found = found.filter(answered_at__gte=last.time)
    rows = list(found[: most + 1])
    if last:
        rows = [row for row in rows if (row.answered_at, row.id) >= (last.time, last.id)]
    shown = rows[:most]
    older = Mark(shown[-1].answered_at, shown[-1].id) if len(rows) > most else last
    return Stream(
        rows=read_rows(shown, structure=structure, reader=reader),
        older=older,
        looked_to=last.time.astimezone(zone) if last and len(rows) <= most else None,
    )


def read_rows(rows: Iterable[Verbatim], *, structure: Structure, reader: Reader) -> tuple[Said, ...]:
    """Verbatims with what stands beside them, in at most four queries besides their own."""
    rows = list(rows)
    quoted = Quote.objects.filter(response_id__in=[row.response_id for row in rows]).values_list("response_id", "key")
    beside = Beside(
        structure=structure,
        topics=reader.topics or topic_names(),
        sources=sources_of(rows),
        quoted=set(quoted),
        named=_named({row.touchpoint_id for row in rows if row.touchpoint_id}, reader.tenant),
        zone=reader.tenant.zone,
        identity=reader.identity,
    )
    return tuple(said(row, beside) for row in rows)


def _everybody(asked: Asked, structure: Structure) -> QuerySet[Verbatim]:
    """Verbatims by where they were said and in which language, of every segment."""
    found = Verbatim.objects.filter(audience=Audience.CUSTOMER)
    journey = structure.journey(asked.journey)
    if asked.touchpoint:
        place = next(place for place in structure.places.values() if place.slug == asked.touchpoint)
        found = found.filter(touchpoint_id=place.id)
    elif journey:
        found = found.filter(touchpoint_id__in=[place.id for place in journey.touchpoints])
    channel_id = structure.channel_id(asked.channel)
    if channel_id is not None:
        found = found.filter(channel_id=channel_id)
    if asked.language:
        found = found.filter(language=asked.language)
    if asked.own_units:
        found = found.filter(unit_id__in=[int(unit) for unit in asked.own_units])
    return found  # type: ignore[no-any-return]


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
    last = _last_looked_at(everybody.order_by("-answered_at", "-id"))
    near = everybody.filter(answered_at__gte=last.time) if last else everybody
    value = F("unit_id") if segment.dimension == UNIT else KeyTextTransform(segment.dimension, "dimensions")
    groups = {
        str(one["group"]): one["n"]
        for one in near.values(group=value).annotate(n=Count("*"))
        if one["group"] is not None
    }
    return not anonymity.enough(groups.get(segment.value, 0), minimum=minimum) or segment.value not in (
        anonymity.visible(groups, minimum=minimum)
    )


def _between(
    found: QuerySet[Verbatim], period: Period | None, zone: ZoneInfo, before: Mark | None, after: Mark | None
) -> QuerySet[Verbatim]:
    """Uses verbatim_by_time, or verbatim_by_touchpoint."""
    if period:
        start, end = (datetime.combine(day, time(), zone) for day in (period.start, period.end))
        found = found.filter(answered_at__gte=start, answered_at__lt=end)
    if before:
        same = Q(answered_at=before.time, id__lt=before.id)
        found = found.filter(Q(answered_at__lt=before.time) | same, answered_at__lte=before.time)
    if after:
        same = Q(answered_at=after.time, id__gt=after.id)
        found = found.filter(Q(answered_at__gt=after.time) | same, answered_at__gte=after.time)
    return found


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
    bases = {base for language in LANGUAGES for base in search_words(word, language)} | {word}
    forms = "|".join(re.escape(base) for base in sorted(bases))
    return Q(lemmas__regex=rf"\m({forms})") | Q(text__iregex=rf"\m{re.escape(word)}")


def _last_looked_at(among: QuerySet[Verbatim]) -> Mark | None:
    """The last verbatim that a page looks at, None where it may look at all of them. One query of the index alone."""
    edge = list(among.values_list("answered_at", "id")[LOOK_BACK - 1 : LOOK_BACK + 1])
    return Mark(*edge[0]) if len(edge) == 2 else None


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
