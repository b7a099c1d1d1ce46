"""From an event to an answer and what follows: asked, sent, reminded, answered, and then left in peace."""

from datetime import UTC, datetime, timedelta

import pytest

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from surveys import tasks
from surveys.asking import invite
from surveys.models import Invitation
from tests.factories import make_tenant
from tests.surveys.asking_worlds import event, happened, ledger, make_people, make_trigger, no_quiet, outcomes
from tests.surveys.guests import Guest
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tenant():
    tenant = make_tenant()
    no_quiet(tenant, after_answer_days=30, after_refusal_days=90, reminders=1, remind_after_days=3)
    make_trigger(tenant, make_survey(tenant))
    return tenant


def send(tenant):
    with activate(tenant.pk):
        return invite.send_due(tenant.pk)


def messages(tenant):
    with activate(tenant.pk):
        return OutgoingMessage.objects.count()


def test_who_answered_is_left_in_peace(tenant):
    (anna,) = make_people(tenant)
    happened(tenant, event(anna))
    assert send(tenant) == 1
    (asked,) = ledger(tenant)
    Guest(tenant, asked.id).press(a="9")
    happened(tenant, event(anna))
    assert outcomes(tenant) == [("answered", ""), ("skipped", "resting_after_answer")]
    assert send(tenant) == 0


def test_who_does_not_answer_is_reminded_once(tenant):
    happened(tenant, event(*make_people(tenant)))
    send(tenant)
    with activate(tenant.pk):
        Invitation.objects.update(sent_at=datetime.now(UTC) - timedelta(days=3, minutes=1))
    for _ in range(2):
        tasks.contact()
    (asked,) = ledger(tenant)
    assert (asked.state, asked.reminders) == ("sent", 1)
    assert asked.reminded_at
    assert messages(tenant) == 2
    Guest(tenant, asked.id).press(a="3")
    tasks.contact()
    assert outcomes(tenant) == [("answered", "")]
    assert messages(tenant) == 2
