"""A meaning given after the fact to a million stored events, counts following; and what types cost the intake.

usage: python bench/meanings.py [events]
The intake is measured with and without the look-up of types, a batch of the one after a batch of the other.
"""

import random
import sys
import time

import harness
import world

BATCH = 500


def store(place: world.World, count: int) -> None:
    """Events of a touchpoint nobody has defined: four in five say so, the others a known one."""
    from datetime import UTC, datetime, timedelta

    from cxplatform.tenancy.context import activate
    from journeys.record import IncomingEvent, record

    rng, now = random.Random(1), datetime.now(UTC)
    for start in range(0, count, 5_000):
        events = [
            IncomingEvent(
                id=f"m{number}",
                type=world.TYPES[number % len(world.TYPES)],
                time=now - timedelta(minutes=rng.randrange(500_000)),
                customer=f"c{number // 12 % 50_000}",
                touchpoint="Old till" if number % 5 else "tp1",
                correlation=f"k{number // 6}",
                properties={"segment": "ab"[number % 2]},
            )
            for number in range(start, min(count, start + 5_000))
        ]
        with activate(place.tenant_id):
            record(events=events, source="bench")


def apply(place: world.World) -> tuple[float, float]:
    """Seconds a whole run takes, and the longest of its transactions."""
    from cxplatform.tenancy.context import activate
    from journeys import mapping, remapping
    from journeys.models import Touchpoint

    with activate(place.tenant_id):
        target = Touchpoint.objects.get(slug="tp2").pk
        run = remapping.remap([mapping.map_text("touchpoint", "Old till", target)])
    assert run is not None
    began, longest, outcome = time.monotonic(), 0.0, remapping.MORE
    while outcome != remapping.DONE:
        step = time.monotonic()
        outcome = remapping.apply(place.tenant_id, run.pk)
        longest = max(longest, time.monotonic() - step)
        if outcome == remapping.WAIT:
            time.sleep(0.1)
    return time.monotonic() - began, longest


def intake(place: world.World, rounds: int = 60) -> tuple[float, float]:
    """Events per second with and without the types of events, in turns; the better half of each."""
    from cxplatform.tenancy.context import activate
    from journeys import record as door

    whole = door._STORE
    bare = whole.replace("LEFT JOIN journeys_eventtype et ON n.touchpoint = '' AND et.type = n.type\n", "")
    bare = bare.replace(", et.touchpoint_id)", ")")
    assert bare != whole
    rng, took = random.Random(2), {True: [], False: []}  # type: dict[bool, list[float]]
    for number in range(2 * rounds):
        typed = number % 2 == 0
        door._STORE = whole if typed else bare
        events = [
            door.IncomingEvent(
                id=f"i{number}-{n}",
                type=world.TYPES[n % 7],
                customer=f"c{rng.randrange(20_000)}",
                touchpoint=f"tp{n % 20}",
            )
            for n in range(BATCH)
        ]
        began = time.monotonic()
        with activate(place.tenant_id):
            door.record(events=events, source="bench")
        took[typed].append(time.monotonic() - began)
    door._STORE = whole
    return tuple(BATCH * rounds / 2 / sum(sorted(took[typed])[: rounds // 2]) for typed in (True, False))  # type: ignore[return-value]


def main(count: int) -> None:
    from cxplatform.pipeline import queue

    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        place = world.make()
        with harness.paused(running, "celery"):
            intake(place, 10)
            typed, bare = intake(place)
            store(place, count)
        while queue.lag()[0]:
            time.sleep(0.5)
        with harness.paused(running, "celery"):
            took, longest = apply(place)
    harness.report(
        [
            (
                "intake with types of events, events/s",
                f"{typed:,.0f}",
                f"without, in turns {bare:,.0f}",
                "at least 97 %",
            ),
            (
                f"a meaning applied to {count:,} events",
                f"{took:,.0f} s",
                f"longest transaction {longest:.1f} s",
                "300 s",
            ),
        ]
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
