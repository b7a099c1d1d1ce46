"""Customers invited to improve with us or to recommend us: asked, agreed, withdrawn, counted, erased."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from journeys.erasing import erase
from journeys.merging import merge
from journeys.models import Customer, Event
from journeys.record import IncomingEvent, record
from surveys.doors.own import Own, path_of
from surveys.invited.referrals import Came, address_of, came_of
from surveys.models import CoDeveloper, FollowUpSetting
from tests.factories import client_of, make_customer, make_member
from tests.surveys.followups.test_told import Page
from tests.surveys.followups.worlds import make_firm, make_follow_up

pytestmark = pytest.mark.django_db


def test_a_recommendation_goes_on_where_its_giver_is_merged() -> None:
    firm = make_firm()
    with activate(firm.tenant.pk):
        FollowUpSetting.objects.create(referral_url="https://rengas.example/")
        Customer.objects.filter(id=firm.customer.id).update(ambassador_at=timezone.now())
    link = urlsplit(address_of(firm.tenant.pk, firm.customer.id)).path
    other = make_customer(firm.tenant)
    assert Client().get(f"{link}?go").status_code == 302
    with activate(firm.tenant.pk):
        merge(stays=other, number=firm.customer.external_id)
    assert Client().get(f"{link}?go").status_code == 302
    with activate(firm.tenant.pk):
        assert came_of([other.id]) == {other.id: Came(visited=2)}
        erase(Customer.objects.get(id=other.id))
    assert Client().get(f"{link}?go").status_code == 404


def test_from_an_invitation_to_a_yes_and_back() -> None:
    firm = make_firm(language="fi")
    tenant, row = firm.tenant, make_follow_up(firm, owner=firm.manager.user)
    lead = client_of(make_member(tenant, Role.CX_LEAD, sees_identity=True), headers={"accept-language": "en"})
    page = f"/t/{tenant.slug}/invited/"

    def do(key: str, **fields: str) -> Any:
        with activate(tenant.pk):
            row.refresh_from_db()
        address = f"/t/{tenant.slug}/followups/{row.pk}/do/{key}/"
        return lead.post(address, {"version": str(row.version), **fields})

    # Invited by the one who works it; to recommend only where that leads somewhere.
    assert do("invite", to="nonsense").status_code == 400
    assert "Nobody has set yet where" in do("invite", to="ambassador").content.decode()
    assert lead.post(f"{page}leads-to", {"referral_url": "javascript:alert(1)"}).status_code == 400
    assert lead.post(f"{page}leads-to", {"referral_url": "https://rengas.example/?a=1"}).status_code == 302
    for to in ("codevelop", "ambassador"):
        assert do("invite", to=to, text="Tervetuloa!").status_code == 302
    assert do("mail", text="Soitan huomenna.").status_code == 302
    with activate(tenant.pk):
        improve, recommend, own = OutgoingMessage.objects.order_by("id")
    assert "Haluatko olla mukana, kun kehitämme palvelua?" in improve.text
    assert "Tervetuloa!" in recommend.text
    assert "Soitan huomenna." in own.text

    # Agreed by the customer alone.
    guest = Page(re.search(r"/r/[\w-]+", improve.text)[0])  # type: ignore[index]
    assert "Haluatko kehittää palvelua kanssamme?" in guest.html
    assert "Nobody yet. Who complained" in lead.get(page).content.decode()
    guest.press(join="codevelop")
    guest.press(join="codevelop")
    guest.press(join="ambassador")
    assert "Olet mukana kehittämässä palvelua." in guest.html
    link = re.search(r"/v/[\w-]+", guest.html)[0]  # type: ignore[index]

    # A friend comes, and becomes a customer; a preview of the link is no friend.
    assert tenant.name in Client().get(link).content.decode()
    went = Client().get(f"{link}?go=1")
    (ref,) = parse_qs(urlsplit(went.headers["Location"]).query)["ref"]
    assert went.headers["Location"] == f"https://rengas.example/?a=1&ref={ref}"
    with activate(tenant.pk):
        told = IncomingEvent(id="1", type="referral.joined", customer="new", correlation=f"referral:{ref}")
        record(events=[told, told], source="shop")
        assert Event.objects.get(type="referral.visited").customer_id == firm.customer.id
    html = lead.get(page).content.decode()
    assert re.search(r"Asko Asiakas</a></th><td[^>]*>[^<]+</td><td[^>]*>1</td><td[^>]*>1</td>", html)
    assert "asko@example.org" in html

    # Taken back, by the customer or by who was told so.
    guest.press(leave="ambassador")
    assert Client().get(link).status_code == 404
    assert lead.post(f"{page}{row.pk}/withdraw").status_code == 302
    assert lead.post(f"{page}{row.pk}/withdraw").status_code == 404
    assert "Kyllä, olen mukana" in Page(guest.path).html
    outsider: Any = client_of(make_member(role=Role.CX_LEAD, sees_identity=True))
    assert outsider.post(f"{page}{row.pk}/withdraw").status_code == 404
    guest.press(join="codevelop")
    with activate(tenant.pk):
        assert CoDeveloper.objects.get().withdrawn_at is None
        erase(firm.customer)
        assert not CoDeveloper.objects.exists()
        assert not [message.text for message in OutgoingMessage.objects.all() if message.text]
    assert Page(guest.path).status == 404
    for nonsense in ("x", "A" * 43, f"{link[3:]}A"):
        assert Client().get(f"/v/{nonsense}").status_code == 404


def test_who_was_not_invited_does_not_join() -> None:
    firm = make_firm()
    row = make_follow_up(firm)
    guest = Page(path_of(Own(firm.tenant.pk, follow_up_id=row.pk)))
    for fields in ({"join": "codevelop"}, {"join": "ambassador"}, {"join": "\x00"}, {"leave": "codevelop"}):
        assert guest.press(**fields).status == 200
    with activate(firm.tenant.pk):
        firm.customer.refresh_from_db()
        assert firm.customer.ambassador_at is None
        assert not CoDeveloper.objects.exists()
