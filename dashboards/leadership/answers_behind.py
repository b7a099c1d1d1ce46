"""The answers that a score of a touchpoint or a stage is made of: as many as it was counted from, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import Metric, value_of
from cxplatform.tenancy.models import Tenant
from dashboards.labels import choice_label
from dashboards.leadership.touchpoint_page import side_of
from dashboards.query import Query, Segment
from dashboards.structure import UNIT, Place, Structure
from journeys.models import Customer
from surveys.models import Response, Verbatim
from surveys.models.asking import Audience

PAGE = 50


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
    """A page of answers, newest first, out of `answers` of `people`. `closed`: "few" or "rest", as of passages."""

    rows: tuple[Answer, ...] = ()
    answers: int = 0
    people: int = 0
    closed: str = ""
    further: bool = False


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
    """Those in the query's period, channel and segment, in ten queries at most; uses response_by_touchpoint."""
    begin, end = (datetime.combine(day, time(), tenant.zone) for day in (query.period.start, query.period.end))
    # What of an answer stands in the counts; relationship waves are never pooled in.
    counted = Response.objects.filter(
        answered_at__gte=begin, answered_at__lt=end, audience=Audience.CUSTOMER, wave="", counted__has_key=of.name
    )
    if query.own_units:
        counted = counted.filter(unit_id__in=[int(unit) for unit in query.own_units])
    channel_id = structure.channel_id(query.channel)
    channel: dict[str, Any] = {} if channel_id is None else {"channel_id": channel_id}
    segment = _of(query.segment)
    at = counted.filter(touchpoint_id__in=behind.places)
    rows = at.filter(**channel, **segment)
    sizes = rows.aggregate(people=_PEOPLE, answers=Count("*"))
    if not anonymity.enough(sizes["people"], minimum=tenant.anonymity_minimum):
        return Found(closed="few")
    others = {id for group in behind.beside for id in group} - set(behind.places)
    elsewhere = _people(counted.filter(touchpoint_id__in=others, **channel, **segment), F("touchpoint_id"))
    divisions = [
        ({str(id): elsewhere.get(str(id), 0) for id in group if id in others} | {"": sizes["people"]}, "")
        for group in behind.beside
    ]
    if channel:
        divisions.append((_people(at.filter(**segment), F("channel_id")), str(channel_id)))
    if query.segment and not query.own_units:
        divisions.append((_people(at.filter(**channel), _value_of(query.segment)), query.segment.value))
    # Whether who is left out could be had by holding this list against its siblings and their total.
    if any(own not in anonymity.visible(groups, minimum=tenant.anonymity_minimum) for groups, own in divisions):
        return Found(closed="rest")
    start = (page - 1) * PAGE
    wanted = list(rows.order_by("-answered_at", "-id")[start : start + PAGE + 1])
    return Found(tuple(_read(wanted[:PAGE], behind, of, tenant)), **sizes, further=len(wanted) > PAGE)


_PEOPLE = Count(Coalesce("customer_id", "id"), distinct=True)


def _people(among: QuerySet[Response], by: Any) -> dict[str, int]:
    return {str(group): n for group, n in among.values(group=by).annotate(n=_PEOPLE).values_list("group", "n")}


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
