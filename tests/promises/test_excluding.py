"""Staff take single instances out of the counts and let them in again; judging anew heeds it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils.translation import override

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from journeys.erasing import erase
from journeys.merging import merge
from journeys.models import Customer, Event
from promises.judging.excluding import exclude, lift
from promises.judging.rebuild import rebuild
from promises.models import Exclusion, Promise, PromiseOutcome
from tests.factories import make_dimension, make_member, make_tenant
from tests.promises.worlds import REPLY, counts, event, make_promise, outcomes, send, statuses, told, total

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant()


def out(tenant: Tenant, reason: str = "storm", **which: Any) -> list[Exclusion]:
    with activate(tenant.pk), override("en"):
        return exclude(outcomes=PromiseOutcome.objects.filter(**which), reason=reason, by=make_member(tenant).user)


def back(tenant: Tenant, **which: Any) -> list[Exclusion]:
    with activate(tenant.pk):
        return lift(outcomes=PromiseOutcome.objects.filter(**which), by=make_member(tenant).user)


def test_counts_move_at_once_and_back_and_the_break_is_told_anew(tenant: Tenant) -> None:
    make_promise(tenant)
    make_dimension(tenant, "segment")
    send(tenant, event("order.placed", NOON, correlation="A", properties={"segment": "x"}))
    before = (outcomes(tenant), counts(tenant))
    (made,) = out(tenant)
    assert [(row["status"], row["reason"]) for row in outcomes(tenant)] == [("excluded", "storm")]
    assert (total(tenant), total(tenant, dimension="segment", value="x")) == ((0, 0, 1), (0, 0, 1))
    assert out(tenant, "again") == []
    with activate(tenant.pk):
        assert rebuild(tenant.pk) == 0
    (lifted,) = back(tenant)
    assert (lifted.id, outcomes(tenant), counts(tenant)) == (made.id, *before)
    assert back(tenant) == []
    assert [type_ for type_, _ in told(tenant)] == ["promise.broken", "promise.break_retracted", "promise.broken"]
    with activate(tenant.pk):
        entries = AuditEntry.objects.filter(model="promises.rule", action="changed").order_by("id")
        assert [entry.changes["exclusion"] for entry in entries] == [[None, "storm"], ["storm", None]]


def test_a_case_stays_out_whatever_comes_later(tenant: Tenant) -> None:
    make_promise(tenant)
    send(tenant, event("order.placed", NOON, correlation="A"))
    out(tenant)
    send(tenant, event("order.placed", minutes(-30), correlation="A"), event("order.delivered", NOON, correlation="A"))
    assert [(row["status"], row["opened_at"]) for row in outcomes(tenant)] == [("excluded", minutes(-30))]
    assert total(tenant) == (0, 0, 1)


def test_of_a_customer_that_instance_alone_is_out(tenant: Tenant) -> None:
    make_promise(tenant, match="customer", **REPLY)
    for start in (0, 100):
        send(tenant, event("order.placed", minutes(start), customer="C"))
        send(tenant, event("order.delivered", minutes(start + 70), customer="C"))
    out(tenant, opened_at=NOON)
    send(tenant, event("order.delivered", minutes(171), customer="C"))
    assert statuses(tenant) == ["excluded", "broken"]


def test_what_cannot_be_judged_again_is_refused(tenant: Tenant) -> None:
    rule = make_promise(tenant)
    send(tenant, event("order.placed", NOON, correlation="A"))
    for reason in ("  ", "x" * 301):
        with pytest.raises(ValidationError, match="reason"):
            out(tenant, reason)
    with activate(tenant.pk):
        Event.objects.filter(correlation="A").delete()
    with pytest.raises(ValidationError, match="no longer stored"):
        out(tenant)
    with activate(tenant.pk):
        Promise.objects.filter(pk=rule.promise_id).update(lifecycle="retired")
    with pytest.raises(ValidationError, match="not judged"):
        out(tenant)
    assert (statuses(tenant), total(tenant)) == (["broken"], (0, 1, 0))


def test_exclusions_follow_a_person_who_is_merged_and_say_nothing_of_one_who_is_erased(tenant: Tenant) -> None:
    make_promise(tenant, "turn", match="customer", **REPLY)
    make_promise(tenant, "case", **REPLY)
    make_promise(tenant, "each", kind="condition", match="event", closing_type="order.placed", property="ok",
                 operator="present")  # fmt: skip
    send(tenant, event("order.placed", minutes(-200), customer="C-2", correlation="A"))
    send(tenant, event("order.delivered", minutes(-190), customer="C-2", correlation="A"))
    send(tenant, event("order.placed", NOON, customer="C-1", correlation="B"))
    with activate(tenant.pk):
        gone = Customer.objects.get(external_id="C-2")
    out(tenant, "Anna asked us to wait", customer_id=gone.id)
    with activate(tenant.pk):
        merge(stays=Customer.objects.get(external_id="C-1"), number="C-2")
    assert statuses(tenant).count("excluded") == 3
    before = counts(tenant)
    with activate(tenant.pk):
        erase(Customer.objects.get(external_id="C-1"))
        kept = str(list(Exclusion.objects.values())) + str(list(PromiseOutcome.objects.values()))
        assert rebuild(tenant.pk) == 0
        assert {row.reason for row in Exclusion.objects.all()} == {""}
    assert counts(tenant) == before
    assert "Anna" not in kept and "'A'" not in kept
