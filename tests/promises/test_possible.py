"""“Challenging but possible” is judged by what history says, and anew when the target changes."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from cxplatform.tenancy.context import activate
from promises.making.gate import missing
from promises.making.support import judge
from promises.making.versions import revise
from promises.models import Criterion, Promise, Rule
from tests.factories import client_of, make_member, make_tenant
from tests.promises.worlds import event, make_ready, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    return make_tenant()


@pytest.fixture
def rule(tenant) -> Rule:
    return make_ready(tenant, "reply")


@pytest.fixture
def past(tenant, rule):
    """Ten orders of last month: eight delivered in 30 minutes, two in 90; the promise is an hour."""
    begun = timezone.now() - timedelta(days=30)
    for number in range(10):
        case, opened = f"case-{number}", begun + timedelta(hours=number)
        took = 30 if number < 8 else 90
        send(
            tenant,
            event("order.placed", opened, correlation=case),
            event("order.delivered", opened + timedelta(minutes=took), correlation=case),
        )


def test_possible_is_kept_with_what_history_says(tenant, rule, past):
    with activate(tenant.pk):
        row = judge(promise=rule.promise, name="possible", met=True, evidence="Two more drivers.")
        assert row.facts["measures"] == [[rule.pk, 90.0, 60]]
        (told,) = row.facts["history"]
        assert (told["share"], told["n"], told["needs"], told["minutes"]) == (0.8, 10, 90, 60)
        assert told["low"] < 0.8 < told["high"]


def test_another_target_has_possible_judged_anew(tenant, rule):
    with activate(tenant.pk), translation.override("en"):
        judge(promise=rule.promise, name="possible", met=True, evidence="As history says.")
        assert missing(promise=rule.promise) == []
        revise(rule=rule, changes={"wording": "Fast"})
        assert missing(promise=rule.promise) == []
        revise(rule=rule, changes={"target": 99})
        (reason,) = missing(promise=rule.promise)
        assert "was judged of another target" in reason
        member = make_member(tenant, "cx_lead")
    page = client_of(member, headers={"accept-language": "en"}).get(
        f"/t/{tenant.slug}/promises/{rule.promise.slug}/edit/criteria/"
    )
    assert page.content.decode().count(" checked>") == 4  # it is to be ticked again
    with activate(tenant.pk), translation.override("en"):
        judge(promise=rule.promise, name="possible", met=True, evidence="As history says.")
        assert missing(promise=rule.promise) == []


def test_the_page_says_what_history_said(tenant, rule, past):
    with activate(tenant.pk):
        judge(promise=rule.promise, name="possible", met=True, evidence="Two more drivers.")
        assert Criterion.objects.count() == 5
        assert Promise.objects.get().slug == "reply"
    member = make_member(tenant, "viewer")
    page = client_of(member, headers={"accept-language": "en"}).get(f"/t/{tenant.slug}/promises/reply/made/")
    assert "80.0%" in page.content.decode()
    assert "90.0% needs" in page.content.decode()


def test_a_target_over_what_was_ever_kept_needs_a_reason(tenant, rule, past):
    with activate(tenant.pk):
        Promise.objects.update(attainable="")
    client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
    address = f"/t/{tenant.slug}/promises/reply/edit/target/"
    wanted = {"target": "99", "hours": "0", "minutes": "20", "attainable": ""}
    assert "is over what has been attained" in client.post(address, wanted).content.decode()
    with activate(tenant.pk):
        assert Rule.objects.get().target == 90
    assert client.post(address, wanted | {"attainable": "Two more drivers."}).status_code == 302
    with activate(tenant.pk):
        assert (Rule.objects.get().target, Rule.objects.get().duration_minutes) == (99, 20)
