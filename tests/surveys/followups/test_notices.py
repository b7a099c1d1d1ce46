"""Mail to owners: once, together where there are many, before the due time, and to somebody else after it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys.followups import notices, work
from surveys.models import FollowUp, FollowUpStep
from tests.factories import make_member
from tests.surveys.followups.worlds import make_firm, make_follow_up, make_rule

pytestmark = pytest.mark.django_db


def mails(tenant: Any) -> list[tuple[str, str]]:
    """(to, subject) of what was written since the last look."""
    with activate(tenant.pk):
        found = list(OutgoingMail.objects.filter(tenant_id=tenant.pk).order_by("pk").values_list("to", "subject"))
        OutgoingMail.objects.all().delete()
    return found


def test_an_owner_is_told_at_once_and_then_of_many_together() -> None:
    firm = make_firm(language="en")
    manager, handler = firm.manager.user, firm.handler.user
    make_follow_up(firm, text="Soittakaa 040 1234567", owner=manager, by=firm.lead.user)
    now = timezone.now()
    with activate(firm.tenant.pk):
        assert notices.write_all(now=now) == 1
        body = OutgoingMail.objects.get().text
        assert notices.write_all(now=now) == 0, "once"
    assert "•••" in body
    assert "Asko" not in body, "a mail does not say who the customer is"
    assert mails(firm.tenant) == [(manager.email, f"{firm.tenant.name}: 1 follow-up waits for you")]
    for _ in range(3):
        make_follow_up(firm, owner=manager, by=firm.lead.user)
    with activate(firm.tenant.pk):
        assert notices.write_all(now=now + timedelta(minutes=1)) == 0, "so soon after, they wait for each other"
        assert notices.write_all(now=now + notices.QUIET) == 1
    assert mails(firm.tenant) == [(manager.email, f"{firm.tenant.name}: 3 follow-ups wait for you")]
    with activate(firm.tenant.pk):
        first = FollowUp.objects.earliest("pk")
        work.assign(follow_up_id=first.pk, version=None, by=handler, to=handler)
        work.contacted(follow_up_id=first.pk, version=None, by=handler)
        assert notices.write_all(now=now + timedelta(hours=1)) == 0, "nobody is told of their own doing"
        work.mail_in(follow_up_id=first.pk, version=None, by=None, text="And another thing")
        assert notices.write_all(now=now + timedelta(hours=1)) == 1
    assert [to for to, _ in mails(firm.tenant)] == [handler.email]
    assert mail.outbox == []


def test_before_the_due_time_the_owner_hears_and_after_it_the_reserve() -> None:
    firm = make_firm(language="en")
    reserve = make_member(firm.tenant, Role.HANDLER).user
    rule = make_rule(firm.tenant, "by_hand", backup=reserve, contact_minutes=600, fix_minutes=1_200)
    one = make_follow_up(firm, owner=firm.manager.user, by=firm.manager.user)
    plain = make_follow_up(firm, owner=firm.manager.user, by=firm.manager.user)
    with activate(firm.tenant.pk):
        FollowUp.objects.filter(pk=plain.pk).update(rule=None)
        assert FollowUp.objects.get(pk=one.pk).rule == rule
        due = FollowUp.objects.get(pk=one.pk).due_at
        FollowUp.objects.update(contact_due=due)
        assert notices.write_all(now=due - timedelta(hours=3)) == 0
        soon = due - timedelta(minutes=90)
        assert (notices.waiting(now=soon), notices.write_all(now=soon), notices.write_all(now=soon)) == (True, 1, 0)
    assert mails(firm.tenant) == [(firm.manager.user.email, f"{firm.tenant.name}: 2 follow-ups fall due soon")]
    with activate(firm.tenant.pk):
        before = FollowUp.objects.get(pk=one.pk).version
        late = due + timedelta(minutes=1)
        assert (notices.write_all(now=late), notices.write_all(now=late), notices.waiting(now=late)) == (2, 0, False)
        told = dict(FollowUpStep.objects.filter(kind="note").values_list("follow_up_id", "data__told"))
        assert FollowUp.objects.get(pk=one.pk).version == before
    assert told == {one.pk: reserve.pk, plain.pk: firm.lead.user_id}
    assert sorted(to for to, _ in mails(firm.tenant)) == sorted([reserve.email, firm.lead.user.email])
    with activate(firm.tenant.pk):
        work.contacted(follow_up_id=one.pk, version=None, by=firm.manager.user)
        fix = FollowUp.objects.get(pk=one.pk).due_at
        assert notices.write_all(now=fix + timedelta(minutes=1)) == 1, "the time to solve is another time"
