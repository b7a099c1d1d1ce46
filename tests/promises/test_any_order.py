"""However events come - late, doubled, in pieces, in any order and offset - outcomes and counts are those of the
whole history judged in order, by a plain reference that knows no SQL; and a rebuild changes nothing."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
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
from tests.promises.plain import Plain, reference
from tests.promises.worlds import counts, make_calendar, make_promise, outcomes

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(minutes=60)
# In the middle of the histories below, and of the night in which Helsinki's clocks go forward.
CHANGE = datetime(2026, 3, 29, 1, tzinfo=UTC)
VERSIONS = CHANGE + 2 * HOUR
PAUSED = {"pause_type": "ask", "resume_type": "hear"}
REPLY = {"opening_type": "open", "closing_type": "close"}
RULES: dict[str, dict[str, Any]] = {
    "case": {**REPLY, "duration_minutes": 60, "told_type": "tell", "solution_type": "offer", **PAUSED,
             "valid_until": VERSIONS},
    "longer": {**REPLY, "duration_minutes": 100, "valid_from": VERSIONS, "excluded_property": "excuse"},
    "office": {**REPLY, "duration_minutes": 60, "calendar": "office", **PAUSED},
    "turns": {"match": "customer", **REPLY, "duration_minutes": 60, "told_type": "tell", "solution_property": "offer",
              **PAUSED},
    "test": {"kind": "condition", "closing_type": "close", "property": "ok", "operator": "eq", "value": True,
             "told_type": "tell", "solution_type": "tell"},
    "each": {"kind": "condition", "match": "customer", "closing_type": "close", "property": "ok", "operator": "eq",
             "value": True, "exclusions": [{"property": "segment", "operator": "eq", "value": "y", "reason": "y"}]},
    "request": {"kind": "availability", "match": "event", "closing_type": "close", "property": "ok", "operator": "eq",
                "value": True, "told_type": "close", "solution_property": "offer"},
    "said": {"opening_type": "open", "closed_property": "ended", "due_property": "due", "duration_minutes": 60,
             **PAUSED},
    "own": {"match": "event", "opening_type": "open", "closed_property": "ended", "due_property": "due"},
    "equal": {"kind": "accuracy", **REPLY, "property": "price", "other_property": "paid", "tolerance": 1},
    "alike": {"kind": "accuracy", "match": "event", "closing_type": "close", "property": "price",
              "other_property": "paid", "tolerance": 0},
}  # fmt: skip
ZONES = ("UTC", "Europe/Helsinki", "America/St_Johns")


moments = st.integers(0, 18).map(lambda step: CHANGE + timedelta(minutes=20 * step))
written = st.tuples(moments, st.sampled_from(["", "Z", "+03:00", "day"])).map(
    lambda said: {
        "": said[0].replace(tzinfo=None).isoformat(),
        "day": said[0].date().isoformat(),
        "Z": said[0].isoformat(),
        "+03:00": said[0].astimezone(ZoneInfo("Etc/GMT-3")).isoformat(),
    }[said[1]]
)
histories = st.lists(
    st.builds(
        dict,
        type=st.sampled_from(["open", "open", "close", "close", "ask", "hear", "tell", "offer", "other"]),
        time=st.tuples(moments, st.sampled_from(ZONES)).map(lambda told: told[0].astimezone(ZoneInfo(told[1]))),
        sequence=st.none() | st.integers(0, 2),
        correlation=st.sampled_from(["A", "A", "B", ""]),
        customer=st.sampled_from(["C", "C", "D", ""]),
        properties=st.fixed_dictionaries(
            {},
            optional={
                "ok": st.none() | st.booleans(),
                "offer": st.booleans(),
                "excuse": st.sampled_from(["", "strike"]),
                "ended": st.none() | written,
                "due": st.none() | written,
                "price": st.none() | st.integers(0, 3),
                "paid": st.integers(0, 3),
                "segment": st.sampled_from(["x", "y"]),
            },
        ),
    ),
    min_size=1,
    max_size=14,
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


def company(zone: str = "UTC") -> tuple[Tenant, dict[int, str]]:
    """Open from 4 to 6 and from 7 to 8 every day but the Monday after the change of the clocks."""
    tenant = make_tenant(timezone=zone)
    make_dimension(tenant, "segment")
    hours = [["04:00", "06:00"], ["07:00", "08:00"]]
    office = make_calendar(
        tenant, country="", closed_days=["2026-03-30"], hours=dict.fromkeys(("mon", "tue", "sat", "sun"), hours)
    )
    rules = {name: rule | ({"calendar": office} if "calendar" in rule else {}) for name, rule in RULES.items()}
    return tenant, {make_promise(tenant, slug=name, **rule).pk: name for name, rule in rules.items()}


def expected(history: list[IncomingEvent], zone: str) -> set[Plain]:
    place = ZoneInfo(zone)

    def is_open(moment: datetime) -> bool:
        there = moment.astimezone(place)
        minute = there.hour * 60 + there.minute
        return (
            there.weekday() in (0, 1, 5, 6)
            and there.date().isoformat() != "2026-03-30"
            and (240 <= minute < 360 or 420 <= minute < 480)
        )

    return {
        outcome
        for name, rule in RULES.items()
        for outcome in reference(
            name,
            rule | ({"calendar": is_open} if "calendar" in rule else {}),
            history,
            zone=place,
            now=timezone.now(),
        )
    }


def deliver(tenant: Tenant, batches: list[list[IncomingEvent]]) -> None:
    for batch in batches:
        with activate(tenant.pk):
            record(events=batch, source="test")
        drain(tenant.pk)


def told(tenant: Tenant, names: dict[int, str]) -> set[Plain]:
    from journeys.models import Customer, Event

    with activate(tenant.pk):
        customers = {str(id_): name for id_, name in Customer.objects.values_list("id", "external_id")}
        events = {str(id_): name for id_, name in Event.objects.values_list("id", "source_id")}
    # A customer's id is that of the first event that named them.
    subjects: dict[str, dict[str, str]] = {"customer": customers, "event": events, "correlation": {}}
    return {
        Plain(
            names[row["rule_id"]],
            subjects[RULES[names[row["rule_id"]]].get("match", "correlation")].get(row["subject"], row["subject"]),
            row["opened_by"],
            *(row[name] for name in ("status", "due_at", "told_at", "used", "margin")),
        )
        for row in outcomes(tenant)
    }


class AnyOrder(TestCase):
    companies: dict[str, tuple[Tenant, dict[int, str]]]

    @classmethod
    def setUpTestData(cls) -> None:
        cls.companies = {zone: company(zone) for zone in ZONES}  # each example's events are rolled back

    @settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow])
    @given(delivery=deliveries(), zone=st.sampled_from(ZONES))
    def test_outcomes_are_those_of_the_history_in_order(
        self, delivery: tuple[list[IncomingEvent], list[list[IncomingEvent]]], zone: str
    ) -> None:
        history, batches = delivery
        tenant, names = self.companies[zone]
        deliver(tenant, batches)
        right = expected(history, zone)
        assert told(tenant, names) == right

        # Every outcome of the past is counted once, in one total row.
        with activate(tenant.pk):
            rows = OutcomeRollup.objects.filter(dimension="").values()
            for column in ("kept", "fallback", "broken", "excluded"):
                assert sum(row[column] for row in rows) == Counter(each.status for each in right)[column]
            for column in ("exceeded", "near"):
                assert sum(row[column] for row in rows) == Counter(each.margin for each in right)[column]

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
    tenant = make_tenant()
    make_promise(tenant, **REPLY, duration_minutes=60)
    make_promise(tenant, **REPLY, duration_minutes=60)
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
