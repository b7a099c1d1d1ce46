"""The weekly huddle of a unit, and the coaching log that only the two and their leaders read."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Membership
from cxplatform.tenancy.roles import Role
from dashboards.improvements import work
from dashboards.models import CoachingTalk
from surveys.models import Cause, FollowUp
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant, make_unit, make_user

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}


def test_a_team_goes_through_its_own_week_and_no_other_units() -> None:
    tenant = make_tenant(name="Rengasala")
    mine, other = make_unit(tenant, "turku", name="Turku"), make_unit(tenant, "oulu", name="Oulu")
    place = make_journey(tenant, "help", name="Getting help", stages=["Help"]).touchpoints[0]
    today, now = days_ago(0, tenant), timezone.now()
    for ago in range(1, 15):
        count(tenant, nps(6, 3, 1), at=place, day=days_ago(ago, tenant), slices={"unit": str(mine.pk)})
    manager = make_member(tenant, Role.UNIT_MANAGER, unit_ids=[mine.pk])
    monday = now - timedelta(days=today.weekday(), hours=now.hour)
    told = {"cause": Cause.DETRACTOR, "signal_at": now, "contact_due": now, "fix_due": now + timedelta(days=1)}
    with activate(tenant.pk):
        place.unit = mine
        place.save()
        for fields in ({}, {"contact_due": now - timedelta(hours=1)}, {"unit_id": other.pk},
                       {"state": "confirmed", "solved_at": monday - timedelta(days=2), "fixed": "yes"}):  # fmt: skip
            FollowUp.objects.create(**{"unit_id": mine.pk, **told, **fields})
        row = work.propose(title="Callback", by=None, owner=manager.user, touchpoint=place)
        work.act(row, text="Ring back", owner=manager.user, due=today, by=None)
    client = client_of(manager, headers=ENGLISH)
    page = client.get(f"/t/{tenant.slug}/huddle/")
    care = page.context["pack"].care
    assert (care.live, care.late, care.solved, care.confirmed) == (2, 2, 1, 1)
    said = page.content.decode()
    assert "Weekly huddle · Turku" in said
    assert "NPS" in said
    assert "Ring back" in said
    assert "Oulu" not in said
    assert client.get(f"/t/{tenant.slug}/huddle/?unit=oulu").status_code == 400
    whole = client_of(make_member(tenant, Role.VIEWER), headers=ENGLISH).get(f"/t/{tenant.slug}/huddle/")
    assert whole.context["pack"].care.live == 3


def test_a_coaching_talk_is_read_by_the_two_and_who_leads() -> None:
    tenant = make_tenant()
    coach, aino = make_member(tenant, Role.UNIT_MANAGER), make_member(tenant, Role.EMPLOYEE)
    address, today = f"/t/{tenant.slug}/coaching/", days_ago(0, tenant)
    client = client_of(coach, headers=ENGLISH)
    told = {"coached": aino.user.pk, "day": today.isoformat(), "next_on": (today + timedelta(days=14)).isoformat(),
            "about": "Calling an angry customer back", "agreed": "=HYPERLINK: listen first"}  # fmt: skip
    for wrong in ({"about": " "}, {"coached": coach.user.pk}, {"coached": make_user().pk}, {"day": "2099-01-01"},
                  {"next_on": "2001-01-01"}):  # fmt: skip
        assert client.post(address, told | wrong).status_code == 400, wrong
    assert client.post(address, told).status_code == 302
    with activate(tenant.pk):
        talk = CoachingTalk.objects.get()
        mail, entry = OutgoingMail.objects.get(), AuditEntry.objects.filter(model="dashboards.coachingtalk").get()
        assert "angry" not in f"{mail.subject} {mail.text} {entry.changes}"  # neither mail nor history tells of what
    assert mail.to == aino.user.email
    readers = {role: client_of(make_member(tenant, role), headers=ENGLISH) for role in (Role.CX_LEAD, Role.VIEWER)}
    reads = {
        "coach": client,
        "aino": client_of(aino, headers=ENGLISH),
        "lead": readers[Role.CX_LEAD],
        "viewer": readers[Role.VIEWER],
        "another": client_of(make_member(tenant, Role.EMPLOYEE), headers=ENGLISH),
    }
    seen = {name: "angry customer" in who.get(address).content.decode() for name, who in reads.items()}
    assert seen == {"coach": True, "aino": True, "lead": True, "viewer": False, "another": False}
    assert reads["aino"].post(f"{address}{talk.pk}/", told).status_code == 404
    assert client.post(f"{address}{talk.pk}/", told | {"agreed": "Listen first"}).status_code == 302
    assert client.post(f"{address}{talk.pk}/", told | {"about": ""}).status_code == 400
    assert "Listen first" in reads["lead"].get(f"{address}?person={aino.user.pk}").content.decode()
    assert client_of(make_member(role=Role.ADMIN)).get(address).status_code == 404


def test_who_manages_an_archived_unit_has_no_huddle_of_the_whole_company() -> None:
    tenant = make_tenant()
    unit = make_unit(tenant, "turku", archived_at=timezone.now())
    client = client_of(make_member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk]))
    assert client.get(f"/t/{tenant.slug}/huddle/").status_code == 400


def test_who_has_waited_longest_for_coaching_is_first_however_many_talks_there_are() -> None:
    tenant = make_tenant()
    lead, often, seldom = (make_member(tenant, role) for role in (Role.CX_LEAD, Role.EMPLOYEE, Role.EMPLOYEE))
    client, today, address = client_of(lead, headers=ENGLISH), days_ago(0, tenant), f"/t/{tenant.slug}/coaching/"

    def talks(who: Membership, day: date, n: int = 1) -> None:
        with activate(tenant.pk):
            CoachingTalk.objects.bulk_create(
                [CoachingTalk(coach=lead.user, coached=who.user, day=day, about="Listening") for _ in range(n)]
            )

    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            people[:] = client.get(address).context["people"]
        return len(made)

    people: list[Any] = []
    talks(seldom, today - timedelta(days=200))
    talks(often, today)
    queries()
    few = queries()
    talks(often, today, n=100)
    assert queries() == few
    assert [(each.user.pk, each.talks) for each in people] == [(seldom.user.pk, 1), (often.user.pk, 101)]
    assert len(client.get(f"{address}?person={seldom.user.pk}").context["talks"]) == 1
