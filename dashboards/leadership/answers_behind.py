"""The answers that a score of a touchpoint or a stage is made of: as many as it was counted from, a page at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import Metric, value_of
from cxplatform.tenancy.models import Tenant
from dashboards.journeys.passages_behind import rounded
from dashboards.labels import choice_label
from dashboards.leadership import answers_bounds as bounds
from dashboards.leadership.answers_bounds import Closed, Sides
from dashboards.leadership.touchpoint_page import side_of
from dashboards.query import Query, Segment
from dashboards.structure import UNIT, Place, Structure
from journeys.models import Customer
from surveys.models import Response, Verbatim
from surveys.models.asking import Audience

PAGE = 50
# The newest of each touchpoint among which a page is looked for before all are looked through.
BLOCK = 12_000
# No page shows more.
MOST = 10_000


@dataclass(frozen=True)
class Answer:
    """One answer: its step of the scale in words and as the histogram's `bin`, whether that is "good", "bad", "middle"
    or "out", and its texts."""

    time: datetime
    customer: Customer | None
    score: str
    bin: int
    side: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Found:
    """A page of answers, newest first, out of `answers` of `people`. `closed` ("few" or "rest") and `many` are as of
    passages."""

    rows: tuple[Answer, ...] = ()
    answers: int = 0
    people: int = 0
    closed: Closed = ""
    further: bool = False
    many: bool = False


@dataclass(frozen=True)
class Behind:
    """Which answers: those at one of `places`, touchpoints by id. `beside` are groups of touchpoints that share some of
    them and have lists of their own."""

    places: tuple[int, ...]
    beside: tuple[tuple[int, ...], ...] = field(default=())


def behind_of(structure: Structure, places: Sequence[Place]) -> Behind:
    """With all stages that these are of, in this journey and in others."""
    beside = {
        tuple(each.id for each in stage.touchpoints)
        for stage in structure.stages()
        if not set(places).isdisjoint(stage.touchpoints)
    }
    return Behind(tuple(place.id for place in places), tuple(beside))


def load_answers(behind: Behind, *, query: Query, of: Metric, structure: Structure, tenant: Tenant, page: int) -> Found:
    """Those in the query's period, channel and segment, in 20 queries at most; uses response_by_touchpoint."""
    begin, end = (datetime.combine(day, time(), tenant.zone) for day in (query.period.start, query.period.end))
    # What of an answer stands in the counts; relationship waves are never pooled in.
    counted = Response.objects.filter(
        answered_at__gte=begin, answered_at__lt=end, audience=Audience.CUSTOMER, wave="", counted__has_key=of.name
    )
    if query.own_units:
        counted = counted.filter(unit_id__in=[int(unit) for unit in query.own_units])
    channel_id = structure.channel_id(query.channel)
    channel: dict[str, Any] = {} if channel_id is None else {"channel_id": channel_id}
    rows = counted.filter(touchpoint_id__in=behind.places, **channel, **_of(query.segment))
    minimum = tenant.anonymity_minimum
    sides = bounds.load_sides(places=behind.places, groups=behind.beside, query=query, of=of, channel_id=channel_id)
    start = (page - 1) * PAGE
    among: dict[str, Any] = {"begin": begin, "end": end, "query": query, "of": of}
    found, whole = bounds.load_page(behind.places, **among, channel_id=channel_id, block=BLOCK)
    if sides is None or (not whole and len(found) <= start + PAGE):
        found = list(rows.order_by("-answered_at", "-id").values_list("id", _WHO)[: MOST + 1])
        whole = len(found) <= MOST
    people = len({who for _id, who in found}) if whole else None
    closed = None
    if sides:
        closed = _closed_by(sides, counted, people, among, channel, behind, minimum=minimum)
    if closed is None:
        everybody = rows.aggregate(n=_PEOPLE)["n"] if people is None else people
        closed = _closed(behind, query, counted, channel, everybody, minimum=minimum)
    if closed:
        return Found(closed=closed)
    ids = [id for id, _who in found[start : start + PAGE]]
    wanted = list(Response.objects.filter(id__in=ids).order_by("-answered_at", "-id"))
    told = Found(tuple(_read(wanted, behind, of, tenant)), further=len(found) > start + PAGE)
    if people is not None:
        return replace(told, answers=len(found), people=people)
    answers = sides.answers if sides else rows.count()
    return replace(told, answers=answers, people=rounded(len({who for _id, who in found})), many=True)


def _closed_by(
    sides: Sides,
    counted: QuerySet[Response],
    people: int | None,
    among: Mapping[str, Any],
    channel: Mapping[str, Any],
    behind: Behind,
    *,
    minimum: int,
) -> Closed | None:
    """Told from the newest answers, and from all of rare siblings; None where that does not settle it."""
    newest = bounds.NEWEST
    read = bounds.load_newest(sides, **among, newest=newest)
    closed = sides.closed(read, newest=newest, minimum=minimum, people=people)
    if closed is not None:
        return closed
    channels, values, beside = sides.unsure(read, newest=newest, minimum=minimum)
    at, segment = counted.filter(touchpoint_id__in=behind.places), among["query"].segment
    by_channel = at.filter(**_of(segment))
    ids, named = [int(each) for each in channels - {bounds.NOWHERE}], sorted(values - {bounds.NOWHERE})
    if ids:
        known = _people(by_channel.filter(channel_id__in=ids), F("channel_id"))
        sides = replace(sides, channels_known={str(id): known.get(str(id), 0) for id in ids})
    if named and segment:
        wanted = [int(each) for each in named] if segment.dimension == UNIT else named
        by_value = at.filter(**channel).annotate(value=_value_of(segment))
        known = _people(by_value.filter(value__in=wanted), F("value"))
        sides = replace(sides, values_known={each: known.get(each, 0) for each in named})
    if beside:
        elsewhere = counted.filter(touchpoint_id__in=beside, **channel, **_of(segment))
        known = _people(elsewhere, F("touchpoint_id"))
        sides = replace(sides, beside_known={id: known.get(str(id), 0) for id in beside})
    return sides.closed(read, newest=newest, minimum=minimum, people=people)


def _closed(
    behind: Behind, query: Query, counted: QuerySet[Response], channel: Mapping[str, Any], people: int, *, minimum: int
) -> Closed:
    """Told from all answers: the full count."""
    if not anonymity.enough(people, minimum=minimum):
        return "few"
    segment = _of(query.segment)
    at = counted.filter(touchpoint_id__in=behind.places)
    others = {id for group in behind.beside for id in group} - set(behind.places)
    elsewhere = _people(counted.filter(touchpoint_id__in=others, **channel, **segment), F("touchpoint_id"))
    divisions = [
        ({str(id): elsewhere.get(str(id), 0) for id in group if id in others} | {"": people}, "")
        for group in behind.beside
    ]
    if channel:
        divisions.append((_people(at.filter(**segment), F("channel_id")), str(channel["channel_id"])))
    if query.segment and not query.own_units:
        divisions.append((_people(at.filter(**channel), _value_of(query.segment)), query.segment.value))
    # Whether who is left out could be had by holding this list against its siblings and their total.
    hidden = any(own not in anonymity.visible(groups, minimum=minimum) for groups, own in divisions)
    return "rest" if hidden else ""


_WHO = Coalesce("customer_id", "id")
_PEOPLE = Count(_WHO, distinct=True)


def _people(among: QuerySet[Response], by: Any) -> dict[str, int]:
    found = among.values(group=by).annotate(n=_PEOPLE).values_list("group", "n")
    return {bounds.NOWHERE if group is None else str(group): n for group, n in found}


def _of(segment: Segment | None) -> dict[str, Any]:
    if segment is None:
        return {}
    if segment.dimension != UNIT:
        return {"dimensions__contains": {segment.dimension: segment.value}}
    known = segment.value.isascii() and segment.value.isdecimal() and len(segment.value) < 18
    return {"unit_id": int(segment.value) if known else 0}


def _value_of(segment: Segment) -> Any:
    return F("unit_id") if segment.dimension == UNIT else KeyTextTransform(segment.dimension, "dimensions")


def _read(rows: Sequence[Response], behind: Behind, of: Metric, tenant: Tenant) -> list[Answer]:
    if not rows:
        return []
    known = {row.customer_id for row in rows if row.customer_id}
    customers = {each.id: each for each in Customer.objects.filter(id__in=known)}
    texts: dict[UUID, list[str]] = {}
    # Their times bound what is read of verbatim_by_touchpoint.
    written = Verbatim.objects.filter(
        touchpoint_id__in=behind.places,
        answered_at__gte=rows[-1].answered_at,
        answered_at__lte=rows[0].answered_at,
        response_id__in=[row.id for row in rows],
    )
    for response_id, text in written.order_by("key").values_list("response_id", "text"):
        texts.setdefault(response_id, []).append(text)
    return [
        Answer(
            time=row.answered_at.astimezone(tenant.zone),
            customer=customers.get(row.customer_id),
            score=choice_label(of.choices[place], of) if of.choices else str(value_of(of, place)),
            bin=place,
            side=side_of(of, place),
            texts=tuple(texts.get(row.id, ())),
        )
        for row in rows
        for place in (row.counted[of.name],)
    ]
