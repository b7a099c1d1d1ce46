"""What becomes of promises as events come in: kept, broken, pending, excluded, and when it is counted."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from cxplatform.pipeline.claim import drain
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from promises.judging.rebuild import rebuild
from promises.judging.sweep import anything_due, sweep
from promises.models import OutcomeRollup, Promise, PromiseOutcome
from tests.factories import make_channel, make_customer, make_dimension, make_tenant, make_touchpoint, make_unit
from tests.promises.worlds import (
    REPLY,
    at,
    counts,
    event,
    make_calendar,
    make_promise,
    outcomes,
    send,
    statuses,
    told,
    total,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


@pytest.mark.parametrize(
    ("closed_after", "status"), [(59, "kept"), (60, "kept"), (60.001, "broken"), (600, "broken"), (None, "broken")]
)
def test_a_deadline_is_kept_up_to_its_last_moment(tenant: Tenant, closed_after: float | None, status: str) -> None:
    make_promise(tenant)
    closing = [event("order.delivered", minutes(closed_after), correlation="A")] if closed_after else []
    send(tenant, event("order.placed", NOON, correlation="A"), *closing)
    assert statuses(tenant) == [status]
    assert total(tenant) == ((1, 0, 0) if status == "kept" else (0, 1, 0))


def test_draft_retired_and_archived_promises_are_not_judged(tenant: Tenant) -> None:
    make_promise(tenant, lifecycle="draft")
    make_promise(tenant, lifecycle="retired")
    with activate(tenant.pk):
        Promise.objects.filter(pk=make_promise(tenant).promise_id).update(archived_at=NOON)
    rule = make_promise(tenant)
    with activate(tenant.pk):
        type(rule).objects.filter(pk=rule.pk).update(archived_at=NOON)
    send(tenant, event("order.placed", NOON, correlation="A"))
    assert outcomes(tenant) == []


def test_a_rule_that_makes_no_sense_stops_no_other(tenant: Tenant) -> None:
    make_promise(tenant, opening_type="order.placed", closing_type="order.placed", duration_minutes=5)
    rule = make_promise(tenant)
    send(tenant, event("order.placed", NOON, correlation="A"))
    assert [row["rule_id"] for row in outcomes(tenant)] == [rule.pk]


def test_what_is_not_due_waits_and_is_counted_by_the_sweep_when_its_time_has_come(tenant: Tenant) -> None:
    make_promise(tenant)
    now = timezone.now()
    send(
        tenant,
        event("order.placed", now, correlation="open"),
        event("order.placed", now, correlation="shut"),
        event("order.delivered", now + timedelta(minutes=1), correlation="shut"),
    )
    assert statuses(tenant) == ["pending", "kept"]
    assert total(tenant) == (0, 0, 0)
    with activate(tenant.pk):
        assert not anything_due()
        assert sweep(tenant) == 0
        later = now + timedelta(minutes=61)
        assert anything_due(now=later)
        assert sweep(tenant, now=later) == 2
        assert sweep(tenant, now=later) == 0
    assert statuses(tenant) == ["broken", "kept"]
    assert total(tenant) == (1, 1, 0)
    assert told(tenant) == [("promise.broken", "open")]


def test_the_sweep_goes_by_batches_and_loses_none(tenant: Tenant) -> None:
    make_promise(tenant)
    now = timezone.now()
    send(tenant, *(event("order.placed", now, correlation=f"case {i}") for i in range(7)))
    later = now + timedelta(hours=2)
    with activate(tenant.pk):
        assert [sweep(tenant, now=later, limit=3) for _ in range(4)] == [3, 3, 1, 0]
    assert total(tenant) == (0, 7, 0)


def test_a_closing_that_arrives_after_the_sweep_is_judged_by_its_own_time(tenant: Tenant) -> None:
    make_promise(tenant)
    send(tenant, event("order.placed", NOON, correlation="A"))
    assert (statuses(tenant), total(tenant), told(tenant)) == (["broken"], (0, 1, 0), [("promise.broken", "A")])
    send(tenant, event("order.delivered", minutes(30), correlation="A"))
    assert (statuses(tenant), total(tenant)) == (["kept"], (1, 0, 0))
    assert told(tenant) == [("promise.broken", "A"), ("promise.break_retracted", "A")]


def test_what_broke_is_told_once_and_dated_when_it_fell_due(tenant: Tenant) -> None:
    make_promise(tenant, slug="reply")
    send(tenant, event("order.placed", NOON, correlation="A", customer="C-1"))
    send(tenant, event("order.delivered", minutes(90), correlation="A", customer="C-1"))
    with activate(tenant.pk):
        from journeys.models import Event

        (broken,) = Event.objects.filter(source="promises")
        assert (broken.time, broken.properties["promise"]) == (minutes(60), "reply")
        assert broken.customer_id == make_customer_id("C-1")


def make_customer_id(external_id: str) -> object:
    from journeys.models import Customer

    return Customer.objects.get(external_id=external_id).id


def test_a_promise_about_broken_promises_cannot_feed_on_itself(tenant: Tenant) -> None:
    make_promise(tenant)
    make_promise(
        tenant, kind="condition", closing_type="promise.broken", property="promise", operator="eq", value="nothing"
    )
    send(tenant, event("order.placed", NOON, correlation="A"))
    assert len(outcomes(tenant)) == 1


def test_an_instruction_that_was_not_followed_is_counted_and_not_told(tenant: Tenant) -> None:
    rule = make_promise(tenant, kind="condition", part="instruction", closing_type="shop.sale", property="asked",
                        operator="eq", value=True)  # fmt: skip
    send(tenant, event("shop.sale", NOON, correlation="A", properties={"asked": False}))
    assert total(tenant, rule) == (0, 1, 0)
    assert told(tenant) == []


@pytest.mark.parametrize("field", ["touchpoint", "channel", "unit"])
def test_the_place_is_the_closing_s_else_the_opening_s(tenant: Tenant, field: str) -> None:
    make_promise(tenant)
    if field == "touchpoint":
        from tests.factories import make_touchpoint as make
    else:
        make = {"channel": make_channel, "unit": make_unit}[field]  # type: ignore[assignment]
    one, two = make(tenant, "one"), make(tenant, "two")
    send(tenant, event("order.placed", NOON, correlation="A", **{field: "one"}))
    assert outcomes(tenant)[0][f"{field}_id"] == one.pk
    send(tenant, event("order.delivered", minutes(9), correlation="A"))
    assert outcomes(tenant)[0][f"{field}_id"] == one.pk
    send(tenant, event("order.delivered", minutes(5), correlation="A", **{field: "two"}))
    assert outcomes(tenant)[0][f"{field}_id"] == two.pk


def test_each_outcome_counts_once_in_every_slice_it_belongs_to(tenant: Tenant) -> None:
    rule = make_promise(tenant)
    make_dimension(tenant, "segment")
    make_dimension(tenant, "priority")
    make_dimension(tenant, "unit")  # gives way to the built-in one
    shop, phone, door = make_unit(tenant, "shop"), make_channel(tenant, "phone"), make_touchpoint(tenant, "door")
    make_customer(tenant, "C-1", dimensions={"segment": "fleet", "unit": "mine"})
    send(
        tenant,
        event("order.placed", NOON, correlation="A", customer="C-1", unit="shop", properties={"priority": 2}),
        event("order.delivered", minutes(5), correlation="A", channel="phone", touchpoint="door"),
    )
    day = date(2026, 3, 2)
    assert counts(tenant) == {
        (rule.pk, dimension, value, day, phone.pk): (1, 0, 0)
        for dimension, value in [
            ("", ""),
            ("unit", str(shop.pk)),
            ("touchpoint", str(door.pk)),
            ("segment", "fleet"),
            ("priority", "2"),
        ]
    }


def test_dimensions_are_frozen_at_closing(tenant: Tenant) -> None:
    make_promise(tenant)
    make_dimension(tenant, "segment")
    customer = make_customer(tenant, "C-1", dimensions={"segment": "new"})
    send(tenant, event("order.placed", NOON, correlation="A", customer="C-1"))
    with activate(tenant.pk):
        type(customer).objects.filter(id=customer.id).update(dimensions={"segment": "loyal"})
    send(tenant, event("order.delivered", minutes(5), correlation="A", customer="C-1"))
    assert total(tenant, dimension="segment", value="loyal") == (1, 0, 0)
    with activate(tenant.pk):
        type(customer).objects.filter(id=customer.id).update(dimensions={"segment": "lost"})
    send(tenant, event("order.delivered", minutes(6), correlation="A", customer="C-1"))
    assert total(tenant, dimension="segment", value="loyal") == (1, 0, 0)
    assert total(tenant, dimension="segment", value="lost") == (0, 0, 0)


def test_what_an_event_said_goes_when_another_turns_out_to_be_the_closing_one(tenant: Tenant) -> None:
    """Two closings of the same minute: the time of closing stays, the event that closes does not."""
    rule = {"closing_type": "checked", "property": "ok", "operator": "eq", "value": True}
    make_promise(tenant, kind="condition", **{"opening_type": "", "duration_minutes": None} | rule)
    make_dimension(tenant, "segment")
    send(tenant, event("checked", NOON, id="1", correlation="A", properties={"ok": True, "segment": "x"}))
    assert total(tenant, dimension="segment", value="x") == (1, 0, 0)
    send(tenant, event("checked", NOON, id="2", correlation="A", sequence=1, properties={"ok": True}))
    before = (outcomes(tenant), counts(tenant))
    with activate(tenant.pk):
        PromiseOutcome.objects.all().delete()
        OutcomeRollup.objects.all().delete()
        rebuild(tenant.pk)
    assert (outcomes(tenant), counts(tenant)) == before


def test_an_earlier_opening_takes_what_the_later_one_said_with_it(tenant: Tenant) -> None:
    make_promise(tenant)
    make_dimension(tenant, "segment")
    send(tenant, event("order.placed", minutes(20), id="late", correlation="A", properties={"segment": "x"}))
    assert total(tenant, dimension="segment", value="x") == (0, 1, 0)
    send(tenant, event("order.placed", NOON, id="early", correlation="A"))
    assert total(tenant, dimension="segment", value="x") == (0, 0, 0)
    assert [row["dimensions"] for row in outcomes(tenant)] == [{}]


def test_the_day_is_the_due_day_of_the_company_s_zone() -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    rule = make_promise(tenant)
    send(tenant, event("order.placed", at("2026-03-02T22:30:00+02:00"), correlation="A"))
    send(tenant, event("order.placed", at("2026-03-02T23:30:00+02:00"), correlation="B"))
    days = {key[3] for key in counts(tenant)}
    assert days == {date(2026, 3, 2), date(2026, 3, 3)}
    assert total(tenant, rule) == (0, 2, 0)


def test_business_hours_decide_the_due_time(tenant: Tenant) -> None:
    make_promise(tenant, **{**REPLY, "duration_minutes": 120}, calendar=make_calendar(tenant))
    send(
        tenant,
        event("order.placed", at("2026-06-18T15:00:00+03:00"), correlation="midsummer"),
        event("order.delivered", at("2026-06-22T09:00:00+03:00"), correlation="midsummer"),
    )
    (row,) = outcomes(tenant)
    assert (row["status"], row["due_at"]) == ("kept", at("2026-06-22T09:00:00+03:00"))


def test_of_a_customer_each_opening_that_finds_none_open_begins_an_instance(tenant: Tenant) -> None:
    make_promise(tenant, match="customer", opening_type="call.asked", closing_type="call.made", duration_minutes=60)
    times = [("call.made", 0), ("call.asked", 10), ("call.asked", 20), ("call.made", 80), ("call.made", 81),
             ("call.asked", 100), ("call.made", 110), ("call.asked", 200)]  # fmt: skip
    send(tenant, *(event(type_, minutes(when), customer="C-1") for type_, when in times))
    rows = [(row["opened_at"], row["closed_at"], row["status"]) for row in outcomes(tenant)]
    assert rows == [
        (minutes(10), minutes(80), "broken"),
        (minutes(100), minutes(110), "kept"),
        (minutes(200), None, "broken"),
    ]


def test_an_earlier_opening_that_comes_late_moves_a_case_without_a_second_break(tenant: Tenant) -> None:
    make_promise(tenant)
    send(tenant, event("order.placed", minutes(10), correlation="A"))
    send(tenant, event("order.placed", NOON, correlation="A"))
    (row,) = outcomes(tenant)
    assert (row["opened_at"], row["status"]) == (NOON, "broken")
    assert told(tenant) == [("promise.broken", "A")]


@pytest.mark.parametrize(
    ("sequences", "closed"), [((None, None), True), ((1, 2), True), ((2, 1), False), ((2, None), True)]
)
def test_events_of_the_same_minute_go_by_their_sequence(
    tenant: Tenant, sequences: tuple[int | None, int | None], closed: bool
) -> None:
    make_promise(tenant)
    send(
        tenant,
        event("order.delivered", NOON, correlation="A", id="a", sequence=sequences[1]),
        event("order.placed", NOON, correlation="A", id="b", sequence=sequences[0]),
    )
    assert statuses(tenant) == ["kept" if closed else "broken"]


def test_a_condition_is_judged_at_the_last_closing_of_a_case(tenant: Tenant) -> None:
    rule = make_promise(tenant, kind="condition", closing_type="case.closed", property="met", operator="eq", value=True)
    send(tenant, event("case.closed", minutes(5), correlation="A", properties={"met": "false"}))
    assert total(tenant, rule) == (0, 1, 0)
    send(tenant, event("case.closed", NOON, correlation="A", properties={"met": True}))
    assert total(tenant, rule) == (0, 1, 0)
    send(tenant, event("case.closed", minutes(9), correlation="A", properties={"met": "True"}))
    assert (total(tenant, rule), len(outcomes(tenant))) == ((1, 0, 0), 1)
    send(tenant, event("case.closed", minutes(10), correlation="A"))
    assert (total(tenant, rule), outcomes(tenant)[0]["reason"]) == ((0, 0, 1), "property missing")


def test_each_closing_event_of_a_customer_is_an_instance_of_a_condition(tenant: Tenant) -> None:
    rule = make_promise(tenant, kind="condition", match="customer", closing_type="shop.sale", property="asked",
                        operator="present")  # fmt: skip
    send(
        tenant,
        event("shop.sale", NOON, customer="C-1", properties={"asked": "yes"}),
        event("shop.sale", NOON, customer="C-1"),
        event("shop.sale", NOON),
    )
    assert total(tenant, rule) == (1, 1, 0)


@pytest.mark.parametrize(
    ("opening", "closing", "status", "reason"),
    [
        ({"due": "2026-03-02T13:00:00Z"}, {}, "kept", ""),
        ({"due": "2026-03-02T12:01:00+00:00"}, {}, "broken", ""),
        ({"due": "2026-03-02T14:05:00"}, {}, "kept", ""),  # local: 12:05 UTC
        ({"due": "2026-03-02T14:04:59"}, {}, "broken", ""),
        ({"due": "2026-03-02"}, {}, "kept", ""),  # the whole day
        ({"due": "2026-03-01"}, {}, "broken", ""),
        ({}, {}, "excluded", "due time missing"),
        ({"due": None}, {}, "excluded", "due time missing"),
        ({"due": ""}, {}, "excluded", "due time missing"),
        ({"due": "next week"}, {}, "excluded", "due time unreadable"),
        ({"due": 1772455500}, {}, "excluded", "due time unreadable"),
        ({"due": ["x"]}, {}, "excluded", "due time unreadable"),
        ({"due": "0001-01-01"}, {}, "excluded", "due time unreadable"),
        ({"due": "9999-12-31"}, {}, "kept", ""),
        ({"due": "2026-03-02T13:00:00Z"}, {"done": "2026-03-02T13:00:01Z"}, "broken", ""),
        ({"due": "2026-03-02T12:01:00Z"}, {"done": "2026-03-02T12:00:30Z"}, "kept", ""),
        ({"due": "2026-03-02T13:00:00Z"}, {"done": "soon"}, "excluded", "closing time unreadable"),
        ({"due": "2026-03-02T13:00:00Z"}, {"excuse": "strike"}, "excluded", "strike"),
        ({"due": "2026-03-02T13:00:00Z", "excuse": "customer asked to wait"}, {}, "excluded", "customer asked to wait"),
        ({"due": "2026-03-02T13:00:00Z", "excuse": False}, {}, "kept", ""),
        ({"due": "2026-03-02T13:00:00Z", "excuse": "x" * 500}, {}, "excluded", "x" * 300),
    ],
)
def test_times_and_excuses_may_come_from_properties(
    tenant: Tenant, opening: dict, closing: dict, status: str, reason: str
) -> None:
    make_promise(
        tenant,
        opening_type="order.placed",
        closing_type="order.delivered",
        due_property="due",
        closed_property="done",
        excluded_property="excuse",
    )
    send(
        tenant,
        event("order.placed", NOON, correlation="A", properties=opening),
        event("order.delivered", minutes(5), correlation="A", properties=closing),
    )
    (row,) = outcomes(tenant)
    assert (row["status"], row["reason"]) == (status, reason)


def test_a_due_time_of_the_event_comes_before_the_rule_s_duration(tenant: Tenant) -> None:
    make_promise(
        tenant, opening_type="order.placed", closing_type="order.delivered", due_property="due", duration_minutes=5
    )
    send(tenant, event("order.placed", NOON, correlation="A", properties={"due": "2026-03-02T13:00:00Z"}))
    send(tenant, event("order.placed", NOON, correlation="B"))
    assert [row["due_at"] for row in outcomes(tenant)] == [minutes(60), minutes(5)]


def test_without_a_closing_event_the_newest_event_that_has_the_property_closes(tenant: Tenant) -> None:
    make_promise(tenant, opening_type="case.opened", closed_property="ended", duration_minutes=60)
    send(tenant, event("case.opened", NOON, correlation="A", properties={"ended": None}))
    assert statuses(tenant) == ["broken"]
    send(tenant, event("case.touched", minutes(5), correlation="A", properties={"ended": "2026-03-02T12:04:00Z"}))
    assert statuses(tenant) == ["kept"]
    send(tenant, event("case.called", minutes(6), correlation="A"))
    assert statuses(tenant) == ["kept"]
    send(tenant, event("case.reopened", minutes(7), correlation="A", properties={"ended": ""}))
    assert statuses(tenant) == ["broken"]


def test_a_pending_promise_that_is_retired_is_excluded_when_it_falls_due(tenant: Tenant) -> None:
    rule = make_promise(tenant)
    now = timezone.now()
    send(tenant, event("order.placed", now, correlation="A"))
    with activate(tenant.pk):
        Promise.objects.filter(pk=rule.promise_id).update(lifecycle="retired")
        sweep(tenant, now=now + timedelta(hours=2))
    assert total(tenant) == (0, 0, 1)
    assert told(tenant) == []


def test_events_that_no_rule_names_cost_three_queries(tenant: Tenant, django_assert_max_num_queries: object) -> None:
    from cxplatform.pipeline.consumers import Claim
    from journeys.models import Event
    from journeys.record import record
    from promises.judging.outcomes import consume

    make_promise(tenant)
    with activate(tenant.pk):
        record(events=[event("page.seen", NOON, correlation="A")], source="test")
        claim = Claim(tenant.pk, list(Event.objects.values_list("id", flat=True)))
        with django_assert_max_num_queries(3):  # type: ignore[operator]
            consume(claim)


def test_another_company_s_promises_are_not_touched(tenant: Tenant) -> None:
    other = make_tenant()
    make_promise(tenant)
    make_promise(other)
    send(tenant, event("order.placed", NOON, correlation="A"))
    drain(other.pk)
    assert (len(outcomes(tenant)), outcomes(other), counts(other)) == (1, [], {})
