"""Promises at size: a sweep among 1 M open instances, and the board and a promise's page at 10 M outcomes.

usage: python bench/promises.py [requests] [millions of outcomes]
In this process: the sweep as its task calls it, pages through the real WSGI application. Beside the time on the clock
stands that of the processor (this process and its database backend), which tells its own work from what else the
machine does.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import harness
from harness import processor
from leadership_page import call, sign_in

OPEN = 1_000_000
PERIODS = 100_000
DUE = 20_000
PROMISES = 14
WANTED_MS = 150
PAGES = {"board": "promises/", "promise": "promises/promise-0/"}
SLICES = {
    "promise, one store": ("promises/promise-0/", "unit=store-1"),
    "promise, a year by store": ("promises/promise-0/", "period=365d&by=unit"),
    "board, a year": ("promises/", "period=365d"),
    "instances that broke": ("promises/promise-0/instances/", ""),
    "instances of one store, all": ("promises/promise-0/instances/", "unit=store-1&status="),
    "exclusions": ("promises/promise-0/exclusions/", ""),
    "about to break": ("promises/-/due/", ""),
}


def main(requests: int, millions: int) -> int:
    with harness.servers():
        harness.report([*sweeps(), *pages(requests, millions)])
    return 0


def sweeps() -> list[tuple[str, str, str, str]]:
    from django.db import connection
    from seed_promises import count, seed_company, seed_open, seed_periods

    from cxplatform.tenancy.context import activate
    from promises.judging.counting import _DUE
    from promises.judging.sweep import BATCH, sweep
    from promises.models import Rule

    now = datetime.now(UTC).replace(microsecond=0)
    tenant, (deadline, cadence) = seed_company("sweeping", promises=2)
    with activate(tenant.pk):
        Rule.objects.filter(pk=cadence.pk).update(
            kind="cadence", period="month", minimum_count=1, duration_minutes=None
        )
    seed_open(tenant, deadline, outcomes=OPEN - PERIODS, now=now, due=DUE, until=now + timedelta(days=30))
    start, end = month(now, tenant.zone)
    seed_periods(tenant, cadence, subjects=PERIODS, start=start, end=end - timedelta(microseconds=1))
    count(tenant)

    def once(moment: datetime) -> Callable[[], int]:
        def run() -> int:
            with activate(tenant.pk):
                return sweep(tenant, now=moment)

        return run

    deadlines = [measured(once(now)) for _ in range(DUE // BATCH)]
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + _DUE, {"tenant": tenant.pk, "now": now, "limit": BATCH})
        plan = "\n".join(line for (line,) in cursor.fetchall())
        # Deadlines have had their turn: by the end of the month only periods are due.
        cursor.execute("UPDATE promises_promiseoutcome SET counted = 'kept' WHERE rule_id = %s", [deadline.pk])
    idle = measured(once(now))
    months = [measured(once(end + timedelta(seconds=1))) for _ in range(DUE // BATCH)]
    return [
        _row(f"sweep of {BATCH} due among 1 M open", deadlines),
        _row(f"sweep of {BATCH} periods that are over, and the next begun", months),
        ("sweep that finds nothing", idle.told, "index" if "using outcome_due" in plan else plan, "no full scan"),
    ]


def _row(name: str, sweeps: "list[measured]") -> tuple[str, str, str, str]:
    clock, work = (statistics.median(getattr(each, of) for each in sweeps) for of in ("seconds", "processor"))
    slowest = max(each.seconds for each in sweeps)
    return name, f"p50 {clock:.2f}, slowest {slowest:.2f} s", f"processor {work:.2f} s", "under 2 s"


def pages(requests: int, millions: int) -> list[tuple[str, str, str, str]]:
    from seed_promises import count, seed_company, seed_open, seed_outcomes

    from cxplatform.tenancy.models import Membership
    from cxplatform.wsgi import application

    now = datetime.now(UTC)
    tenant, (*rules, open_rule) = seed_company("pages", promises=PROMISES + 1)
    outcomes = millions * 1_000_000
    # The first promise has a fifth of all.
    for number, rule in enumerate(rules):
        share = outcomes // 5 if number == 0 else (outcomes - outcomes // 5) // (PROMISES - 1)
        seed_outcomes(tenant, rule, outcomes=share, now=now)
        print(f"promise {number} of {PROMISES} seeded", file=sys.stderr, flush=True)
    seed_open(tenant, open_rule, outcomes=OPEN, now=now, due=0, until=now + timedelta(days=30))
    count(tenant)
    cookie = sign_in(tenant)
    Membership.objects.filter(tenant=tenant).update(role="cx_lead", sees_identity=True)
    rows = []
    for name, (path, query) in {**{name: (path, "") for name, path in PAGES.items()}, **SLICES}.items():
        times, work = [], []
        for turn in range(-3, requests):
            each = measured(
                lambda path=path, query=query: call(application, f"/t/{tenant.slug}/{path}", query, cookie, 200)
            )
            if turn >= 0:
                times.append(1000 * each.seconds)
                work.append(1000 * each.processor)
        rows.append(
            (
                f"{name}, {millions} M outcomes",
                f"p50 {statistics.median(times):.0f}, p95 {harness.percentile(times, 0.95):.0f} ms",
                f"processor {statistics.median(work):.0f} ms",
                f"p95 {WANTED_MS} ms",
            )
        )
    return rows


class measured:
    """What a call took on the clock and of the processor, in seconds, and what it returned."""

    def __init__(self, work: Callable[[], int]) -> None:
        before, began = processor(), time.perf_counter()
        self.rows = work()
        self.seconds = time.perf_counter() - began
        self.processor = processor() - before

    @property
    def told(self) -> str:
        return f"{self.seconds:.2f} s, processor {self.processor:.2f} s"


def month(now: datetime, zone: object) -> tuple[datetime, datetime]:
    from promises.judging.periods import periods

    return next(periods(now, zone=str(zone), period="month"))


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    sys.exit(main(*(given + [60, 10][len(given) :])))
