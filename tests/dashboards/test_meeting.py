"""A meeting: the page stands still, decisions get an owner and a day and come up again, words do not stay."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.ids import uuid7
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.feedback.quotes import quote
from dashboards.meeting.words import without_quotes
from dashboards.models import Decision, Meeting
from journeys.erasing import erase
from surveys.models import Verbatim
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import (
    Path,
    client_of,
    make_customer,
    make_journey,
    make_member,
    make_tenant,
    make_unit,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    tenant = make_tenant(name="Rengasala", brand_colour="#f2c200")
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Deliver"])
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0])
    count(tenant, nps(50, 30, 20), at=path.touchpoints[0], day=days_ago(366, tenant))
    return path


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def begin(client: Client, tenant: Tenant, address: str = "") -> str:
    """The address of the meeting that is begun."""
    return client.post(f"/t/{tenant.slug}/meetings/", {"address": address}).headers["location"]


def english(member: Membership) -> Client:
    return client_of(member, headers={"accept-language": "en"})


def decision(user: Any, tenant: Tenant, **fields: str) -> dict[str, Any]:
    due = days_ago(-14, tenant).isoformat()
    return {"text": "Call back within a day.", "owner": user.pk, "due": due, "about": "focus"} | fields


def test_the_figures_stand_still_while_answers_come_in(tenant: Tenant, path: Path) -> None:
    client = english(make_member(tenant, Role.VIEWER))
    address = begin(client, tenant)
    before = client.get(address).content.decode()
    assert "14…44" in before
    assert "NPS 30, no clear change" in before
    count(tenant, nps(0, 0, 500), at=path.touchpoints[0])
    assert "−" in client.get(f"/t/{tenant.slug}/").content.decode()
    assert "14…44" in client.get(address).content.decode()


def test_each_reads_it_in_their_own_language(tenant: Tenant) -> None:
    address = begin(english(make_member(tenant, Role.VIEWER)), tenant)
    read = client_of(make_member(tenant, Role.CX_LEAD), headers={"accept-language": "sv"}).get(address).content.decode()
    assert "ingen tydlig förändring" in read
    assert "no clear change" not in read


def test_the_key_leads_back_to_the_meeting_that_goes_on_and_another_page_begins_another(tenant: Tenant) -> None:
    client = english(make_member(tenant, Role.VIEWER))
    first = begin(client, tenant)
    assert begin(client, tenant) == first
    assert begin(client, tenant, "?journey=tyre-change") != first
    with activate(tenant.pk):
        assert [each.ended_at is None for each in Meeting.objects.order_by("pk")] == [False, True]


def test_a_nonsense_address_begins_nothing(tenant: Tenant) -> None:
    client = english(make_member(tenant, Role.VIEWER))
    answer = client.post(f"/t/{tenant.slug}/meetings/", {"address": "?journey=gone"})
    assert answer.status_code == 400
    assert "There is no such journey" in answer.content.decode()
    with activate(tenant.pk):
        assert not Meeting.objects.exists()


def test_a_decision_has_an_owner_and_a_day_and_comes_up_first_in_the_next_meeting(tenant: Tenant) -> None:
    client, owner = english(make_member(tenant, Role.VIEWER)), make_user("aino@example.org")
    make_member(tenant, Role.HANDLER, user=owner)
    address = begin(client, tenant)
    assert client.post(f"{address}decisions/", decision(owner, tenant)).status_code == 302
    client.post(f"{address}end/")
    following = client.get(begin(client, tenant))
    (earlier,) = following.context["earlier"]
    assert (earlier.text, earlier.owner, earlier.about) == ("Call back within a day.", owner, "focus")
    client.post(f"/t/{tenant.slug}/meetings/decisions/{earlier.pk}/", {"state": "done"})
    again = client.get(begin(client, tenant))
    assert [each.state for each in again.context["earlier"]] == ["done"]
    held = client.get(f"/t/{tenant.slug}/meetings/")
    assert [(each.decided, each.done) for each in held.context["meetings"]] == [(0, 0), (1, 1)]
    assert not held.context["open"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"text": " "}, "required"), ({"owner": "0"}, "not one of the available choices"),
     ({"due": "2020-01-01"}, "This day is past"), ({"due": "2090-01-01"}, "over three years ahead"),
     ({"due": "soon"}, "valid date")],
)  # fmt: skip
def test_half_a_decision_is_refused_with_what_to_do(tenant: Tenant, wrong: dict[str, str], said: str) -> None:
    member = make_member(tenant, Role.VIEWER)
    client = english(member)
    address = begin(client, tenant)
    answer = client.post(f"{address}decisions/", decision(member.user, tenant, **wrong), headers={"HX-Request": "true"})
    assert answer.status_code == 400
    assert said in answer.content.decode()
    with activate(tenant.pk):
        assert not Decision.objects.exists()


def test_nobody_of_another_company_can_be_the_owner_or_settle(tenant: Tenant) -> None:
    stranger = make_member(role=Role.ADMIN)
    member = make_member(tenant, Role.VIEWER)
    client = english(member)
    address = begin(client, tenant)
    assert client.post(f"{address}decisions/", decision(stranger.user, tenant)).status_code == 400
    client.post(f"{address}decisions/", decision(member.user, tenant))
    with activate(tenant.pk):
        pk = Decision.objects.get().pk
    theirs = client_of(stranger)
    for gone in (address, f"/t/{stranger.tenant.slug}/meetings/decisions/{pk}/"):
        assert theirs.post(f"{gone}end/" if gone is address else gone, {"state": "done"}).status_code == 404


def test_a_unit_manager_holds_meetings_of_their_own_units_only(tenant: Tenant) -> None:
    unit = make_unit(tenant)
    whole = begin(english(make_member(tenant, Role.VIEWER)), tenant)
    manager = english(make_member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk]))
    assert manager.get(whole).status_code == 404
    assert list(manager.get(f"/t/{tenant.slug}/meetings/").context["meetings"]) == []
    own = begin(manager, tenant)
    assert manager.get(own).status_code == 200
    other = make_unit(tenant)
    assert english(make_member(tenant, Role.UNIT_MANAGER, unit_ids=[other.pk])).get(own).status_code == 404
    assert english(make_member(tenant, Role.VIEWER)).get(own).status_code == 200


def test_what_customers_said_goes_with_the_end_and_with_an_erasure() -> None:
    html = '<p>Waiting &amp; price <q class="x">odotin <b>kolme</b> päivää</q>, 412 &#8211; answers<br></p>'
    assert without_quotes(html) == "<p>Waiting &amp; price , 412 &#8211; answers<br></p>"
    tenant = make_tenant()
    kept = {"en": {"chair": "<p>A story</p>", "focus": html}}
    with activate(tenant.pk):
        meeting = Meeting.objects.create(start=days_ago(9, tenant), last=days_ago(0, tenant), page=kept)
    customer = make_customer(tenant)
    with activate(tenant.pk):
        erase(customer)
        meeting.refresh_from_db()
    assert meeting.page == {"en": {"chair": "", "focus": without_quotes(html)}}


def test_what_was_chosen_to_be_heard_is_read_in_one_meeting(tenant: Tenant) -> None:
    member = make_member(tenant, Role.VIEWER)
    client = english(member)
    with activate(tenant.pk):
        said = Verbatim.objects.create(
            response_id=uuid7(), key="reason", survey_id=1, answered_at=timezone.now(), audience="customer",
            text="I waited for three days.", language="en",
        )  # fmt: skip
        quote(said, by=member.user)
    address = begin(client, tenant)
    assert "I waited for three days." in client.get(address).content.decode()
    client.post(f"{address}end/")
    assert "No customer’s own case was heard." in client.get(address).content.decode()
    for later in (address, begin(client, tenant)):
        assert "I waited" not in client.get(later).content.decode()


def test_the_owner_is_told_by_mail_in_their_own_language(tenant: Tenant) -> None:
    member, owner = make_member(tenant, Role.VIEWER), make_user("aino@example.org", language="sv")
    make_member(tenant, Role.HANDLER, user=owner)
    client = english(member)
    address = begin(client, tenant)
    client.post(f"{address}decisions/", decision(owner, tenant, text="Call back\nwithin a day."))
    client.post(f"{address}decisions/", decision(member.user, tenant))  # who writes it down knows
    (mail,) = OutgoingMail.objects.filter(tenant_id=tenant.pk)
    assert (mail.to, mail.subject) == ("aino@example.org", "Ett beslut för dig: Call back within a day.")
    assert "antecknade vid ett möte" in mail.text


def test_a_meeting_is_read_in_as_many_queries_whatever_was_decided(tenant: Tenant) -> None:
    member = make_member(tenant, Role.VIEWER)
    client = english(member)
    address = begin(client, tenant)
    asked = []
    for _ in range(2):
        client.post(f"{address}decisions/", decision(member.user, tenant))
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        asked.append(len(captured))
    assert asked[0] == asked[1]
