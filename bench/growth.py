"""Does taking events in cost more when more is stored? The same batches at 1x, 10x and 100x stored events.

usage: python bench/growth.py [events at 1x]
Stored events are copied inside the database, so that filling up takes minutes, not hours. They get no keys of
deduplication: those of old events are deleted (journeys.tasks).
"""

import random
import statistics
import sys
import time

import harness
import world

BATCHES = 20

_MULTIPLY = """
INSERT INTO journeys_event (tenant_id, id, source, source_id, type, time, sequence, customer_id, touchpoint_id,
    channel_id, unit_id, touchpoint_text, channel_text, unit_text, correlation, properties)
SELECT tenant_id, gen_random_uuid(), source, source_id || '.' || %(round)s || '.' || g, type,
    time - make_interval(days => g), sequence, customer_id, touchpoint_id, channel_id, unit_id, touchpoint_text,
    channel_text, unit_text, correlation || '.' || %(round)s || '.' || g, properties
FROM journeys_event, generate_series(1, %(times)s) g WHERE source_id NOT LIKE '%%.%%'
"""


def cost(running: harness.Running, place: world.World, name: str) -> float:
    """Milliseconds for one batch of 500, the median of many, sent by one client."""
    rng = random.Random(name)
    bodies = [world.events_body(rng, prefix=f"{name}-{i}", count=500) for i in range(BATCHES)]
    caller = harness.Caller(running.port, place.secret)
    took = []
    for body in bodies:
        began = time.monotonic()
        caller.post("/api/v1/events", body)
        took.append(1000 * (time.monotonic() - began))
    return statistics.median(took)


def main(events: int) -> None:
    from django.db import connection

    from cxplatform.tenancy.context import activate

    rows = []
    with harness.up(CX_API_REQUESTS_PER_MINUTE="1000000") as running:
        place = world.make()
        caller = harness.Caller(running.port, place.secret)
        rng = random.Random("fill")
        for number in range(events // 5_000):
            caller.post("/api/v1/events", world.events_body(rng, prefix=f"fill{number}", count=5_000))
        with harness.paused(running, "celery"):
            cost(running, place, "warm")
            first = cost(running, place, "x1")
            for factor, times in ((10, 9), (100, 90)):
                with activate(place.tenant_id), connection.cursor() as cursor:
                    cursor.execute(_MULTIPLY, {"times": times, "round": factor})
                cost(running, place, f"warm{factor}")
                again = cost(running, place, f"x{factor}")
                rows.append(
                    (
                        f"intake, {factor}x stored events",
                        f"{again:.1f} ms a batch of 500",
                        f"1x {first:.1f} ms, ratio {again / first:.2f}",
                        "ratio 1.3",
                    )
                )
    harness.report(rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
