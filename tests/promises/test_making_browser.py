"""A promise goes from the wizard to the public in a real browser: by keyboard, narrow and wide, light and dark."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from cxplatform.tenancy.context import activate
from promises.models import Criterion, Instruction, LifecycleStep, OutcomeRollup, Promise, Rule
from tests.browser import readable
from tests.factories import client_of, make_member, make_tenant
from tests.promises.worlds import REPLY

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_seven_questions_to_the_public(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    page = browse(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "admin")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/-/new/")
    page.get_by_label("Työnimi").fill("Vastaus päivässä")
    page.keyboard.press("Enter")
    said = {
        "Mikä asiakkaalle on tässä merkityksellistä?": "Ettei tarvitse jäädä odottamaan.",
        "Mikä siitä on tärkeintä?": "Että vastaus tulee varmasti.",
        "Voiko sen mitata?": "Viestin saapumisesta vastaukseen.",
        "Minkä tavoitteen voi luvata?": "Iltavuoro alkaa marraskuussa.",
        "Miten konkreettinen lupaus kuuluu?": "Vastaamme vuorokaudessa.",
        "Mitkä avainsanat kiteyttävät sen?": "vuorokaudessa\nvarmasti",
        "Millainen tunne siitä pitää jäädä?": "Luottavainen",
    }
    for number, (question, answer) in enumerate(said.items(), 1):
        expect(page.get_by_role("heading", level=1)).to_have_text(f"Kysymys {number} / 7")
        if number == 5:
            readable(page, "question-5")
        page.get_by_label(question).fill(answer)
        page.get_by_role("button", name="Tallenna ja jatka").press("Enter")
    for question in (
        "Mitä visiota lupaus palvelee?",
        "Mitä asiakas siitä saa?",
        "Mitä se vaatii henkilöstöltä, ja mitä he siitä saavat?",
        "Mitä liiketoiminnan tavoitetta se palvelee?",
    ):
        page.get_by_label(question).fill("Asiakas saa rauhan, me työn.")
    page.get_by_role("button", name="Tallenna ja jatka").press("Enter")
    page.get_by_label("kuinka moni osallistui").fill("14")
    page.get_by_label("mitä siitä seurasi").fill("Kaksi tuntia muuttui vuorokaudeksi.")
    page.get_by_role("button", name="Kirjaa ja lisää toinen").click()
    expect(page.get_by_text("14 henkilöä")).to_be_visible()
    readable(page, "staff")

    with activate(tenant.pk):  # rules and instructions have editors, and browser tests, of their own
        promise = Promise.objects.get()
        rule = Rule.objects.create(promise=promise, wording="Vastaus ajoissa", **REPLY)
        Instruction.objects.create(promise=promise, role="Asiakaspalvelija", wording="Avaa jono joka aamu.")
    page.get_by_role("button", name="Tavoite").click()
    readable(page, "target")
    page.get_by_label("Tavoite, %").fill("85")
    page.get_by_role("button", name="Toimintaohjeet").click()
    page.get_by_role("button", name="Tallenna ja jatka").click()
    expect(page.get_by_role("checkbox")).to_have_count(len(Criterion.Name))  # `all` below waits for none
    for evidence in page.get_by_label("Mikä sen osoittaa").all():
        evidence.fill("Kysyttiin kymmeneltä.")
    for met in page.get_by_role("checkbox").all():
        met.check()
    readable(page, "criteria")
    page.get_by_role("button", name="Tallenna ja jatka").click()
    page.get_by_role("button", name="Tallenna ja jatka").click()
    page.get_by_label("Miksi se siirretään").fill("Työpaja päätti.")
    page.get_by_role("button", name="Siirrä tilaan ”sisäinen pilotti”").press("Enter")
    expect(page.get_by_text("Ei vielä: 2 asiaa puuttuu.")).to_be_visible()
    expect(page.get_by_role("button", name="Siirrä tilaan ”julkinen”")).to_be_disabled()

    with activate(tenant.pk):
        LifecycleStep.objects.update(at=timezone.now() - timedelta(weeks=5))
        day = timezone.localdate() - timedelta(days=2)
        OutcomeRollup.objects.create(rule=rule, day=day, channel_id=0, kept=96, broken=4)
    page.reload()
    readable(page, "proven")
    page.get_by_label("Miksi se siirretään").fill("Pilotti osoitti sen.")
    page.get_by_role("button", name="Siirrä tilaan ”julkinen”").press("Enter")
    expect(page.get_by_text("Siirretty: lupauksen tila on nyt ”julkinen”.")).to_be_visible()
    with activate(tenant.pk):
        promise.refresh_from_db()
        rule.refresh_from_db()
        assert (promise.lifecycle, promise.key_words, rule.target) == ("public", ["vuorokaudessa", "varmasti"], 85)

    for tab in ("Miten se tehtiin", "Elinkaari"):
        page.goto(f"{live_server.url}/t/{tenant.slug}/promises/{promise.slug}/")
        page.get_by_role("link", name=tab).click()
        readable(page, tab)
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/-/public-page/")
    page.get_by_label("Näytetään: Vastaus päivässä").check()
    page.get_by_label("Pitävyys mukana: Vastaus päivässä").check()
    page.get_by_label("Näytä sivu kaikille").check()
    page.get_by_role("button", name="Tallenna").click()
    anybody = browse()
    anybody.goto(f"{live_server.url}/p/{tenant.slug}/")
    expect(anybody.get_by_text("Vastaamme vuorokaudessa.")).to_be_visible()
    expect(anybody.locator(".rate")).to_contain_text("96,0")
