"""Cadence, availability of time and stock: what becomes of each calendar period, and how the next one begins."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.erasing import erase
from journeys.merging import merge
from journeys.models import Customer
from promises.judging import history
from promises.judging.counting import _DUE
from promises.judging.instances import Touched
from promises.judging.outcomes import judged_rules, measures_of
from promises.judging.rebuild import rebuild
from promises.judging.stretches import stories
from promises.judging.sweep import sweep
from promises.models import Exclusion, Promise, PromiseOutcome, Rule
from tests.factories import make_tenant, make_touchpoint
from tests.plans import as_new, plan
from tests.promises.worlds import at, event, make_calendar, make_promise, outcomes, send, statuses, told, total

pytestmark = pytest.mark.django_db

CONTACT = {"kind": "cadence", "match": "customer", "period": "month", "opening_type": "begin",
           "closing_type": "contact", "minimum_count": 1, "ending_type": "end"}  # fmt: skip
OPEN = {"kind": "availability", "basis": "time", "period": "day", "share": 50, "closing_type": "state",
        "ending_type": "end", "property": "up", "operator": "eq", "value": True}  # fmt: skip
STOCK = {"kind": "stock", "period": "week", "closing_type": "stock", "ending_type": "end",
         "property": "pieces", "operator": "gte", "value": 4}  # fmt: skip


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def contact(type_: str, time: str, **fields: Any) -> Any:
    return event(type_, at(time), customer="C", **fields)


def state(time: str, **fields: Any) -> Any:
    return event("state", at(time), correlation="chat", properties={"up": fields["up"]} if "up" in fields else {})


def rows(tenant: Tenant) -> list[tuple[str, str]]:
    """(day in Helsinki on which it opened, status), in order."""
    return sorted(
        (row["opened_at"].astimezone(tenant.zone).date().isoformat(), row["status"]) for row in outcomes(tenant)
    )


def test_contact_every_month_from_the_contract_until_it_ends(tenant: Tenant) -> None:
    make_promise(tenant, **CONTACT)
    send(
        tenant,
        contact("begin", "2026-01-10T12:00+02:00"),
        contact("contact", "2026-01-31T23:59+02:00"),
        contact("contact", "2026-03-01T00:00+02:00"),
        contact("contact", "2026-03-02T00:00+02:00"),
        contact("end", "2026-04-20T00:00+03:00"),
    )
    assert rows(tenant) == [
        ("2026-01-10", "kept"), ("2026-02-01", "broken"), ("2026-03-01", "kept"), ("2026-04-01", "broken")
    ]  # fmt: skip
    assert total(tenant) == (2, 2, 0)
    assert [row["counted_day"].isoformat() for row in outcomes(tenant)] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"
    ]  # fmt: skip
    assert told(tenant) == [("promise.broken", ""), ("promise.broken", "")]


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("2026-01-16T12:00", "2026-01-31T23:00", "excluded"),  # a little less than half of January
        ("2026-01-16T11:00", "2026-02-01T00:00", "broken"),
        ("2026-01-16T12:00", "2026-02-01T00:00", "broken"),  # half to the minute
        ("2026-01-16T12:01", "2026-02-01T00:00", "excluded"),
        ("2026-01-01T00:00", "2026-01-10T00:00", "excluded"),
    ],
)
def test_a_partial_period_counts_from_its_half(tenant: Tenant, begins: str, ends: str, expected: str) -> None:
    make_promise(tenant, **CONTACT)
    send(tenant, contact("begin", f"{begins}+02:00"), contact("end", f"{ends}+02:00"))
    assert statuses(tenant) == [expected]


def test_two_contracts_in_a_month_are_one_promise_and_a_customer_who_comes_back_has_it_again(tenant: Tenant) -> None:
    make_promise(tenant, **CONTACT)
    send(
        tenant,
        contact("begin", "2026-01-01T00:00+02:00"),
        contact("end", "2026-01-10T00:00+02:00"),
        contact("contact", "2026-01-12T00:00+02:00"),  # nobody promised it then
        contact("begin", "2026-01-20T00:00+02:00"),
        contact("end", "2026-02-01T00:00+02:00"),
        contact("begin", "2026-05-01T00:00+03:00"),
        contact("contact", "2026-05-05T00:00+03:00"),
        contact("end", "2026-06-01T00:00+03:00"),
    )
    assert rows(tenant) == [("2026-01-01", "broken"), ("2026-05-01", "kept")]


def test_what_is_open_now_waits_and_the_sweep_counts_it_and_begins_the_next(tenant: Tenant) -> None:
    rule = make_promise(tenant, **CONTACT)
    now = timezone.now()
    send(tenant, event("begin", now - timedelta(days=70), customer="C"))
    before = outcomes(tenant)
    assert before[-1]["status"] == "pending"
    assert before[-1]["counted"] == ""
    due = before[-1]["due_at"]
    later = due + timedelta(seconds=1)
    with activate(tenant.pk):
        assert sweep(tenant, now=due) == 0
        assert sweep(tenant, now=later) == 1
        assert sweep(tenant, now=later) == 0
    after = outcomes(tenant)
    assert len(after) == len(before) + 1
    assert [row["status"] for row in after[-2:]] == ["broken", "pending"]
    assert after[-1]["opened_at"] == due + timedelta(microseconds=1)
    # After a long standstill every period is there, each counted by its own month.
    with activate(tenant.pk):
        assert sweep(tenant, now=later + timedelta(days=100)) == 1
    assert statuses(tenant)[-1] == "pending"
    assert len(outcomes(tenant)) == len(before) + 4
    assert sum(total(tenant, rule)) == len(outcomes(tenant)) - 1


def test_a_retired_promise_opens_no_more_periods(tenant: Tenant) -> None:
    rule = make_promise(tenant, **CONTACT)
    send(tenant, event("begin", timezone.now() - timedelta(days=40), customer="C"))
    before = outcomes(tenant)
    with activate(tenant.pk):
        Promise.objects.filter(pk=rule.promise_id).update(lifecycle="retired")
        assert sweep(tenant, now=before[-1]["due_at"] + timedelta(days=70)) == 1
    assert statuses(tenant)[-1] == "excluded"
    assert len(outcomes(tenant)) == len(before)


def test_the_time_it_was_open_is_shared_out_to_the_days(tenant: Tenant) -> None:
    make_promise(tenant, **OPEN)
    send(
        tenant,
        state("2026-03-02T00:00+02:00", up=True),
        state("2026-03-02T12:00+02:00", up=False),  # half of Monday: kept
        state("2026-03-03T12:01+02:00", up=True),  # 719 of Tuesday's 1,440 minutes: broken
        state("2026-03-05T13:00+02:00"),  # tells nothing: the rest of Thursday is not known
        state("2026-03-06T10:00+02:00", up=True),
        event("end", at("2026-03-07T00:00+02:00"), correlation="chat"),
    )
    assert rows(tenant) == [
        ("2026-03-02", "kept"), ("2026-03-03", "broken"), ("2026-03-04", "kept"), ("2026-03-05", "kept"),
        ("2026-03-06", "kept"),
    ]  # fmt: skip


def test_days_on_which_the_clock_is_changed_have_23_and_25_hours(tenant: Tenant) -> None:
    make_promise(tenant, **OPEN)
    for day, up_until in (
        ("2026-03-29", "12:30+03:00"),  # 23 hours: 11.5 of them up is half
        ("2026-10-25", "11:30+02:00"),  # 25 hours: 12.5 of them up is half
    ):
        send(
            tenant,
            state(f"{day}T00:00+{'02' if day < '2026-06' else '03'}:00", up=True),
            state(f"{day}T{up_until}", up=False),
            event("end", at(f"{day}T23:59:59.999999+{'03' if day < '2026-06' else '02'}:00"), correlation="chat"),
        )
    assert statuses(tenant) == ["kept", "kept"]
    send(tenant, state("2026-03-29T12:29+03:00", up=False), state("2026-10-25T11:29+02:00", up=False))
    assert statuses(tenant) == ["broken", "broken"]


def test_only_open_hours_count_and_days_without_any_are_not_there(tenant: Tenant) -> None:
    make_promise(tenant, calendar=make_calendar(tenant), **OPEN)  # Mon-Fri 8-16, holidays of Finland
    send(
        tenant,
        state("2026-04-01T00:00+03:00", up=True),
        state("2026-04-01T12:00+03:00", up=False),  # Wednesday: 4 of 8 hours
        state("2026-04-02T13:00+03:00", up=True),  # Maundy Thursday: 3 of 8 hours
        # Good Friday to Easter Monday are closed
        state("2026-04-07T07:00+03:00", up=True),
        event("end", at("2026-04-08T00:00+03:00"), correlation="chat"),
    )
    assert rows(tenant) == [("2026-04-01", "kept"), ("2026-04-02", "broken"), ("2026-04-07", "kept")]


def test_over_closed_days_the_next_open_one_is_begun_already(tenant: Tenant) -> None:
    now = timezone.now()
    closed = [(now + timedelta(days=n)).astimezone(tenant.zone).date().isoformat() for n in range(3)]
    hours = {key: [["00:00", "24:00"]] for key in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    make_promise(tenant, calendar=make_calendar(tenant, hours=hours, country="", closed_days=closed), **OPEN)
    send(tenant, event("state", now, correlation="chat", properties={"up": True}))
    (row,) = outcomes(tenant)
    assert row["opened_at"].astimezone(tenant.zone).date() == (now + timedelta(days=3)).astimezone(tenant.zone).date()


def test_a_stock_is_broken_by_one_moment_without_it(tenant: Tenant) -> None:
    make_promise(tenant, **STOCK)

    def stock(time: str, pieces: int) -> Any:
        return event("stock", at(time), correlation="tyre", properties={"pieces": pieces})

    send(
        tenant,
        stock("2026-03-02T00:00+02:00", 9),
        stock("2026-03-10T09:00+02:00", 3),
        stock("2026-03-10T09:01+02:00", 8),
        event("end", at("2026-03-23T00:00+02:00"), correlation="tyre"),
    )
    assert rows(tenant) == [("2026-03-02", "kept"), ("2026-03-09", "broken"), ("2026-03-16", "kept")]
    # It was delivered before it was sold out: told late, it mends the past.
    send(tenant, event("stock", at("2026-03-10T09:00+02:00"), correlation="tyre", sequence=1, properties={"pieces": 8}))
    assert statuses(tenant) == ["kept", "kept", "kept"]
    assert [type_ for type_, _ in told(tenant)] == ["promise.broken", "promise.break_retracted"]


def test_a_state_told_again_and_again_is_read_by_its_changes_and_the_last_of_each_day(tenant: Tenant) -> None:
    make_promise(tenant, **STOCK)
    door, back = make_touchpoint(tenant, "door"), make_touchpoint(tenant, "back")
    hours = [at("2026-03-02T00:00+02:00") + timedelta(hours=n) for n in range(24 * 10)]
    told = [
        event(
            "stock", time, correlation="tyre", properties={"pieces": 9}, touchpoint="back" if n % 24 == 23 else "door"
        )
        for n, time in enumerate(hours)
    ]
    send(tenant, *told, event("end", hours[-1], correlation="tyre"))
    with activate(tenant.pk):
        (measure,) = measures_of(list(judged_rules()), tenant)
        (story,) = stories(tenant_id=tenant.pk, measure=measure, part=Touched({"tyre"}))
        assert [moment.time for moment in story.moments] == [hours[0], *hours[23::24]]
        assert rebuild(tenant.pk) == 0
    assert {row["touchpoint_id"] for row in outcomes(tenant)} == {back.pk} != {door.pk}


def test_maintenance_is_left_out_of_the_time(tenant: Tenant) -> None:
    make_promise(tenant, excluded_property="maintenance", **OPEN)
    send(
        tenant,
        state("2026-03-02T00:00+02:00", up=True),
        event("state", at("2026-03-02T13:00+02:00"), correlation="chat",
              properties={"up": False, "maintenance": "new lines"}),
        event("state", at("2026-03-03T18:00+02:00"), correlation="chat", properties={"up": True}),
        event("end", at("2026-03-04T00:00+02:00"), correlation="chat"),
    )  # fmt: skip
    assert [(row["status"], row["reason"]) for row in outcomes(tenant)] == [("kept", ""), ("excluded", "new lines")]


def test_a_late_event_is_judged_from_its_own_period_on_and_leaves_what_came_before_alone(tenant: Tenant) -> None:
    make_promise(tenant, **CONTACT)
    send(tenant, contact("begin", "2026-01-01T00:00+02:00"), contact("end", "2026-07-01T00:00+03:00"))
    with activate(tenant.pk):
        PromiseOutcome.objects.filter(opened_at__lt=at("2026-03-01T00:00+02:00")).update(reason="seen")
    send(tenant, contact("contact", "2026-04-10T00:00+03:00"))
    assert statuses(tenant) == ["broken", "broken", "broken", "kept", "broken", "broken"]
    assert [row["reason"] for row in outcomes(tenant)] == ["seen", "seen", "", "", "", ""]


def test_how_much_of_what_was_asked_came_and_by_what_margin(tenant: Tenant) -> None:
    make_promise(tenant, **CONTACT | {"minimum_count": 2})
    send(
        tenant,
        contact("begin", "2026-01-01T00:00+02:00"),
        *(contact("contact", f"2026-01-0{day}T00:00+02:00") for day in (2, 3, 4)),  # half as many again
        *(contact("contact", f"2026-02-{day}T00:00+02:00") for day in (11, 27)),  # in the last tenth
        contact("contact", "2026-03-02T00:00+02:00"),
        contact("end", "2026-04-01T00:00+03:00"),
    )
    assert [(row["status"], row["used"], row["margin"]) for row in outcomes(tenant)] == [
        ("kept", 1.5, "exceeded"), ("kept", 1.0, "near"), ("broken", 0.5, "")
    ]  # fmt: skip


@pytest.mark.parametrize(("up_until", "used", "margin"), [("18:00", 1.5, "exceeded"), ("17:59", 1.498611, ""),
                                                         ("13:12", 1.1, "near"), ("11:59", 0.998611, "")])  # fmt: skip
def test_availability_s_margin_is_that_of_the_time_it_may_miss(
    tenant: Tenant, up_until: str, used: float, margin: str
) -> None:
    make_promise(tenant, **OPEN)  # 12 hours of a day may be missed
    send(
        tenant,
        state("2026-03-02T00:00+02:00", up=True),
        state(f"2026-03-02T{up_until}+02:00", up=False),
        event("end", at("2026-03-03T00:00+02:00"), correlation="chat"),
    )
    assert [(row["used"], row["margin"]) for row in outcomes(tenant)] == [(used, margin)]


def test_a_new_version_begins_with_the_period_after_the_one_it_was_made_in(tenant: Tenant) -> None:
    old = make_promise(tenant, **CONTACT)
    now = timezone.now()
    send(tenant, event("begin", now - timedelta(days=70), customer="C"))
    with activate(tenant.pk):
        new = Rule.objects.create(
            promise=old.promise, version=2, first=old, valid_from=now, **CONTACT | {"minimum_count": 2}
        )
        Rule.objects.filter(pk=old.pk).update(valid_until=now)
        for rule_id in history.unjudged(tenant):
            history.judge_past(tenant, rule_id)
    found = [(row["rule_id"], row["status"]) for row in outcomes(tenant)]
    assert found[-2:] == [(old.pk, "pending"), (new.pk, "pending")]
    assert [rule_id for rule_id, _ in found].count(new.pk) == 1
    (last_of_old, first_of_new) = outcomes(tenant)[-2:]
    assert first_of_new["opened_at"] == last_of_old["due_at"] + timedelta(microseconds=1)
    with activate(tenant.pk):
        sweep(tenant, now=first_of_new["due_at"] + timedelta(seconds=1))
    counted = [row["rule_id"] for row in outcomes(tenant)]
    assert (counted.count(old.pk), counted.count(new.pk)) == (len(found) - 1, 2)


def test_a_period_taken_out_by_hand_stays_out(tenant: Tenant) -> None:
    rule = make_promise(tenant, **CONTACT)
    send(tenant, contact("begin", "2026-01-01T00:00+02:00"), contact("end", "2026-03-01T00:00+02:00"))
    with activate(tenant.pk):
        first = PromiseOutcome.objects.order_by("opened_at").first()
        Exclusion.objects.create(rule=rule, subject=first.subject, opened_by=first.opened_by, reason="strike")
    send(tenant, contact("contact", "2026-01-31T00:00+02:00"))
    assert [(row["status"], row["reason"]) for row in outcomes(tenant)] == [("excluded", "strike"), ("broken", "")]


def test_two_numbers_of_one_customer_have_one_promise_a_period(tenant: Tenant) -> None:
    make_promise(tenant, **CONTACT)
    for number, day in (("C", "2026-01-20"), ("D", "2026-02-20")):
        for type_, time in (("begin", "2026-01-01"), ("contact", day), ("end", "2026-03-01")):
            send(tenant, event(type_, at(f"{time}T00:00+02:00"), customer=number))
    assert sorted(statuses(tenant)) == ["broken", "broken", "kept", "kept"]
    with activate(tenant.pk):
        merge(stays=Customer.objects.get(external_id="C"), number="D")
        assert rebuild(tenant.pk) == 0
    assert statuses(tenant) == ["kept", "kept"]
    assert total(tenant) == (2, 0, 0)


@pytest.mark.parametrize("match", ["customer", "correlation"])
def test_an_erased_customer_s_periods_stay_and_no_more_begin(tenant: Tenant, match: str) -> None:
    make_promise(tenant, **CONTACT | {"match": match})
    send(tenant, event("begin", timezone.now() - timedelta(days=70), customer="C", correlation="contract"))
    before = outcomes(tenant)
    with activate(tenant.pk):
        erase(Customer.objects.get(external_id="C"))
        sweep(tenant, now=timezone.now() + timedelta(days=70))
        assert rebuild(tenant.pk) == 0
    after = outcomes(tenant)
    assert len(after) == len(before)
    assert after[-1]["status"] == "excluded"


def test_the_sweep_finds_what_is_due_by_its_index(tenant: Tenant) -> None:
    as_new(PromiseOutcome)
    make_promise(tenant, **CONTACT)
    now = timezone.now()
    send(tenant, *(event("begin", now, customer=f"C{number}") for number in range(50)))
    with activate(tenant.pk), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        told = plan(_DUE, {"tenant": tenant.pk, "now": now, "limit": 10})
    assert "Index Scan using outcome_due" in told
    assert "Sort" not in told
