"""However events come - late, doubled, in pieces, in any order - outcomes and counts are those of the whole
history judged in order, by a plain reference that knows no SQL; and a rebuild changes nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.record import IncomingEvent, record
from promises.judging.rebuild import rebuild
from promises.models import OutcomeRollup, PromiseOutcome, Rule
from tests.factories import make_dimension, make_tenant
from tests.promises.worlds import counts, make_promise, outcomes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(minutes=60)
RULES: dict[str, dict[str, Any]] = {
    "case": {"opening_type": "open", "closing_type": "close", "duration_minutes": 60},
    "turns": {"match": "customer", "opening_type": "open", "closing_type": "close", "duration_minutes": 60},
    "test": {"kind": "condition", "closing_type": "close", "property": "ok", "operator": "eq", "value": True},
    "each": {"kind": "condition", "match": "customer", "closing_type": "close", "property": "ok", "operator": "eq",
             "value": True},
    "said": {"opening_type": "open", "closed_property": "ended", "duration_minutes": 60},
}  # fmt: skip


@dataclass(frozen=True)
class Plain:
    """An outcome as the reference tells it."""

    rule: str
    subject: str
    opened_by: str
    status: str


def order(event: IncomingEvent) -> tuple[Any, ...]:
    has_sequence = event.sequence is not None
    return (event.time, has_sequence, event.sequence or 0, event.id)


def at_or_after(event: IncomingEvent, opening: IncomingEvent) -> bool:
    assert event.time and opening.time
    if event.time != opening.time:
        return event.time > opening.time
    return event.sequence is None or opening.sequence is None or event.sequence >= opening.sequence


def within(opening: IncomingEvent, closed_at: datetime | None) -> str:
    assert opening.time
    return "kept" if closed_at and closed_at <= opening.time + HOUR else "broken"


def passes(event: IncomingEvent) -> str:
    ok = (event.properties or {}).get("ok")
    return "excluded" if ok is None else "kept" if ok else "broken"


def reference(events: list[IncomingEvent]) -> set[Plain]:
    """What every rule says of these events: the definition, spelled out over the sorted history."""
    history = sorted(events, key=order)
    found = set()
    for case in {event.correlation for event in history if event.correlation}:
        mine = [event for event in history if event.correlation == case]
        openings = [event for event in mine if event.type == "open"]
        closings = [event for event in mine if event.type == "close"]
        if openings:
            first = openings[0]
            after = [event for event in closings if at_or_after(event, first)]
            found.add(Plain("case", case, first.id, within(first, after[0].time if after else None)))
            saying = [event for event in mine if at_or_after(event, first) and "ended" in (event.properties or {})]
            ended = saying[-1].properties["ended"] if saying else None
            found.add(Plain("said", case, first.id, within(first, ended and datetime.fromisoformat(ended))))
        if closings:
            found.add(Plain("test", case, closings[0].id, passes(closings[-1])))
    for customer in {event.customer for event in history if event.customer}:
        opening = None
        for event in (event for event in history if event.customer == customer):
            if event.type == "close":
                found.add(Plain("each", customer, event.id, passes(event)))
                if opening:
                    found.add(Plain("turns", customer, opening.id, within(opening, event.time)))
                opening = None
            elif event.type == "open" and opening is None:
                opening = event
        if opening:
            found.add(Plain("turns", customer, opening.id, "broken"))
    return found


moments = st.integers(0, 12).map(lambda step: NOON + timedelta(minutes=20 * step))
histories = st.lists(
    st.builds(
        dict,
        type=st.sampled_from(["open", "open", "close", "close", "other"]),
        time=moments,
        sequence=st.none() | st.integers(0, 2),
        correlation=st.sampled_from(["A", "A", "B", ""]),
        customer=st.sampled_from(["C", "C", "D", ""]),
        properties=st.fixed_dictionaries(
            {},
            optional={
                "ok": st.none() | st.booleans(),
                "ended": st.none() | moments.map(datetime.isoformat),
                "segment": st.sampled_from(["x", "y"]),
            },
        ),
    ),
    min_size=1,
    max_size=12,
).map(lambda rows: [IncomingEvent(id=f"e{number:02}", **row) for number, row in enumerate(rows)])


@st.composite
def deliveries(draw: Any) -> tuple[list[IncomingEvent], list[list[IncomingEvent]]]:
    """A history, and the batches it comes in: shuffled, some events twice."""
    history = draw(histories)
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    line = draw(st.permutations(history + again))
    cuts = sorted(draw(st.lists(st.integers(0, len(line)), max_size=3)))
    batches = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    return history, [batch for batch in batches if batch]


def company() -> tuple[Tenant, dict[int, str]]:
    tenant = make_tenant()
    make_dimension(tenant, "segment")
    return tenant, {make_promise(tenant, slug=name, **rule).pk: name for name, rule in RULES.items()}


def deliver(tenant: Tenant, batches: list[list[IncomingEvent]]) -> None:
    for batch in batches:
        with activate(tenant.pk):
            record(events=batch, source="test")
        drain(tenant.pk)


def told(tenant: Tenant, names: dict[int, str]) -> set[Plain]:
    from journeys.models import Customer

    with activate(tenant.pk):
        customers = {str(id_): external for id_, external in Customer.objects.values_list("id", "external_id")}
    return {
        Plain(names[row["rule_id"]], customers.get(row["subject"], row["subject"]), row["opened_by"], row["status"])
        for row in outcomes(tenant)
    }


class AnyOrder(TestCase):
    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(delivery=deliveries())
    def test_outcomes_are_those_of_the_history_in_order(
        self, delivery: tuple[list[IncomingEvent], list[list[IncomingEvent]]]
    ) -> None:
        history, batches = delivery
        tenant, names = company()
        deliver(tenant, batches)
        assert told(tenant, names) == reference(history)

        # Every outcome of the past is counted once, in one total row.
        in_all = {key: sum(row) for key, row in counts(tenant).items() if key[1] == ""}
        assert sum(in_all.values()) == len(reference(history))

        before = (outcomes(tenant), counts(tenant))
        with activate(tenant.pk):
            assert rebuild(tenant.pk) == 0
        assert (outcomes(tenant), counts(tenant)) == before

        with activate(tenant.pk):
            PromiseOutcome.objects.all().delete()
            OutcomeRollup.objects.all().delete()
            rebuild(tenant.pk)
        assert (outcomes(tenant), counts(tenant)) == before


@pytest.mark.django_db
def test_a_rebuild_mends_outcomes_and_counts_and_says_how_many_were_wrong() -> None:
    tenant, _ = company()
    deliver(tenant, [[IncomingEvent(id="a", type="open", time=NOON, correlation="A")]])
    before = (outcomes(tenant), counts(tenant))
    with activate(tenant.pk):
        OutcomeRollup.objects.update(kept=7)
        with transaction.atomic():
            assert rebuild(tenant.pk) == 2
    assert (outcomes(tenant), counts(tenant)) == before


@pytest.mark.django_db
def test_a_rebuild_follows_a_rule_that_was_changed_and_leaves_what_lost_its_events() -> None:
    tenant = make_tenant()
    rule = make_promise(tenant)
    start = IncomingEvent(id="a", type="order.placed", time=NOON, correlation="A")
    end = IncomingEvent(id="b", type="order.delivered", time=NOON + 2 * HOUR, correlation="A")
    other = IncomingEvent(id="c", type="order.placed", time=NOON, correlation="B")
    deliver(tenant, [[start, end, other]])
    assert [row["status"] for row in outcomes(tenant)] == ["broken", "broken"]
    with activate(tenant.pk):
        from journeys.models import Event

        Event.objects.filter(correlation="B").delete()
        Rule.objects.filter(pk=rule.pk).update(duration_minutes=180)
        assert rebuild(tenant.pk) == 1
    assert [row["status"] for row in outcomes(tenant)] == ["kept", "broken"]
