"""Journeys as they happen: what keeping them costs a worker, and making them all anew.

usage: python bench/paths.py [events to rebuild]     (default 500,000; 5000000 takes a while to fill)
The same events are counted with the consumer of paths and without it, by turns, in one process; most cases take one
of some hundred ways through 20 touchpoints, one in twenty a way of its own, and beside it all of them ways of their
own. Then told apart by customer alone: as cases come, and with each event of a customer drawn anew, so that each
changes a passage by itself, in time's order and out of it; and the same by case. Filled with what is in the database
already, cases and customers renamed.
"""

import gc
import random
import resource
import statistics
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import cpu
import harness
import msgspec
import world

ROUNDS, CLAIM = 6, 5_000
SOME, ALL = 0.05, 1.0  # of the cases take a way of their own

_MULTIPLY = """
INSERT INTO journeys_event (tenant_id, id, source, source_id, type, time, sequence, customer_id, touchpoint_id,
    channel_id, unit_id, touchpoint_text, channel_text, unit_text, correlation, properties)
SELECT tenant_id, uuidv7(), source, source_id || '.' || %(round)s || '.' || g, type,
    time - make_interval(days => g), sequence, NULL, touchpoint_id, channel_id, unit_id, touchpoint_text,
    channel_text, unit_text, correlation || '.' || %(round)s || '.' || g, properties
FROM journeys_event, generate_series(1, %(times)s) g WHERE source_id NOT LIKE '%%.%%' AND correlation <> ''
"""


def ways(rng: random.Random) -> list[list[int]]:
    return [[rng.randrange(20) for _ in range(rng.randint(3, 9))] for _ in range(150)]


def batch(rng: random.Random, known: list[list[int]], prefix: str, *, own: float = SOME, days: int = 1) -> list[Any]:
    """A claim's events of cases of about six steps, some minutes apart, begun on these last days."""
    from journeys.record import IncomingEvent

    events: list[Any] = []
    number = 0
    while len(events) < CLAIM:
        way = known[min(int(rng.expovariate(0.05)), len(known) - 1)]
        if rng.random() < own:
            way = [rng.randrange(20) for _ in range(6)]
        began = datetime.now(UTC) - timedelta(minutes=rng.randrange(days * 24 * 60))
        customer = f"c{rng.randrange(20_000)}"
        for step, place in enumerate(way):
            events.append(
                IncomingEvent(
                    id=f"{prefix}-{number}-{step}",
                    type="visit",
                    time=began + timedelta(minutes=7 * step),
                    customer=customer,
                    touchpoint=f"tp{place}",
                    correlation=f"{prefix}-{number}",
                    properties={"segment": rng.choice("ab"), "amount": number},
                )
            )
        number += 1
    return events[:CLAIM]


@dataclass(frozen=True)
class Way:
    """How events of many come together. `by_case`: told apart by case, else by customer alone; `apart`: each event of
    another one of twenty thousand, else a case's events together; `in_order`: no event before one that came earlier.
    """

    name: str
    by_case: bool = False
    apart: bool = True
    in_order: bool = True


WAYS = (
    Way("told apart by customer alone, as cases come", apart=False),
    Way("the same, each event of another", in_order=True),
    Way("the same, and at any hour of a day", in_order=False),
    Way("told apart by case, each event of another", by_case=True),
)


def mixed(rng: random.Random, known: list[list[int]], prefix: str, way: Way, start: datetime) -> list[Any]:
    """A claim's events, in order from `start` on, a second between them."""
    events = []
    for number, event in enumerate(batch(rng, known, prefix)):
        whose = f"c{rng.randrange(20_000)}" if way.apart else event.customer
        time_ = start + timedelta(seconds=number) if way.apart and way.in_order else event.time
        events.append(
            msgspec.structs.replace(event, correlation=whose if way.by_case else "", customer=whose, time=time_)
        )
    return events


def of_ways(rng: random.Random, known: list[list[int]]) -> list[tuple[float, float]]:
    """Microseconds an event for paths and for storing, of each of WAYS."""
    from cxplatform.pipeline import consumers
    from cxplatform.tenancy.context import activate
    from cxplatform.tenancy.models import Tenant
    from journeys.models import Journey
    from journeys.paths.consume import NAME, consume
    from journeys.paths.history import read_past
    from journeys.paths.rebuild import rebuild

    found = []
    for number, way in enumerate(WAYS):
        place = world.make(f"bench-ways-{number}")
        with activate(place.tenant_id):
            if not way.by_case:
                Journey.objects.update(trace_by=Journey.TraceBy.CUSTOMER)
            while read_past(Tenant.objects.get(pk=place.tenant_id)):
                pass
        start = datetime.now(UTC) - timedelta(seconds=CLAIM * (ROUNDS + 1))
        consumers.register(NAME, consume, rebuild)
        cost(place, mixed(rng, known, "warm", way, start))
        spent: dict[bool, list[float]] = {True: [], False: []}
        storing = []
        for round_ in range(ROUNDS):
            keeping = round_ % 2 == 0
            if keeping:
                consumers.register(NAME, consume, rebuild)
            else:
                consumers.unregister(NAME)
            start += timedelta(seconds=CLAIM)
            stored_in, counted_in = cost(place, mixed(rng, known, f"r{round_}", way, start))
            storing.append(stored_in)
            spent[keeping].append(counted_in)
        kept, without = (statistics.median(spent[keeping]) for keeping in (True, False))
        found.append((1e6 * (kept - without) / CLAIM, 1e6 * statistics.median(storing) / CLAIM))
    consumers.register(NAME, consume, rebuild)
    return found


def cost(place: world.World, events: list[object]) -> tuple[float, float]:
    """Seconds of processor time that these events take, of a worker and its database: to be stored, to be counted."""
    from cxplatform.pipeline.claim import drain
    from cxplatform.tenancy.context import activate
    from journeys.record import record

    began = cpu.here()
    for start in range(0, len(events), 500):
        with activate(place.tenant_id):
            record(events=events[start : start + 500], source="bench")  # type: ignore[arg-type]
    stored = cpu.here()
    drain(place.tenant_id)
    return stored - began, cpu.here() - stored


def main(stored: int) -> None:
    rng = random.Random("paths")
    with harness.up() as running, harness.paused(running, "celery"):
        from django.db import connection

        from cxplatform.pipeline import consumers
        from cxplatform.tenancy.context import activate
        from cxplatform.tenancy.models import Tenant
        from journeys.models import Event, Passage, PathRollup
        from journeys.paths.consume import NAME, consume
        from journeys.paths.history import read_past
        from journeys.paths.rebuild import rebuild

        place = world.make()
        with activate(place.tenant_id):
            while read_past(Tenant.objects.get(pk=place.tenant_id)):
                pass
        known = ways(rng)
        cost(place, batch(rng, known, "warm"))
        gc.collect()
        gc.freeze()  # as a worker does
        spent: dict[tuple[float, bool], list[float]] = {
            (own, keeping): [] for own in (SOME, ALL) for keeping in (False, True)
        }
        storing: list[float] = []
        for number in range(2 * ROUNDS):
            keeping = number % 2 == 0
            if keeping:
                consumers.register(NAME, consume, rebuild)
            else:
                consumers.unregister(NAME)
            for own in (SOME, ALL):
                stored_in, counted_in = cost(place, batch(rng, known, f"r{number}-{own}", own=own))
                storing.append(stored_in)
                spent[own, keeping].append(counted_in)
        consumers.register(NAME, consume, rebuild)
        counting = {kind: 1e6 * statistics.median(seconds) / CLAIM for kind, seconds in spent.items()}
        taken_in = 1e6 * statistics.median(storing) / CLAIM
        ways_of = of_ways(rng, known)
        with activate(place.tenant_id), connection.cursor() as cursor:
            there = Event.objects.exclude(correlation="").count()
            cursor.execute(_MULTIPLY, {"times": max(1, round(stored / there) - 1), "round": 1})
        harness.analyse("journeys_event")
        with activate(place.tenant_id):
            events = Event.objects.exclude(correlation="").count()
            began = time.monotonic()
            rebuild(place.tenant_id)
            first = time.monotonic() - began
            began = time.monotonic()
            again = rebuild(place.tenant_id)
            took = time.monotonic() - began
            passages, rows = Passage.objects.count(), PathRollup.objects.count()
        consumers.register(NAME, consume, rebuild)
        late = 1e6 * statistics.median(cost(place, batch(rng, known, f"late{n}"))[1] for n in range(3)) / CLAIM
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    harness.report(
        [
            *(
                (
                    f"keeping paths, microseconds of processor time an event, {how}",
                    f"{counting[own, True] - counting[own, False]:.0f}",
                    f"storing one (without HTTP) {taken_in:.0f}, "
                    f"ratio {(counting[own, True] - counting[own, False]) / taken_in:.2f}",
                    "ratio 1.5",
                )
                for own, how in ((SOME, "most on known ways"), (ALL, "each case on its own way"))
            ),
            *(
                (
                    way.name,
                    f"{own:.0f}",
                    f"storing one {storing_one:.0f}, ratio {own / storing_one:.2f}",
                    "ratio 1.5",
                )
                for (own, storing_one), way in zip(ways_of, WAYS, strict=True)
            ),
            (
                "counting an event by all consumers, microseconds",
                f"{counting[SOME, True]:.0f}",
                f"without paths {counting[SOME, False]:.0f}; on own ways {counting[ALL, True]:.0f} and "
                f"{counting[ALL, False]:.0f}",
                "",
            ),
            (
                "the same, most on known ways, with those stored",
                f"{late:.0f}",
                f"{events:,} events, {passages:,} passages",
                "no growth",
            ),
            (
                f"rebuild of {events:,} events, s",
                f"{first:.0f} from nothing, {took:.0f} again",
                f"{again} differences, {rows:,} count rows",
                "180 s for 5,000,000",
            ),
            ("memory of the process, MB", f"{memory:.0f}", "counting and rebuilding", "500"),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500_000)
