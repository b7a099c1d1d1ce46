"""Do outcomes keep up with what comes in? Claims of 5,000 events, judged by two rules at 1x and 10x stored events, by
a rule of each kind alone, and by all of them.

usage: python bench/outcomes.py [events at 1x]
In this process: the consumer of promises as the worker calls it, alone. Events are stored before, by the write path.
The first two rules concern three events of seven, as in the other benchmarks; all rules together concern every one.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import harness
import world
from harness import processor

CLAIM, CLAIMS = 5_000, 4
KINDS: dict[str, dict[str, Any]] = {
    "fallback, paused, in open hours": {
        "opening_type": "order.placed", "closing_type": "visit.ended", "duration_minutes": 480,
        "told_type": "contact.answered", "solution_type": "invoice.sent", "pause_type": "visit.started",
        "resume_type": "contact.received",
    },
    "by customer": {
        "match": "customer", "opening_type": "visit.started", "closing_type": "visit.ended", "duration_minutes": 60,
        "exclusions": [{"property": "segment", "operator": "eq", "value": "b", "reason": "pilot"}],
    },
    "each event": {
        "kind": "availability", "match": "event", "closing_type": "page.viewed", "property": "ok", "operator": "eq",
        "value": True,
    },
    "two values": {
        "kind": "accuracy", "opening_type": "order.placed", "closing_type": "invoice.sent", "property": "amount",
        "other_property": "amount", "tolerance": 10,
    },
    "each month": {
        "kind": "cadence", "match": "customer", "opening_type": "order.placed", "closing_type": "contact.answered",
        "period": "month", "minimum_count": 1,
    },
}  # fmt: skip


def store(tenant_id: int, name: str, count: int) -> list[Any]:
    """Record this many events; their ids."""
    import msgspec

    from cxplatform.tenancy.context import activate
    from journeys.models import Event
    from journeys.record import IncomingEvent, record

    rng = random.Random(name)
    with activate(tenant_id):
        for start in range(0, count, CLAIM):
            given = world.events_body(rng, prefix=f"{name}-{start}", count=min(CLAIM, count - start))
            began = datetime.now(UTC) - timedelta(days=rng.randrange(1, 60))
            events = [
                IncomingEvent(**row | {"time": began + timedelta(minutes=number % len(world.TYPES))})
                for number, row in enumerate(msgspec.json.decode(given)["events"])
            ]
            for part in range(0, len(events), 500):
                record(events=events[part : part + 500], source="bench")
        return list(Event.objects.filter(source_id__startswith=f"{name}-").values_list("id", flat=True))


def judge(tenant_id: int, name: str) -> tuple[float, float]:
    """Events a second, by the clock and by processor time of this process and its database backend."""
    from cxplatform.pipeline.consumers import Claim
    from cxplatform.tenancy.context import activate
    from promises.judging.outcomes import consume

    clock = busy = 0.0
    for number in range(CLAIMS + 1):
        ids = store(tenant_id, f"{name}.{number}", CLAIM)
        began, had = time.perf_counter(), processor()
        with activate(tenant_id):
            consume(Claim(tenant_id, ids))
        if number:  # the first one fills caches
            clock, busy = clock + time.perf_counter() - began, busy + processor() - had
    return CLAIM * CLAIMS / clock, CLAIM * CLAIMS / busy


def main(events: int) -> None:
    with harness.servers():
        from cxplatform.tenancy.context import activate
        from journeys.models import Calendar
        from promises.models import Promise, Rule

        rows = []
        place = world.make()
        for factor in (1, 10):
            store(place.tenant_id, f"fill{factor}", events * (factor if factor == 1 else 9))
            harness.analyse("journeys_event")
            two = judge(place.tenant_id, f"two{factor}")
            rows.append(_row(f"two rules, {factor * events:,} stored", two, "10,500"))
        hours = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        with activate(place.tenant_id):
            office = Calendar.objects.create(slug="office", name="Office", hours=hours)
            Promise.objects.update(lifecycle="retired")
        for number, (name, rule) in enumerate(KINDS.items()):
            with activate(place.tenant_id):
                promise = Promise.objects.create(slug=f"kind-{number}", name=name, wording=name, lifecycle="public")
                Rule.objects.create(promise=promise, **rule | ({} if number else {"calendar": office}))
            rows.append(_row(name, judge(place.tenant_id, f"kind{number}"), ""))
            with activate(place.tenant_id):
                Promise.objects.update(lifecycle="retired")
        with activate(place.tenant_id):
            Promise.objects.update(lifecycle="public")
        rows.append(_row("all seven rules", judge(place.tenant_id, "seven"), ""))
        harness.report(rows)


def _row(name: str, rates: tuple[float, float], wanted: str) -> tuple[str, str, str, str]:
    by_clock, by_processor = rates
    return (f"outcomes, events/s: {name}", f"{by_clock:,.0f}", f"by processor time {by_processor:,.0f}", wanted)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
