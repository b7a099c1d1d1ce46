"""Judging by calendar periods: one instance for each subject and period in which something was promised to it.

An instance opens when its period begins (in the first one: when the subject's first event came), and is due when it
ends. The next one is there before anybody sends an event: the sweep that counts a period opens the one after it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import NAMESPACE_OID, uuid5

import numpy as np
from django.db import connection

from journeys.business_hours import open_between
from promises.judging.clock import array
from promises.judging.instances import Touched
from promises.judging.judge import BROKEN, EXCEEDED, EXCLUDED, KEPT, NEAR, PENDING, Judged
from promises.judging.measure import Measure
from promises.judging.periods import period_start, periods
from promises.judging.stretches import Moment, Story, Stretch, earliest, stories

PARTIAL = "less than half of the period"
_TICK = timedelta(microseconds=1)
# Closed for so many periods on end: it will not open again.
_MOST_CLOSED = 400


@dataclass(frozen=True)
class Period:
    """A calendar period, half-open, and its open time in microseconds, which is never 0."""

    start: datetime
    end: datetime
    open_time: int

    @property
    def due_at(self) -> datetime:
        """Its last moment: the day it is counted under is one of its own."""
        return self.end - _TICK


class _Part(NamedTuple):
    """What of a stretch lies in a period."""

    start: datetime
    end: datetime
    good: bool | None
    why: str


@dataclass
class _Instance:
    """A subject's period, what of it is covered, and what came in it; `known` and `good` are open microseconds."""

    subject: str
    period: Period
    parts: list[_Part]
    came: list[Moment]
    last: Moment
    known: int = 0
    good: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether, as far as is known, it lasts until the period is over."""
        return self.parts[-1].end == self.period.end


@dataclass(frozen=True)
class _Place:
    """Where it happened and to whom, as an event tells."""

    customer_id: str | None
    touchpoint_id: int | None
    channel_id: int | None
    unit_id: int | None
    said: dict[str, str]
    known: dict[str, str]


def window(*, tenant_id: int, measure: Measure, part: Touched) -> Touched:
    """These subjects since the period of the first event touched, or that of `part.since`; neither = since ever."""
    asked = measure.asked
    moment = earliest(tenant_id=tenant_id, event_ids=part.event_ids) if part.event_ids else part.since
    return Touched(part.subjects, since=moment and period_start(moment, zone=asked.zone, period=asked.period))


def judge(tenant_id: int, measure: Measure, part: Touched, *, dimensions: Sequence[str], now: datetime) -> list[Judged]:
    """What became of these subjects' periods since `part.since`, as of `now`."""
    told = list(stories(tenant_id=tenant_id, measure=measure, part=part))
    if not told:
        return []
    first = min(story.stretches[0].start for story in told)
    laid_out = lay_out(
        measure,
        since=max(part.since or first, first),
        until=max(_horizon(story, measure, now) for story in told),
    )
    found = [each for story in told for each in _instances(story, measure, laid_out, now)]
    _weigh(found, measure)
    places = _places(tenant_id, {each.last.id for each in found}, dimensions)
    return [_judge(each, measure, places[each.last.id], now) for each in found]


def lay_out(measure: Measure, *, since: datetime, until: datetime) -> list[Period]:
    """The periods with open hours, from that around `since` to the first that ends after `until`."""
    asked = measure.asked
    found: list[Period] = []
    batch: list[tuple[datetime, datetime]] = []
    beyond = 0
    for start, end in periods(since, zone=asked.zone, period=asked.period):
        batch.append((start, end))
        if end > until:
            found += _open_ones(batch, measure)
            beyond += len(batch)
            batch = []
            if (found and found[-1].end > until) or beyond > _MOST_CLOSED:
                break
    return found


def _open_ones(pairs: Sequence[tuple[datetime, datetime]], measure: Measure) -> Iterator[Period]:
    times = _open_time(pairs, measure)
    return (Period(*pair, time) for pair, time in zip(pairs, times, strict=True) if time > 0)


def _open_time(pairs: Sequence[tuple[datetime, datetime]], measure: Measure) -> list[int]:
    """Open microseconds from one moment to the other."""
    starts, ends = (array(pair[side] for pair in pairs) for side in (0, 1))
    times: list[int] = open_between(starts, ends, measure.calendar).astype(np.int64).tolist()
    return times


def _horizon(story: Story, measure: Measure, now: datetime) -> datetime:
    """Periods are opened up to the first that ends after this: that of now, or of what is to begin within hours.

    A new version's first period is the one after that in which it was made.
    """
    begins = max(now, story.stretches[-1].start)
    if measure.valid_from is None:
        return begins
    asked = measure.asked
    return max(begins, next(periods(measure.valid_from, zone=asked.zone, period=asked.period))[1])


def _instances(story: Story, measure: Measure, laid_out: Sequence[Period], now: datetime) -> Iterator[_Instance]:
    horizon = _horizon(story, measure, now)
    stretches, here = story.stretches, 0
    openers = [moment for moment in story.moments if moment.opens]
    for index in range(bisect_right(laid_out, stretches[0].start, key=_end), len(laid_out)):
        period = laid_out[index]
        while here < len(stretches) and _clipped(stretches[here], period).end <= period.start:
            here += 1
        upto = bisect_left(stretches, period.end, lo=here, key=_start)
        parts = [_clipped(stretch, period) for stretch in stretches[here:upto]]
        if parts and measure.in_force(parts[0].start):
            came = _came(story, period, parts)
            last = came[-1] if came else openers[bisect_left(openers, period.start, key=_time) - 1]
            yield _Instance(story.subject, period, parts, came, last)
        if period.end > horizon:
            break


def _clipped(stretch: Stretch, period: Period) -> _Part:
    end = period.end if stretch.end is None else min(stretch.end, period.end)
    return _Part(max(stretch.start, period.start), end, stretch.good, stretch.why)


def _came(story: Story, period: Period, parts: Sequence[_Part]) -> list[Moment]:
    """The period's events while it was promised, the first and the last moment of that included."""
    first, last = (bisect_left(story.moments, moment, key=_time) for moment in (period.start, period.end))
    return [
        moment for moment in story.moments[first:last] if any(part.start <= moment.time <= part.end for part in parts)
    ]


_start, _end, _time = attrgetter("start"), attrgetter("end"), attrgetter("time")


def _weigh(found: Sequence[_Instance], measure: Measure) -> None:
    """How much of each period's open time is known, and good."""
    pieces = [(each, part) for each in found for part in each.parts if part.good is not None]
    weights = _open_time([(part.start, part.end) for _, part in pieces], measure)
    for (each, part), weight in zip(pieces, weights, strict=True):
        each.known += weight
        each.good += weight if part.good else 0


def _judge(each: _Instance, measure: Measure, place: _Place, now: datetime) -> Judged:
    why = next((part.why for part in reversed(each.parts) if part.why), "")
    if 2 * each.known < each.period.open_time:
        verdict = _Verdict(EXCLUDED, why or PARTIAL)
    elif measure.asked.states:
        verdict = _state(each, measure, now)
    else:
        verdict = _cadence(each, measure, now)
    return Judged(
        subject=each.subject,
        opened_by=_name(measure.rule_id, each.subject, each.period.start),
        closed_by=each.last.id if each.came else None,
        customer_id=place.customer_id,
        touchpoint_id=place.touchpoint_id,
        channel_id=place.channel_id,
        unit_id=place.unit_id,
        opened_at=each.parts[0].start,
        due_at=each.period.due_at,
        closed_at=verdict.closed_at,
        status=verdict.status,
        reason=verdict.reason,
        said=place.said,
        known=place.known,
        used=verdict.used,
        margin=verdict.margin if verdict.status == KEPT else "",
    )


class _Verdict(NamedTuple):
    status: str
    reason: str = ""
    closed_at: datetime | None = None
    used: float | None = None
    margin: str = ""


def _state(each: _Instance, measure: Measure, now: datetime) -> _Verdict:
    """Of a stock, one moment without it breaks the period; of availability the share is known when it is over.

    By the margin of what may be missing: exceeded where much of it is left, a near miss where little is.
    """
    asked, due_at = measure.asked, each.period.due_at
    closed_at = due_at if due_at < now else None
    used = round(100_000 * each.good / (asked.share * each.known), 6)
    if asked.unbroken and each.good < each.known:
        return _Verdict(BROKEN, closed_at=closed_at, used=used)
    if closed_at is None:
        return _Verdict(PENDING, used=used)
    kept = each.good * 100_000 >= asked.share * each.known
    may_miss = each.known * (100_000 - asked.share)
    left = 100 - 100 * (each.known - each.good) * 100_000 / may_miss if may_miss else None
    return _Verdict(KEPT if kept else BROKEN, closed_at=closed_at, used=used, margin=_margin(measure, left))


def _cadence(each: _Instance, measure: Measure, now: datetime) -> _Verdict:
    """By the margin of time and number: exceeded where half as many again came, near where the last came late."""
    why = next((moment.why for moment in reversed(each.came) if moment.why), "")
    if why:
        return _Verdict(EXCLUDED, why)
    wanted = measure.asked.minimum_count or 1
    contacts = [moment.time for moment in each.came if moment.contact]
    used = round(len(contacts) / wanted, 6)
    if len(contacts) < wanted:
        return _Verdict(PENDING if each.goes_on and each.period.due_at >= now else BROKEN, used=used)
    closed_at, period = contacts[wanted - 1], each.period
    left = 100 * ((period.end - closed_at) / (period.end - period.start))
    margin = EXCEEDED if 100 * used >= 100 + measure.exceeded_left else NEAR if left <= measure.near_left else ""
    return _Verdict(KEPT, closed_at=closed_at, used=used, margin=margin)


def _margin(measure: Measure, left: float | None) -> str:
    if left is None:
        return ""
    return EXCEEDED if left >= measure.exceeded_left else NEAR if left <= measure.near_left else ""


def _name(rule_id: int, subject: str, start: datetime) -> str:
    """The same rule, subject and period have the same id, whichever events come."""
    return str(uuid5(NAMESPACE_OID, f"{rule_id} {start.isoformat()} {subject}"))


def _places(tenant_id: int, event_ids: set[str], dimensions: Sequence[str]) -> dict[str, _Place]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"tenant": tenant_id, "events": list(event_ids), "dimensions": list(dimensions)})
        return {
            id_: _Place(customer, touchpoint, channel, unit, _texts(dimensions, said), _texts(dimensions, known))
            for id_, customer, touchpoint, channel, unit, said, known in cursor.fetchall()
        }


def _texts(names: Sequence[str], texts: Sequence[str | None]) -> dict[str, str]:
    return {name: text for name, text in zip(names, texts, strict=True) if text}


# LATERAL ... LIMIT 1 keeps it at one look-up per event whatever the planner believes of the tables.
_PLACES = """
SELECT e.id::text, e.customer_id::text, e.touchpoint_id, e.channel_id, e.unit_id,
    ARRAY(SELECT left(e.properties ->> name, 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n),
    ARRAY(SELECT left(k.dimensions ->> name, 200)
          FROM unnest(%(dimensions)s::text[]) WITH ORDINALITY AS t(name, n) ORDER BY n)
FROM unnest(%(events)s::uuid[]) AS s(id)
CROSS JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = %(tenant)s AND id = s.id LIMIT 1) e
LEFT JOIN LATERAL (
    SELECT dimensions FROM journeys_customer WHERE tenant_id = %(tenant)s AND id = e.customer_id LIMIT 1) k ON true
"""
