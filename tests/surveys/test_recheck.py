"""What happens between the decision and the sending, and who is reminded."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import activate
from surveys.asking.recheck import recheck
from surveys.asking.remind import to_remind
from surveys.models import ContactRule, Invitation
from tests.factories import make_tenant
from tests.surveys.asking_worlds import make_people, no_quiet, outcomes
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(kept):
    tenant = make_tenant()
    no_quiet(tenant, after_refusal_days=90, after_answer_days=10, reminders=2, remind_after_days=3)
    return tenant, make_survey(tenant), make_people(tenant)[0]


def ask(world, *, decided=NOW - 20 * DAY, **fields):
    tenant, survey, customer = world
    with activate(tenant.pk):
        row = Invitation.objects.create(
            **{
                "id": uuid7(),
                "survey": survey,
                "method": "email",
                "customer_id": customer.id,
                "address": customer.email,
                "due_at": NOW,
                "expires_at": NOW + 14 * DAY,
            }
            | fields
        )
        Invitation.objects.filter(id=row.id).update(decided_at=decided)
    return row


@pytest.mark.parametrize(
    ("since", "reason"),
    [
        ({"state": "refused", "answered_at": NOW - 2 * DAY, "due_at": NOW - 2 * DAY}, "resting_after_refusal"),
        ({"state": "answered", "answered_at": NOW - 2 * DAY, "due_at": NOW - 3 * DAY}, "resting_after_answer"),
        ({"state": "answered", "answered_at": NOW - 11 * DAY, "due_at": NOW - 12 * DAY}, ""),
        ({"state": "sent", "due_at": NOW - DAY}, ""),
    ],
)
def test_what_happened_meanwhile_takes_an_ask_back(world, since, reason):
    planned = ask(world)
    ask(world, **since)
    with activate(world[0].pk):
        assert recheck(now=NOW - timedelta(minutes=5)) == bool(reason)
        planned.refresh_from_db()
    assert (planned.state, planned.reason) == (("skipped", reason) if reason else ("planned", ""))


def test_an_erased_customer_is_not_asked_what_was_planned(world):
    planned = ask(world)
    with activate(world[0].pk):
        world[2].erased_at = NOW
        world[2].save()
        recheck(now=NOW)
        planned.refresh_from_db()
    assert (planned.state, planned.reason, planned.address) == ("skipped", "erased", "")


def test_what_is_not_due_yet_or_was_decided_just_now_stays(world):
    ask(world, due_at=NOW + DAY)
    ask(world, decided=NOW - timedelta(hours=1))
    ask(world, state="refused", answered_at=NOW - 2 * DAY, due_at=NOW - 2 * DAY)
    with activate(world[0].pk):
        assert recheck(now=NOW) == 0
    assert outcomes(world[0], state="planned") == [("planned", "")] * 2


@pytest.mark.parametrize(
    ("fields", "reminded"),
    [
        ({"state": "sent", "sent_at": NOW - 3 * DAY}, True),
        ({"state": "opened", "sent_at": NOW - 3 * DAY, "opened_at": NOW - 2 * DAY}, True),
        ({"state": "sent", "sent_at": NOW - 3 * DAY + timedelta(minutes=1)}, False),
        ({"state": "sent", "sent_at": NOW - 7 * DAY, "reminded_at": NOW - 3 * DAY, "reminders": 1}, True),
        ({"state": "sent", "sent_at": NOW - 7 * DAY, "reminded_at": NOW - DAY, "reminders": 1}, False),
        ({"state": "sent", "sent_at": NOW - 9 * DAY, "reminded_at": NOW - 4 * DAY, "reminders": 2}, False),
        ({"state": "answered", "sent_at": NOW - 4 * DAY, "answered_at": NOW - DAY}, False),
        ({"state": "refused", "sent_at": NOW - 4 * DAY}, False),
        ({"state": "expired", "sent_at": NOW - 4 * DAY}, False),
        ({"state": "sent", "sent_at": NOW - 4 * DAY, "expires_at": NOW}, False),
        ({"state": "planned"}, False),
        ({"state": "sent", "sent_at": NOW - 4 * DAY, "method": "link", "address": ""}, False),
    ],
)
def test_who_is_reminded(world, fields, reminded):
    row = ask(world, **{"due_at": NOW - 5 * DAY} | fields)
    with activate(world[0].pk):
        assert to_remind(now=NOW) == ([row.id] if reminded else [])


def test_who_refused_another_survey_since_is_not_reminded_of_this(world):
    ask(world, state="sent", sent_at=NOW - 4 * DAY, due_at=NOW - 4 * DAY)
    ask(world, state="refused", sent_at=NOW - 3 * DAY, answered_at=NOW - 2 * DAY, due_at=NOW - 3 * DAY)
    with activate(world[0].pk):
        assert to_remind(now=NOW) == []


def test_nobody_is_reminded_at_a_quiet_time_of_their_own(world):
    tenant, _, customer = world
    row = ask(world, state="sent", sent_at=NOW - 4 * DAY, due_at=NOW - 4 * DAY)
    with activate(tenant.pk):
        ContactRule.objects.update(quiet_from="20:00", quiet_to="09:00")
        assert to_remind(now=NOW) == [row.id]  # 14:00 in Helsinki
        customer.dimensions = {"timezone": "Pacific/Auckland"}  # 01:00 there
        customer.save()
        assert to_remind(now=NOW) == []


def test_a_rule_without_reminders_sends_none(world):
    ask(world, state="sent", sent_at=NOW - 4 * DAY, due_at=NOW - 4 * DAY)
    with activate(world[0].pk):
        ContactRule.objects.update(reminders=0)
        assert to_remind(now=NOW) == []
