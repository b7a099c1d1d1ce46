"""Members hear of incidents as they chose, see them on the screen, and say that they are on it."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Scope, Tenant
from promises.alerts import tell
from promises.models import Alert, AlertChoice, Rule
from promises.tasks import watch_tenant
from tests.factories import api_of, client_of, make_key, make_member, make_tenant
from tests.promises.test_watch import burn, fill, watched
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db
MORNING = datetime.fromisoformat("2026-11-20T07:00:00+02:00")


@pytest.fixture
def tenant() -> Tenant:
    return make_tenant(language="en")


@pytest.fixture
def owner(tenant: Tenant) -> Membership:
    return make_member(tenant, "cx_lead")


@pytest.fixture
def rule(tenant: Tenant, owner: Membership) -> Rule:
    rule = make_promise(tenant, "reply")
    with activate(tenant.pk):
        rule.promise.owner = owner.user
        rule.promise.save()
    return rule


def told(tenant: Tenant) -> list[tuple[str, str]]:
    return list(OutgoingMail.objects.filter(tenant_id=tenant.pk).order_by("pk").values_list("to", "subject"))


def choose(member: Membership, how: str) -> None:
    with activate(member.tenant_id):
        tell.choose(user=member.user, how=how)


def turn(tenant: Tenant, rule: Rule) -> None:
    burn(rule)
    turned = watched(tenant)
    with activate(tenant.pk):
        tell.tell(tenant, turned)


def digest(tenant: Tenant, now: datetime) -> int:
    with activate(tenant.pk):
        return tell.digest(tenant, now=now)


def page(member: Membership) -> Client:
    return client_of(member, headers={"accept-language": "en"})


def test_the_owner_hears_at_once_of_the_break_and_of_its_end(tenant, rule, owner):
    make_member(tenant, "viewer")
    turn(tenant, rule)
    assert told(tenant) == [(owner.user.email, f"{tenant.name}: 1 promise is breaking")]
    text = OutgoingMail.objects.get(tenant_id=tenant.pk).text
    assert "Since yesterday 95 of 100 broke; In 7 days 115 of 400 broke." in text
    assert f"/t/{tenant.slug}/promises/alerts/" in text
    fill(rule, days_ago=0, kept=50)
    fill(rule, days_ago=1, kept=50)
    calm = watched(tenant, later=1)
    with activate(tenant.pk):
        tell.tell(tenant, calm)
    assert told(tenant)[1:] == [(owner.user.email, f"{tenant.name}: 1 is calm again")]


def test_two_promises_that_break_together_are_one_mail(tenant, rule, owner):
    other = make_promise(tenant, "delivery")
    choose(owner, "at_once")
    burn(other)
    turn(tenant, rule)
    assert told(tenant) == [(owner.user.email, f"{tenant.name}: 2 promises are breaking")]


@pytest.mark.parametrize("how", ["digest", "screen"])
def test_an_owner_may_choose_to_hear_later_or_never(tenant, rule, owner, how):
    choose(owner, how)
    turn(tenant, rule)
    assert told(tenant) == []


def test_the_digest_comes_once_a_morning_in_the_members_language(tenant, rule, owner):
    choose(owner, "screen")
    leader = make_member(tenant, "viewer")
    leader.user.language = "fi"
    leader.user.save()
    make_member(tenant, "employee")
    turn(tenant, rule)
    assert digest(tenant, MORNING - timedelta(minutes=1)) == 0
    assert digest(tenant, MORNING) == 1
    assert digest(tenant, MORNING + timedelta(hours=3)) == 0
    assert digest(tenant, MORNING + timedelta(days=1)) == 1
    assert told(tenant) == [(leader.user.email, f"{tenant.name}: 1 asiakaslupauksen tavoite on vaarassa")] * 2


def test_the_digest_leaves_out_what_was_told_at_once(tenant, rule, owner):
    other = make_promise(tenant, "delivery")
    turn(tenant, rule)
    assert digest(tenant, MORNING) == 0
    burn(other)
    watched(tenant)
    assert digest(tenant, MORNING + timedelta(days=1)) == 1
    assert told(tenant)[1:] == [(owner.user.email, f"{tenant.name}: 1 promise is breaking")]


def test_an_end_is_in_one_digest_however_late_that_is_sent(tenant, rule, owner):
    choose(owner, "digest")
    turn(tenant, rule)
    fill(rule, days_ago=0, kept=50)
    fill(rule, days_ago=1, kept=50)
    watched(tenant, later=1)  # ends on the 20th at 12:01
    sent = [digest(tenant, MORNING + timedelta(days=days, hours=late)) for days, late in ((0, 6), (1, 9), (2, 0))]
    assert sent == [0, 1, 0]


def test_a_day_without_a_digest_loses_no_end(tenant, rule, owner):
    choose(owner, "digest")
    digest(tenant, MORNING)
    turn(tenant, rule)
    fill(rule, days_ago=0, kept=50)
    fill(rule, days_ago=1, kept=50)
    watched(tenant, later=1)
    assert [digest(tenant, MORNING + timedelta(days=days)) for days in (3, 4)] == [1, 0]


def test_no_incident_no_digest(tenant, rule, owner):
    assert digest(tenant, MORNING) == 0
    assert told(tenant) == []


def test_a_unit_manager_hears_nothing_of_the_whole_company(tenant, rule, owner):
    manager = make_member(tenant, "unit_manager", unit_ids=[1])
    choose(manager, "at_once")
    turn(tenant, rule)
    assert [to for to, _ in told(tenant)] == [owner.user.email]
    assert page(manager).get(f"/t/{tenant.slug}/promises/alerts/").status_code == 403


def test_a_member_sees_the_incident_says_so_and_chooses(tenant, rule, owner):
    turn(tenant, rule)
    client, address = page(owner), f"/t/{tenant.slug}/promises/alerts/"
    assert "Since yesterday 95 of 100 broke." in client.get(address).content.decode()
    with activate(tenant.pk):
        alert = Alert.objects.get()
    assert client.post(f"{address}{alert.pk}/seen/").status_code == 302
    assert f"{owner.user} is on it." in client.get(address).content.decode()
    assert client.post(f"{address}choice/", {"how": "digest"}).status_code == 302
    with activate(tenant.pk):
        assert AlertChoice.objects.get().how == "digest"
    wrong = client.post(f"{address}choice/", {"how": "pigeon"})
    assert (wrong.status_code, "Choose one of the ways shown." in wrong.content.decode()) == (422, True)


def test_an_outsider_sees_and_changes_nothing(tenant, rule, owner):
    turn(tenant, rule)
    other = make_tenant()
    stranger = page(make_member(other, "admin"))
    with activate(tenant.pk):
        alert = Alert.objects.get()
    assert stranger.post(f"/t/{other.slug}/promises/alerts/{alert.pk}/seen/").status_code == 404
    assert stranger.get(f"/t/{tenant.slug}/promises/alerts/").status_code == 404
    assert api_of(make_key(other, [Scope.READ])).get("/api/v1/alerts").json() == {"alerts": []}


def test_integrators_read_them(tenant, rule, owner):
    turn(tenant, rule)
    api = api_of(make_key(tenant, [Scope.READ]))
    [alert] = api.get("/api/v1/alerts?state=open").json()["alerts"]
    assert (alert["promise"], alert["target"], alert["resolved_at"]) == ("reply", 90.0, None)
    assert [window["days"] for window in alert["windows"]] == [1, 7]
    assert api.get("/api/v1/alerts?state=resolved").json() == {"alerts": []}
    refused = api.get("/api/v1/alerts?state=loud")
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (400, "state")


@pytest.mark.django_db(transaction=True)
def test_the_task_of_a_calm_company_writes_nothing(tenant, rule, owner):
    watch_tenant(tenant.pk)
    assert told(tenant) == []
