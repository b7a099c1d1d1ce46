"""Events come in at one door: checked, deduplicated, placed, kept."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.context import NoActiveTenant, activate
from journeys.models import Customer, Event, TextMapping
from journeys.record import _STAGE, _STORE, IncomingEvent, Recorded, record
from tests.factories import make_channel, make_tenant, make_touchpoint, make_unit
from tests.plans import as_new, plan

pytestmark = pytest.mark.django_db


def event(id: str = "1", type: str = "order.placed", **fields: Any) -> IncomingEvent:
    return IncomingEvent(id=id, type=type, **fields)


def test_a_recorded_event_is_stored_whole_and_queued() -> None:
    tenant = make_tenant()
    when = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
    strange = {"text": 'tab\there, "quoted" \\ back\\nslash\nline', "deep": {"list": [1, 2.5, None, True]}, "å": "ß€😀"}
    with activate(tenant.pk):
        done = record(
            events=[event(time=when, sequence=7, customer="c-1", correlation="case\t1\\N\n", properties=strange)],
            source="shop",
        )
        stored = Event.objects.get()
        assert done == Recorded(accepted=1, duplicates=0)
        assert (stored.source, stored.source_id, stored.type, stored.time, stored.sequence, stored.correlation) == (
            "shop", "1", "order.placed", when, 7, "case\t1\\N\n",
        )  # fmt: skip
        assert stored.properties == strange
        assert Customer.objects.get().id == stored.customer_id
    assert [row.event_ids for row in QueueRow.objects.filter(tenant_id=tenant.pk)] == [[stored.id]]


def test_the_same_event_twice_counts_once_also_within_a_batch() -> None:
    with activate(make_tenant().pk):
        assert record(events=[event("a"), event("b"), event("a")], source="x") == Recorded(2, 1)
        assert record(events=[event("a"), event("c")], source="x") == Recorded(1, 1)
        assert record(events=[event("a", source="other")], source="x") == Recorded(1, 0)
        assert Event.objects.count() == 4


def test_two_tenants_may_use_the_same_ids() -> None:
    for tenant in (make_tenant(), make_tenant()):
        with activate(tenant.pk):
            assert record(events=[event("a", customer="c")], source="x") == Recorded(1, 0)
            assert Event.objects.count() == Customer.objects.count() == 1


def test_known_places_are_found_and_unknown_texts_kept() -> None:
    tenant = make_tenant()
    web, unit = make_channel(tenant, "web"), make_unit(tenant, "espoo")
    chat = make_touchpoint(tenant, "chat", channel=web, unit=unit)
    with activate(tenant.pk):
        TextMapping.objects.create(kind="touchpoint", text="Live Chat", target_id=chat.pk)
        record(
            events=[
                event("1", touchpoint="chat"),
                event("2", touchpoint="Chat", channel="carrier pigeon"),
                event("3", touchpoint="Live Chat", unit="espoo"),
                event("4", touchpoint="kiosk"),
            ],
            source="x",
        )
        placed = {
            e.source_id: (e.touchpoint_id, e.channel_id, e.unit_id, e.touchpoint_text, e.channel_text)
            for e in Event.objects.all()
        }
    assert placed == {
        "1": (chat.pk, web.pk, unit.pk, "chat", ""),
        "2": (chat.pk, None, unit.pk, "Chat", "carrier pigeon"),
        "3": (chat.pk, web.pk, unit.pk, "Live Chat", ""),
        "4": (None, None, None, "kiosk", ""),
    }


def test_customers_are_made_once() -> None:
    with activate(make_tenant().pk):
        record(events=[event(str(i), customer=f"c{i % 3}") for i in range(9)], source="x")
        record(events=[event("x", customer="c1"), event("y", customer="new")], source="x")
        assert sorted(Customer.objects.values_list("external_id", flat=True)) == ["c0", "c1", "c2", "new"]
        known = dict(Customer.objects.values_list("external_id", "id"))
        assert {e.customer_id for e in Event.objects.filter(source_id__in=["1", "4", "x"])} == {known["c1"]}


def test_customers_are_looked_up_by_number_where_statistics_know_nothing_yet() -> None:
    tenant = make_tenant()
    with activate(tenant.pk), connection.cursor() as cursor:
        as_new(Customer)
        cursor.execute(_STAGE)
        told = plan(_STORE, {"tenant": tenant.pk})
    assert re.findall(r"using (\w+) on journeys_customer", told) == ["customer_external_id"], told


def test_a_time_without_offset_is_the_tenants_own_and_none_is_now() -> None:
    with activate(make_tenant(timezone="Europe/Helsinki").pk):
        before = timezone.now()
        record(events=[event("local", time=datetime(2026, 7, 1, 12)), event("none")], source="x")
        assert Event.objects.get(source_id="local").time == datetime(2026, 7, 1, 9, tzinfo=UTC)
        assert before <= Event.objects.get(source_id="none").time <= timezone.now()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"id": " "}, "id"),
        ({"id": "x" * 201}, "id"),
        ({"type": ""}, "type"),
        ({"type": "a\x00b"}, "type"),
        ({"customer": "x" * 201}, "customer"),
        ({"time": timezone.now() + timedelta(hours=25)}, "time"),
        ({"time": datetime(1999, 12, 31, tzinfo=UTC)}, "time"),
        ({"time": datetime(1, 1, 1)}, "time"),
        ({"sequence": 2**63}, "sequence"),
        ({"properties": {"a": ["x\x00"]}}, "properties"),
        ({"properties": {"a\x00": 1}}, "properties"),
        ({"properties": {"a": "\ud800"}}, "properties"),
    ],
)
def test_a_bad_event_is_rejected_by_field_and_stops_no_other(fields: dict[str, Any], named: str) -> None:
    with activate(make_tenant().pk):
        done = record(events=[event("good"), event(**{"id": "bad"} | fields), event("fine")], source="x")
        assert (done.accepted, done.duplicates) == (2, 0)
        assert [(r.index, list(r.errors)) for r in done.rejected] == [(1, [named])]
        assert Event.objects.count() == 2


def test_an_escaped_nul_in_a_text_is_only_text() -> None:
    with activate(make_tenant().pk):
        assert record(events=[event(properties={"a": r"\u0000"})], source="x").accepted == 1
        assert Event.objects.get().properties == {"a": r"\u0000"}


def test_no_tenant_no_event() -> None:
    with pytest.raises(NoActiveTenant):
        record(events=[event()], source="x")


def test_a_large_batch_makes_a_queue_row_per_500() -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        assert record(events=[event(str(i)) for i in range(1_100)], source="x").accepted == 1_100
    assert [len(row.event_ids) for row in QueueRow.objects.order_by("id")] == [500, 500, 100]
