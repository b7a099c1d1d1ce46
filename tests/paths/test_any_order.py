"""However events come - late, doubled, in pieces, in any order - passages and counts are those of the same events
in order, and a rebuild changes nothing."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer, EventType, JourneyVersion, Jump, Step, Touchpoint
from journeys.paths import traces
from journeys.paths.history import read_past, unread
from journeys.paths.rebuild import rebuild
from journeys.paths.sweep import anything_due, sweep
from journeys.record import IncomingEvent
from journeys.versions import snapshot
from tests.factories import make_channel, make_dimension, make_journey, make_tenant, make_touchpoint, make_unit
from tests.paths.worlds import counts, event, passages, send

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PLACES = ["look", "ask", "buy", "use", "elsewhere", "nobody-knows"]


def make_world() -> Tenant:
    """Two journeys by case, one of them with a condition, and two by customer with other gaps; designs change."""
    tenant = make_tenant(timezone="Europe/Helsinki")
    channels = [make_channel(tenant, slug) for slug in ("web", "shop")]
    units = [make_unit(tenant, slug) for slug in ("sales", "service")]
    make_dimension(tenant, "segment")
    there = [
        make_touchpoint(tenant, slug, channel=channels[n % 2], unit=units[n // 2 % 2])
        for n, slug in enumerate(PLACES[:5])
    ]
    buying = make_journey(tenant, "buying", stages=["Look", "Ask", "Buy"], touchpoints=there[:3], inactive_hours=12)
    make_journey(tenant, "using", stages=["Use", "Ask"], touchpoints=[there[3], there[1]], position=1,
                 condition_property="segment", condition_value="gold")  # fmt: skip
    for hours in (6, 24):
        make_journey(tenant, f"living-{hours}", stages=["All", "Then"], touchpoints=[there[0], there[3]],
                     trace_by="customer", inactive_hours=hours)  # fmt: skip
    with activate(tenant.pk):
        EventType.objects.create(type="dropped", meaning="failure")
        EventType.objects.create(type="bot", meaning="bot", touchpoint=there[1])
        EventType.objects.create(type="person", meaning="human")
        EventType.objects.create(type="noise", ignored=True)
        snapshot(buying.journey)
        JourneyVersion.objects.update(valid_from=NOON - timedelta(days=30))
        first, _, last = Step.objects.filter(stage__journey=buying.journey).order_by("stage__position")
        Jump.objects.create(journey=buying.journey, from_step=last, to_step=first)
        snapshot(buying.journey, valid_from=NOON + timedelta(hours=20))
        while read_past(tenant):
            pass
    return tenant


def happenings(rng: random.Random, count: int = 60) -> list[IncomingEvent]:
    """A history of few cases and customers, many of it in the same minute, some of it answers."""
    found = []
    for number in range(count):
        type_ = rng.choice(["visit"] * 6 + ["dropped", "bot", "person", "noise", "survey.answered"])
        properties: dict[str, Any] = {"segment": rng.choice(["gold", "", "blue"])} if rng.random() < 0.5 else {}
        if type_ == "survey.answered":
            properties = {rng.choice(["nps", "ces"]): rng.choice([0, 30, 50, 85.5, 100])}
        elif rng.random() < 0.5:
            properties |= {rng.choice(["source", "utm_source"]): rng.choice(["search", "friend", 7])}
        found.append(
            event(
                "" if type_ in ("bot", "person") or rng.random() < 0.1 else rng.choice(PLACES),
                NOON + timedelta(minutes=30 * rng.randrange(120)),
                id=f"e{number}",
                type=type_,
                sequence=rng.choice([None, 1, 2]),
                correlation=rng.choice(["A", "B", "C", "D", ""]),
                customer=rng.choice(["anna", "bo", ""]) or None,
                properties=properties,
            )
        )
    return found


def told(tenant: Tenant) -> list[Any]:
    """Passages and counts without the ids that differ from one tenant to the next."""
    with activate(tenant.pk):
        touchpoints = {0: "?"} | dict(Touchpoint.objects.values_list("id", "slug"))
    rows = []
    for row in passages(tenant):
        names = ("touchpoint_ids", "skipped", "repeated", "undesigned", "score_touchpoint_ids")
        slugs = {name: [touchpoints[id_] for id_ in row[name]] for name in names}
        kept = ("trace_by", "gap_hours", "started_at", "last_at", "ended", "truncated", "seconds", "failures",
                "human_after", "scores", "score_seconds", "source", "dimensions", "fitness")  # fmt: skip
        subject = row["subject"] if row["trace_by"] == "correlation" else ""
        rows.append([subject, *(row[name] for name in kept), slugs])
    return sorted(rows, key=repr)


@pytest.mark.parametrize("seed", range(3))
def test_disorder_ends_as_order(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traces, "LONGEST", 7)
    rng = random.Random(seed)
    history = happenings(rng)
    ordered, disordered = make_world(), make_world()
    send(ordered, sorted(history, key=lambda e: (e.time, e.sequence or 0, e.id)))
    mixed = history + rng.sample(history, 20)
    rng.shuffle(mixed)
    while mixed:
        part = rng.choice([1, 3, 10, 30])
        send(disordered, mixed[:part])
        mixed = mixed[part:]
    assert told(disordered) == told(ordered)
    for tenant in (ordered, disordered):
        before = counts(tenant), passages(tenant)
        with activate(tenant.pk):
            assert not unread(tenant)
            assert rebuild(tenant.pk) == 0
        assert (counts(tenant), passages(tenant)) == before


@pytest.mark.parametrize("seed", range(2))
def test_passages_that_end_between_deliveries_are_those_of_a_history_told_at_once(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traces, "LONGEST", 7)
    clock = [NOON + timedelta(hours=70)]
    monkeypatch.setattr(timezone, "now", lambda: clock[0])
    rng = random.Random(seed)
    history = happenings(rng)
    at_once, in_time = make_world(), make_world()
    for tenant in (at_once, in_time):
        with activate(tenant.pk):
            Customer.objects.create(external_id="anna", dimensions={"segment": "gold"})
    send(at_once, history)
    late = sorted(history, key=lambda e: e.time + timedelta(hours=rng.choice([0, 0, 1, 20]))) + rng.sample(history, 15)
    clock[0], end = NOON, clock[0]
    swept = 0
    while late:
        part = rng.choice([1, 3, 8])
        batch, late = late[:part], late[part:]
        clock[0] = min(end, max(clock[0], *(each.time for each in batch)) + timedelta(minutes=rng.choice([0, 10, 300])))
        send(in_time, batch)
        if rng.random() < 0.5:
            swept += sweep_all(in_time)
    clock[0] = end
    assert swept and sweep_all(in_time) >= 0
    assert told(in_time) == told(at_once)
    with activate(in_time.pk):
        before = counts(in_time)
        assert rebuild(in_time.pk) == 0
        assert counts(in_time) == before


def sweep_all(tenant: Tenant) -> int:
    """Look at passages two by two until none is due; how many were looked at."""
    looked = 0
    with activate(tenant.pk):
        while anything_due():
            looked += sweep(tenant, limit=2)
            assert looked < 500
    return looked
