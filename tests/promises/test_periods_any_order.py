"""Promises by calendar periods: however events come, outcomes are those of a plain reference that walks the sorted
history period by period; a rebuild changes nothing, and makes the same from nothing."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.record import IncomingEvent
from promises.judging.rebuild import rebuild
from promises.models import OutcomeRollup, PromiseOutcome
from tests.factories import make_dimension, make_tenant
from tests.promises.plain import order
from tests.promises.test_any_order import deliver
from tests.promises.worlds import counts, make_promise, outcomes

HELSINKI = ZoneInfo("Europe/Helsinki")
BEGAN = timezone.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=50)
STATE = {"closing_type": "state", "property": "level", "operator": "gte", "value": 1}
RULES: dict[str, dict[str, Any]] = {
    "contact": {"kind": "cadence", "match": "customer", "period": "month", "opening_type": "begin",
                "closing_type": "contact", "minimum_count": 1, "ending_type": "end"},
    "visits": {"kind": "cadence", "period": "week", "opening_type": "contact", "closing_type": "contact",
               "minimum_count": 2},
    "open": {"kind": "availability", "basis": "time", "period": "week", "share": 60, "ending_type": "end", **STATE},
    "stock": {"kind": "stock", "match": "customer", "period": "month", **STATE},
}  # fmt: skip
PERIOD = {"week": timedelta(days=7), "month": timedelta(days=31)}
Told = tuple[str, str, datetime, datetime, str]


def begins(day: date, period: str) -> date:
    return day.replace(day=1) if period == "month" else day - timedelta(days=day.weekday())


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=HELSINKI)


def reference(events: list[IncomingEvent], now: datetime) -> set[Told]:
    """What every rule says of these events: (rule, subject, opened, due, status)."""
    found: set[Told] = set()
    for name, rule in RULES.items():
        by = "customer" if rule.get("match") == "customer" else "correlation"
        for subject in {getattr(event, by) for event in events} - {None, ""}:
            history = sorted((event for event in events if getattr(event, by) == subject), key=order)
            found |= {(name, subject, *row) for row in of_subject(rule, history, now)}
    return found


def of_subject(rule: dict[str, Any], history: list[IncomingEvent], now: datetime) -> list[tuple[Any, ...]]:
    spans = spans_of(rule, history)
    if not spans:
        return []
    day, rows = begins(spans[0][0].astimezone(HELSINKI).date(), rule["period"]), []
    while True:
        start = midnight(day).astimezone(UTC)
        day = begins(day + PERIOD[rule["period"]], rule["period"])
        end = midnight(day).astimezone(UTC)
        inside = [(max(a, start), min(b or end, end), good) for a, b, good in spans if a < end and (b or end) > start]
        if inside:
            due = end - timedelta(microseconds=1)
            rows.append((inside[0][0], due, status(rule, history, inside, start, end, due < now)))
        if end > max(now, spans[-1][0]):
            return rows


def spans_of(rule: dict[str, Any], history: list[IncomingEvent]) -> list[tuple[Any, ...]]:
    """(from, until, good) of one subject; an open end is None."""
    cadence = rule["kind"] == "cadence"
    opener = rule["opening_type"] if cadence else rule["closing_type"]
    spans: list[tuple[Any, ...]] = []
    current: tuple[Any, ...] | None = None
    for event in history:
        if event.type not in (opener, rule.get("ending_type")) or (cadence and current and event.type == opener):
            continue
        if current:
            spans.append((current[0], event.time, current[1]))
        level = (event.properties or {}).get("level")
        good = True if cadence else None if level is None else level >= 1
        current = (event.time, good) if event.type == opener else None
    if current:
        spans.append((current[0], None, current[1]))
    return [span for span in spans if span[0] != span[1]]


def status(
    rule: dict[str, Any], history: list[IncomingEvent], inside: list[Any], start: datetime, end: datetime, over: bool
) -> str:
    known = sum((b - a for a, b, good in inside if good is not None), timedelta())
    kept = sum((b - a for a, b, good in inside if good), timedelta())
    if known < (end - start) / 2:
        return "excluded"
    if rule["kind"] == "cadence":
        came = [
            event for event in history
            if event.type == rule["closing_type"] and start <= event.time < end  # type: ignore[operator]
            and any(a <= event.time <= b for a, b, _ in inside)
        ]  # fmt: skip
        if len(came) >= rule["minimum_count"]:
            return "kept"
        return "pending" if inside[-1][1] == end and not over else "broken"
    if rule["kind"] == "stock" and kept < known:
        return "broken"
    return "pending" if not over else "kept" if kept / known >= rule.get("share", 100) / 100 else "broken"


moments = st.integers(0, 200).map(lambda step: BEGAN + timedelta(hours=6 * step))
histories = st.lists(
    st.builds(
        dict,
        type=st.sampled_from(["begin", "contact", "contact", "state", "state", "end"]),
        time=moments,
        sequence=st.none() | st.integers(0, 2),
        correlation=st.sampled_from(["A", "A", "B", ""]),
        customer=st.sampled_from(["C", "C", "D", ""]),
        properties=st.fixed_dictionaries(
            {}, optional={"level": st.integers(0, 1), "segment": st.sampled_from(["x", "y"])}
        ),
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [IncomingEvent(id=f"e{number:02}", **row) for number, row in enumerate(rows)])


@st.composite
def deliveries(draw: Any) -> tuple[list[IncomingEvent], list[list[IncomingEvent]]]:
    """A history, and the batches it comes in: shuffled, some events twice."""
    history = draw(histories)
    line = draw(st.permutations(history + draw(st.lists(st.sampled_from(history), max_size=3))))
    cuts = sorted(draw(st.lists(st.integers(0, len(line)), max_size=4)))
    batches = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    return history, [batch for batch in batches if batch]


def told(tenant: Tenant, names: dict[int, str]) -> set[Told]:
    from journeys.models import Customer

    with activate(tenant.pk):
        customers = {str(id_): external for id_, external in Customer.objects.values_list("id", "external_id")}
    return {
        (
            names[row["rule_id"]],
            customers.get(row["subject"], row["subject"]),
            row["opened_at"],
            row["due_at"],
            row["status"],
        )
        for row in outcomes(tenant)
    }


class PeriodsInAnyOrder(TestCase):
    tenant: Tenant
    names: dict[int, str]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.tenant = make_tenant()  # each example's events are rolled back
        make_dimension(cls.tenant, "segment")
        cls.names = {make_promise(cls.tenant, slug=name, **rule).pk: name for name, rule in RULES.items()}

    @settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
    @given(delivery=deliveries())
    def test_outcomes_are_those_of_the_history_in_order(
        self, delivery: tuple[list[IncomingEvent], list[list[IncomingEvent]]]
    ) -> None:
        history, batches = delivery
        tenant, names = self.tenant, self.names
        deliver(tenant, batches)
        expected = reference(history, timezone.now())
        assert told(tenant, names) == expected

        # Every period that is over is counted once, in one total row.
        over = [row for row in expected if row[3] < timezone.now()]
        assert sum(sum(row) for key, row in counts(tenant).items() if key[1] == "") == len(over)

        before = (outcomes(tenant), counts(tenant))
        with activate(tenant.pk):
            assert rebuild(tenant.pk) == 0
        assert (outcomes(tenant), counts(tenant)) == before
        with activate(tenant.pk):
            PromiseOutcome.objects.all().delete()
            OutcomeRollup.objects.all().delete()
            rebuild(tenant.pk)
        assert (outcomes(tenant), counts(tenant)) == before
