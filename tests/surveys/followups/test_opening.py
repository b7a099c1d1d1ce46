"""What opens a follow-up, for whom and by when, through the real pipeline; and what opens none."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from cxplatform.pipeline.claim import drain
from cxplatform.pipeline.queue import enqueue
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from journeys.models import Calendar, Event
from journeys.record import IncomingEvent, record
from surveys.answer import record_responses
from surveys.followups import work
from surveys.followups.foreseen import contact_by
from surveys.models import Cause, FollowUp, OptOut, OwnerNotice, Response, Survey
from tests.factories import make_customer, make_dimension, make_member, make_touchpoint, make_unit
from tests.surveys.followups.worlds import Firm, ago, make_firm, make_rule
from tests.surveys.worlds import NPS, REASON, make_survey, submission

FCR = ("fcr", "fcr/5")


@pytest.fixture(autouse=True)
def english(language: None) -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def firm(db: None) -> Firm:
    return make_firm(timezone="Europe/Helsinki")


@pytest.fixture
def survey(firm: Firm) -> Survey:
    return make_survey(firm.tenant, questions=(NPS, FCR, REASON), touchpoint=firm.touchpoint)


def answer(firm: Firm, survey: Survey, **fields: Any) -> None:
    with activate(firm.tenant.pk):
        given = {"customer": firm.customer.external_id} | fields
        recorded = record_responses([submission(survey, **given)], collected_by="link")
        assert not recorded.rejected
    drain(firm.tenant.pk)


def happen(firm: Firm, type_: str, id: str, **fields: Any) -> None:
    with activate(firm.tenant.pk):
        given = {"customer": firm.customer.external_id, "touchpoint": firm.touchpoint.slug} | fields
        assert record(events=[IncomingEvent(id=id, type=type_, **given)], source="crm").accepted
    drain(firm.tenant.pk)


def opened(firm: Firm) -> list[FollowUp]:
    with activate(firm.tenant.pk):
        return list(FollowUp.objects.select_related("owner").order_by("pk"))


def test_each_cause_opens_one_in_the_right_hands(firm: Firm, survey: Survey) -> None:
    other_unit, other = make_unit(firm.tenant), make_touchpoint(firm.tenant, owner=firm.handler.user)
    segment = make_dimension(firm.tenant, "segment")
    rich = make_customer(firm.tenant, dimensions={"segment": "gold"})
    for cause in (Cause.DETRACTOR, Cause.FAILED_FCR, Cause.COMPLAINT, Cause.BROKEN_PROMISE):
        make_rule(firm.tenant, cause)
    make_rule(firm.tenant, Cause.PROMOTER, dimension=segment, value="gold", owner_by="person", owner=firm.lead.user)
    answer(firm, survey, nps=9)
    answer(firm, survey, nps=9, customer=rich.external_id)
    answer(firm, survey, nps=2, fcr="no", texts={"reason": "Three days", "reason_wish": "Call me"}, correlation="A-1")
    happen(firm, "complaint.received", "c-1", touchpoint=other.slug, unit=other_unit.slug, properties={"promise": 3})
    happen(firm, "promise.broken", "p-1", customer=make_customer(firm.tenant).external_id, properties={"outcome": "o1"})
    happen(firm, "promise.broken", "p-2", customer="A9", properties={"opening_type": "followup.opened"})
    found = opened(firm)
    assert [(each.cause, each.owner) for each in found] == [
        (Cause.PROMOTER, firm.lead.user),
        (Cause.FAILED_FCR, firm.manager.user),  # more pressing than the detractor it is too
        (Cause.COMPLAINT, firm.handler.user),  # the unit has no manager: the touchpoint's owner
        (Cause.BROKEN_PROMISE, firm.manager.user),
    ]
    failed = found[1]
    assert (failed.wish, failed.value, failed.correlation, failed.contacts) == ("Call me", 20, "A-1", 1)
    assert found[3].contacts == 0
    assert found[2].correlation == f"followup:{found[2].pk}"
    # The same again, and a second signal of the same matter: one follow-up, one contact more.
    with activate(firm.tenant.pk):
        for id_ in Event.objects.filter(type__in=["survey.answered", "promise.broken"]).values_list("id", flat=True):
            enqueue([id_])
    drain(firm.tenant.pk)
    answer(firm, survey, nps=4)
    happen(firm, "complaint.received", "c-2", touchpoint="", correlation="A-1")
    happen(firm, "promise.break_retracted", "r-1", properties={"outcome": "o1"})
    assert len(opened(firm)) == 4
    assert opened(firm)[1].contacts == 3
    with activate(firm.tenant.pk):
        assert opened(firm)[3].state == FollowUp.State.OPEN  # another customer's
        broken = Event.objects.get(id=found[3].event_id)
    with activate(firm.tenant.pk):
        number = make_customer(firm.tenant).__class__.objects.get(id=broken.customer_id).external_id
    happen(firm, "promise.break_retracted", "r-2", customer=number, properties={"outcome": "o1"})
    with activate(firm.tenant.pk):
        closed = opened(firm)[3]
        assert (closed.state, closed.steps.last().data["reason"]) == (FollowUp.State.CLOSED, "retracted")
        # Solved, it is over: the next signal is another matter.
        work.solve(follow_up_id=failed.pk, version=None, by=None, text="Done")
    answer(firm, survey, nps=1)
    assert len(opened(firm)) == 5


def test_who_asks_to_be_called_after_all_is_no_more_just_unhappy(firm: Firm, survey: Survey) -> None:
    make_rule(firm.tenant, Cause.DETRACTOR, contact_minutes=2_000, fix_minutes=2_000)
    wished = make_rule(
        firm.tenant, Cause.CONTACT_WISHED, owner_by="person", owner=firm.handler.user, contact_minutes=60
    )
    second = make_customer(firm.tenant)
    answer(firm, survey, nps=2)
    answer(firm, survey, nps=1, customer=second.external_id)
    before = opened(firm)
    assert {(each.cause, each.owner) for each in before} == {(Cause.DETRACTOR, firm.manager.user)}
    with activate(firm.tenant.pk):
        work.contacted(follow_up_id=before[1].pk, version=None, by=firm.manager.user)
        Response.objects.update(contact={"phone": "040 123 4567"})
        foreseen = contact_by(before[0].event_id, now=timezone.now())
        enqueue([each.event_id for each in before])
    drain(firm.tenant.pk)
    fresh, begun = opened(firm)
    assert (fresh.cause, fresh.rule_id, fresh.owner) == (Cause.CONTACT_WISHED, wished.pk, firm.handler.user)
    assert fresh.contact_due < before[0].contact_due
    assert foreseen == before[0].contact_due  # promised before it grew: kept all the more
    assert (begun.cause, begun.owner) == (Cause.CONTACT_WISHED, firm.manager.user)  # who has begun goes on
    with activate(firm.tenant.pk):
        assert [step.kind for step in fresh.steps.order_by("id")] == ["opened", "thanked", "signal", "assigned"]
        assert not FollowUp.objects.get(pk=fresh.pk).owner_told or OwnerNotice.objects.exists()
        enqueue([each.event_id for each in before])
    drain(firm.tenant.pk)
    assert [each.version for each in opened(firm)] == [fresh.version, begun.version]  # once


def test_what_somebody_opened_by_hand_of_a_praise_is_not_turned_into_praise(firm: Firm, survey: Survey) -> None:
    answer(firm, survey, nps=10, texts={"reason": "Great, but the invoice is wrong"})
    with activate(firm.tenant.pk):
        praised = Response.objects.get().id
        follow_up = work.open_by_hand(by=firm.handler.user, response_id=praised, text="Put the invoice right")
    make_rule(firm.tenant, Cause.PROMOTER)
    with activate(firm.tenant.pk):
        enqueue([praised])
    drain(firm.tenant.pk)
    assert [(each.pk, each.cause) for each in opened(firm)] == [(follow_up.pk, Cause.BY_HAND)]


def test_what_nobody_can_or_should_follow_up_opens_none(firm: Firm, survey: Survey) -> None:
    for cause in (Cause.DETRACTOR, Cause.CONTACT_WISHED, Cause.COMPLAINT, Cause.BROKEN_PROMISE):
        make_rule(firm.tenant, cause)
    staff = make_survey(firm.tenant, kind="mirror", audience="employee", touchpoint=firm.touchpoint)
    refuser = make_customer(firm.tenant)
    with activate(firm.tenant.pk):
        OptOut.objects.create(customer_id=refuser.id)
    answer(firm, survey, nps=2, customer=None)
    answer(firm, survey, nps=2, answered_at=ago(days=31))
    answer(firm, survey, nps=2, test=True)
    answer(firm, survey, nps=2, properties={"test": "true"})
    answer(firm, survey, nps=2, customer=refuser.external_id)
    answer(firm, staff, nps=2, audience="employee")
    happen(firm, "complaint.received", "c-0", customer=None, touchpoint=None)
    happen(firm, "promise.broken", "p-0", customer=None, correlation="A")
    assert opened(firm) == []
    # Whoever left a way to be reached is called, and so is one who complains.
    with activate(firm.tenant.pk):
        quiet = Response.objects.filter(customer_id=None, audience="customer").get()
        Response.objects.filter(id=quiet.id).update(contact={"email": "x@example.org"})
        enqueue([quiet.id])
    happen(firm, "complaint.received", "c-1", customer=refuser.external_id)
    happen(firm, "complaint.received", "c-2", customer=None, touchpoint=None, correlation="case-7")
    assert [each.cause for each in opened(firm)] == [Cause.CONTACT_WISHED, Cause.COMPLAINT, Cause.COMPLAINT]
    make_customer(firm.tenant)


def test_due_in_open_hours_and_owners_who_have_left(firm: Firm, survey: Survey) -> None:
    with activate(firm.tenant.pk):
        hours = {day: [["08:00", "16:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
        office = Calendar.objects.create(slug="office", name="Office", hours=hours, country="")
    leaver = make_member(firm.tenant, Role.HANDLER)
    rule = make_rule(
        firm.tenant, Cause.DETRACTOR, owner_by="person", owner=leaver.user, backup=firm.handler.user,
        calendar=office, contact_minutes=120, fix_minutes=480,
    )  # fmt: skip
    answer(firm, survey, nps=0)
    leaver.delete()
    answer(firm, survey, nps=0, customer="B")
    firm.handler.role = Role.EMPLOYEE
    firm.handler.save()
    answer(firm, survey, nps=0, customer="C")
    firm.lead.user.is_active = False
    firm.lead.user.save()
    admin = make_member(firm.tenant, Role.ADMIN)
    answer(firm, survey, nps=0, customer="D")
    assert [each.owner for each in opened(firm)] == [leaver.user, firm.handler.user, firm.lead.user, admin.user]
    friday = datetime(2026, 11, 20, 13, 30, tzinfo=UTC)  # half an hour before closing in Helsinki
    from surveys.followups import due

    with activate(firm.tenant.pk):
        [times] = due.due(rule, [friday], now=friday)
        late = due.due(rule, [friday], now=friday + timedelta(days=5))[0]
    assert times == (datetime(2026, 11, 23, 7, 30, tzinfo=UTC), datetime(2026, 11, 23, 13, 30, tzinfo=UTC))
    assert late[0] > friday + timedelta(days=5)
    assert timezone.now() < opened(firm)[0].contact_due
