"""Staff are told what a promise asks of them, and everybody what is promised, in a real browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.tenancy.models import Membership
from tests.browser import readable
from tests.factories import client_of, make_member, make_tenant
from tests.promises.worlds import make_promise

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_instruction_is_taken_on_anew_and_the_promise_told_to_all(
    live_server: Any, browse: Callable[..., Any]
) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    make_promise(tenant, "reply")
    lead, fitter = make_member(tenant, "cx_lead"), make_member(tenant, "employee")
    page = browse(viewport={"width": 1280, "height": 800}, reduced_motion="reduce", locale="fi-FI")
    company = f"{live_server.url}/t/{tenant.slug}/"

    def enter(member: Membership, address: str) -> None:
        session = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        page.goto(company + address)

    def write(wording: str) -> None:
        page.get_by_label("Toimintaohje", exact=True).fill(wording)
        page.get_by_role("button", name="Tallenna").press("Enter")

    enter(lead, "promises/reply/instructions/")
    page.get_by_role("link", name="Kirjoita toimintaohje").press("Enter")
    page.get_by_label("Rooli").fill("Asentaja")
    readable(page, "instruction")
    write("Kysy vanhoista renkaista.")
    expect(page.get_by_text("0 / 2")).to_be_visible()
    readable(page, "instructions")

    enter(fitter, "")  # whoever sees no results begins at their instructions
    readable(page, "mine")
    page.get_by_role("button", name="Olen lukenut tämän ja noudatan sitä").press("Enter")
    expect(page.get_by_text("Olet kuitannut kaikki")).to_be_visible()

    enter(lead, "promises/reply/instructions/")
    expect(page.get_by_text("1 / 2")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Muuta .*Asentaja")).press("Enter")
    write("Kysy jokaiselta vanhoista renkaista.")
    expect(page.get_by_text("versio 2 kuitataan uudelleen")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Ketkä ovat kuitanneet .*Asentaja")).press("Enter")
    readable(page, "people")
    page.get_by_text("Mitä ohjeessa luki aiemmin").click()
    expect(page.get_by_text("Kysy vanhoista renkaista.")).to_be_visible()
    enter(fitter, "promises/-/mine/")
    expect(page.get_by_text("1 toimintaohje odottaa sinua")).to_be_visible()

    enter(lead, "promises/reply/places/")
    page.get_by_role("link", name="Merkitse julkaisupaikka").press("Enter")
    page.get_by_label("Missä").fill("Turku, kassa")
    page.get_by_label("Mitä siinä lukee").fill("Vanha lupaus.")
    page.get_by_role("button", name="Tallenna").press("Enter")
    expect(page.get_by_text("1 paikka ei ole ajan tasalla.")).to_be_visible()
    readable(page, "places")
    page.get_by_role("button", name=re.compile("^Korjattu paikan päällä .*kassa")).press("Enter")
    expect(page.get_by_text("Jokaisessa paikassa lukee, mitä luvataan.")).to_be_visible()

    page.goto(f"{company}promises/-/public-page/")
    readable(page, "public-page")
    page.get_by_label("Näytetään: reply").check()
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Esikatselu: suomi").press("Enter")
    expect(opened.value.get_by_text("We promise reply.")).to_be_visible()
    opened.value.close()
    page.get_by_label("Näytä sivu kaikille").check()
    page.get_by_role("button", name="Tallenna").press("Enter")
    page.context.clear_cookies()
    page.goto(f"{live_server.url}/p/{tenant.slug}/")
    expect(page.get_by_role("heading", name="Lupauksemme asiakkaille")).to_be_visible()
    expect(page.get_by_role("heading", name="We promise reply.")).to_be_visible()
    readable(page, "public")
