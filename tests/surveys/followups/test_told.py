"""What the customer of a follow-up is told and asked: from a 2 by QR code to their own word that it is put right."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from journeys.models import Event
from surveys.asking.optout import opt_out
from surveys.doors.own import Own, path_of
from surveys.followups import work
from surveys.models import AgreedItem, FollowUp, FollowUpRule, FollowUpStep, Response, Verbatim
from tests.factories import make_customer, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.surveys.test_page import Respondent
from tests.surveys.worlds import NPS, REASON, count_all, counted, make_link, make_survey

pytestmark = pytest.mark.django_db
Kind = FollowUpStep.Kind


def outbox(tenant: Any) -> list[OutgoingMessage]:
    with activate(tenant.pk):
        return list(OutgoingMessage.objects.filter(given_up_at=None).order_by("id"))


class Page:
    """The customer with the link of a matter."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.see(Client().get(path))

    def see(self, answer: Any) -> "Page":
        self.status, self.html = answer.status_code, unescape(answer.content.decode())
        return self

    def press(self, **fields: str) -> "Page":
        turn = re.search(r'name="turn" value="(\d+)"', self.html)
        return self.see(Client().post(self.path, {"turn": turn[1] if turn else "0", "lang": "fi", **fields}))


@pytest.fixture
def shop() -> Any:
    tenant = make_tenant(language="fi", name="Rengas Oy")
    place, unit = make_touchpoint(tenant), make_unit(tenant, name="Tampere")
    person = make_user("maija@example.org", first_name="Maija", last_name="Virtanen")
    make_member(tenant, "unit_manager", user=person, unit_ids=[unit.pk])
    make_member(tenant, "cx_lead")
    survey = make_survey(tenant, questions=[NPS, REASON], touchpoint=place)
    with activate(tenant.pk):
        for cause in ("contact_wished", "detractor", "promoter"):
            FollowUpRule.objects.create(slug=cause, name=cause, cause=cause)
    return tenant, person, survey, make_link(tenant, survey, unit_id=unit.pk)


def test_from_a_two_by_code_to_the_customers_own_word(shop: Any, settings: Any) -> None:
    settings.MAIL_REPLIES_ADDRESS = "replies@example.org"
    tenant, person, survey, link = shop
    guest = Respondent(link)
    guest.press(a="2")
    guest.write(reason="Jonotin tunnin.")
    count_all(tenant)
    assert "viimeistään" not in guest.html
    with activate(tenant.pk):
        assert not FollowUp.objects.exists()  # nobody to call yet
    # Who is reached otherwise after all is: one way at a time, and nobody is written to by it for ever.
    with activate(tenant.pk):
        own = path_of(Own(tenant.pk, response_id=Response.objects.get().id))
    for number in range(6):
        left = {"end": "contact", "name": "Anna", "email": f"anna{min(number, 4)}@example.org", "lang": "fi"}
        html = Client().post(own, left).content.decode()
        assert ("näitä yhteystietoja" in html) == (number in (1, 2, 3))
        assert ("vaihdettu monta kertaa" in html) == (number > 3)
    with activate(tenant.pk):
        assert Response.objects.get().contact["email"] == "anna3@example.org"
        Response.objects.update(contact=None)
    guest.press(end="contact", name="Anna", email="anna@example.org")
    said = guest.html
    (waiting,) = outbox(tenant)
    assert waiting.not_before > timezone.now()
    path = re.search(r"/r/[\w-]+", waiting.text)[0]  # type: ignore[index]
    count_all(tenant)

    # Thanks at once, with the day, instead of the link alone.
    with activate(tenant.pk):
        follow_up = FollowUp.objects.get()
        due = follow_up.contact_due.astimezone(tenant.zone)
        assert FollowUpStep.objects.get(kind=Kind.THANKED).data == {"sent": "email"}
    (mail,) = outbox(tenant)
    promise = f"viimeistään {due.day}.{due.month}.{due.year} klo {due:%H.%M}."
    assert promise in said  # told at once, before there was a follow-up
    assert (mail.to, mail.subject) == ("anna@example.org", "Kiitos palautteestasi – Rengas Oy")
    assert f"Asiaasi hoitaa Maija, Tampere. Otamme sinuun yhteyttä {promise}" in mail.text
    assert path in mail.text
    assert re.fullmatch(r"replies\+[a-z2-7]{44}@example\.org", mail.headers["Reply-To"])
    page = Page(path)
    assert promise in page.html
    assert "Jonotin tunnin." in page.html
    assert "Korjasimmeko" not in page.html
    assert "on jo vastattu" in page.press(fixed="yes").html

    # What was agreed, in writing.
    with activate(tenant.pk):
        mine: dict[str, Any] = {"follow_up_id": follow_up.pk, "version": None, "by": person}
        work.contacted(**mine, text="Salainen muistiinpano")
        work.agree(**mine, items=[("Lahjakortti", date(2030, 1, 2)), ("<b>Soitto</b>", None)])
        assert "Lahjakortti" not in Page(path).html
        work.confirm_in_writing(**mine, text="Näin sovimme.")
        work.item_done(**mine, item_id=AgreedItem.objects.first().pk)
        work.solve(**mine, text="Avasimme toisen kassan.\nPahoittelut!")
    _thanks, agreed, solved = outbox(tenant)
    assert "- Lahjakortti (viimeistään 2.1.2030)\n- <b>Soitto</b> (kesken)" in agreed.text
    assert "&lt;b&gt;Soitto" in agreed.html
    assert solved.subject == "Asiasi on hoidettu. Korjasimmeko asian? – Rengas Oy"
    assert "Avasimme toisen kassan.\nPahoittelut!\n\nMaija, Tampere" in solved.text
    page = Page(path)
    for text in ("Avasimme toisen kassan.", "Maija, Tampere", "Lahjakortti", "tehty", "Olimme sinuun yhteydessä."):
        assert text in page.html
    assert "Salainen" not in page.html

    # No: it is opened again. The word may be changed; nonsense changes nothing.
    assert page.press(fixed="perhaps").status == 422
    page.press(fixed="no")
    assert "Kiitos, että kerroit. Jatkamme asian hoitamista." in page.html
    assert "Mikä on vielä kesken?" in page.html
    page.press(more="Jono on yhä.")
    with activate(tenant.pk):
        follow_up.refresh_from_db()
        assert (follow_up.state, follow_up.fixed) == ("open", "no")
        assert "Jono on yhä." in [step.text for step in FollowUpStep.objects.filter(kind=Kind.ANSWERED)]
        work.solve(**mine, text="Nyt on kolme kassaa.")
    stale = page
    page = Page(path)
    assert "Nyt on kolme kassaa." in page.html
    assert stale.press(fixed="yes").status == 200  # from the page of the first time: says nothing of the second
    with activate(tenant.pk):
        follow_up.refresh_from_db()
        assert follow_up.state == "solved"

    # Yes, and the score again: an answer of its own kind.
    page.press(fixed="yes")
    assert "Hienoa, että asia on kunnossa" in page.html
    assert page.press(again="11").status == 422
    assert "Vastauksesi on tallennettu" in page.press(again="8").html
    page.press(again="9")  # a slip, put right
    count_all(tenant)
    with activate(tenant.pk):
        follow_up.refresh_from_db()
        assert (follow_up.state, follow_up.fixed) == ("confirmed", "yes")
        assert (follow_up.value, follow_up.recovery_value) == (20.0, 90.0)
        again = Response.objects.get(id=follow_up.recovery_response_id)
        assert (again.answers, again.wave[:9], again.texts) == ({"nps": 9}, "recovery:", {})
        assert again.touchpoint_id == survey.touchpoint_id
        assert "nps" not in Event.objects.get(id=again.id).properties  # no part of the first contact's experience
        assert FollowUp.objects.count() == 1
        assert Verbatim.objects.filter(response_id=again.id).count() == 0
    waves = {key[8]: histogram for key, histogram in counted(tenant).items() if key[0] == "nps/0-10" and key[3] == "d"}
    assert waves[""][2] == 1
    assert sum(waves[""]) == 1
    assert waves[again.wave][9] == 1
    with activate(tenant.pk):
        FollowUpStep.objects.filter(kind=Kind.ANSWERED).update(at=timezone.now() - timedelta(days=2))
    late = Page(path)
    assert 'name="fixed"' not in late.html
    assert late.press(fixed="no", turn="2").status == 422


def test_who_wants_no_messages_gets_none_and_a_phone_gets_a_text_in_the_morning(shop: Any) -> None:
    tenant, person, _survey, _link = shop
    ann = make_customer(tenant, email="ann@example.org")
    bo = make_customer(tenant, phone="+358401234567", locale="sv-FI")
    carl = make_customer(tenant)
    with activate(tenant.pk):
        opt_out(customer_id=ann.id, how="link")
        rows = [work.open_by_hand(by=person, owner=person, customer=who, cause="detractor") for who in (ann, bo, carl)]
    (text,) = outbox(tenant)
    assert (text.by, text.to) == ("sms", bo.phone)
    assert "Ditt ärende sköts av Maija" in text.text
    local = text.not_before.astimezone(tenant.zone)
    assert 9 <= local.hour < 20
    path = re.search(r"/r/[\w-]+", text.text)[0]  # type: ignore[index]
    page = Page(path)  # a matter without an answer has a page too
    assert "Ditt ärende sköts av Maija" in page.html
    with activate(tenant.pk):
        work.solve(follow_up_id=rows[1].pk, version=None, by=person, text="Klart nu.")
    page = Page(path)
    assert "Klart nu." in page.html
    assert page.press(fixed="partly", lang="sv").status == 200
    with activate(tenant.pk):
        rows[1].refresh_from_db()
        assert (rows[1].state, rows[1].fixed, rows[1].recovery_response_id) == ("open", "partly", None)
