"""The whole loop in a real browser: a 2 by QR code, a person who puts it right, and what the company learns of it."""

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cxplatform.deliveries.models import OutgoingMail, OutgoingMessage
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from dashboards.changes import effects
from dashboards.insights import look as looking
from dashboards.models import Look
from surveys.followups import notices
from surveys.models import Cause, FollowUp, FollowUpRule
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant, make_unit, make_user
from tests.surveys.worlds import NPS, REASON, count_all, make_link, make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_two_becomes_an_improvement_that_works(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    path = make_journey(tenant, "tyre-change", name="Renkaanvaihto", stages=["Luovutus"])
    place, unit = path.touchpoints[0], make_unit(tenant, name="Vantaa")
    manu = make_member(
        tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk], user=make_user("manu@example.org", first_name="Manu")
    )
    aino = make_member(tenant, Role.CX_LEAD, user=make_user("aino@example.org", first_name="Aino"))
    link = make_link(tenant, make_survey(tenant, questions=(NPS, REASON), touchpoint=place), unit_id=unit.pk)
    with activate(tenant.pk):
        FollowUpRule.objects.create(name="Arvostelijat", slug="detractors", cause=Cause.DETRACTOR)
    for ago in range(1, 60):  # the fix of 30 days ago has done good
        count(tenant, nps(*((8, 1, 1) if ago < 30 else (2, 3, 5))), at=place, day=days_ago(ago, tenant))
    shots = os.environ.get("CX_PICTURES", "")

    def looked_at(page: Any, name: str) -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if shots:
            page.screenshot(path=f"{shots}/loop-{name}.png", full_page=True)

    def here(address: str) -> str:
        return live_server.url + re.sub(r"^https?://[^/]+", "", address)

    def signed_in(member: Any) -> Any:
        page = browse(viewport={"width": 1280, "height": 900}, refusals=bool(shots))
        session = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return page

    # The customer gives a 2 and lets us write.
    guest = browse(refusals=bool(shots))
    guest.goto(f"{live_server.url}/s/{link.code}")
    guest.get_by_role("button", name=re.compile("^2")).first.click()
    guest.locator("textarea").first.fill("Pultit jäivät löysälle ja jouduin palaamaan.")
    guest.locator("form button.main").first.click()
    guest.locator("#contact-email").fill("asko@example.org")
    guest.locator("form.offer button.main").first.click()
    guest.get_by_text("otamme sinuun yhteyttä").wait_for()
    looked_at(guest, "1-thanks")
    own = guest.locator("a[href*='/r/']").first.get_attribute("href")

    # A named person is told, by a link that leads there.
    count_all(tenant)
    with activate(tenant.pk):
        notices.write_all()
        opened = FollowUp.objects.get()
    assert opened.owner_id == manu.user_id  # type: ignore[attr-defined]
    told = OutgoingMail.objects.get(to="manu@example.org")
    address = next(word for word in told.text.split() if f"/followups/{opened.pk}" in word)

    # Manu contacts the customer, writes down the wish, and solves it.
    desk = signed_in(manu)
    desk.goto(here(address))
    desk.get_by_text("Pultit jäivät löysälle").first.wait_for()
    looked_at(desk, "2-follow-up")
    for key, text in (("c", "Soitin ja pahoittelin."), ("s", "Kiristimme pultit ja tarkistamme ne nyt kahdesti.")):
        desk.keyboard.press(key)
        desk.keyboard.type(text)
        desk.keyboard.press("Control+Enter")
        desk.locator(f".fu-step-{ {'c': 'contacted', 's': 'solved'}[key] }").wait_for()

    # The customer reads it on the same link, says that it is put right, and answers again.
    with activate(tenant.pk):
        assert OutgoingMessage.objects.filter(to="asko@example.org", text__contains="kahdesti").exists()
    guest.goto(here(own))
    guest.get_by_text("tarkistamme ne nyt kahdesti").wait_for()
    guest.get_by_text("Pultit jäivät löysälle").first.wait_for()
    looked_at(guest, "3-what-came-of-it")
    guest.get_by_role("button", name="Kyllä").click()
    guest.locator("form.again button", has_text="9").click()
    guest.locator("form.again button[aria-pressed=true]", has_text="9").wait_for()
    looked_at(guest, "4-put-right")
    with activate(tenant.pk):
        opened.refresh_from_db()
    assert (opened.state, opened.fixed) == ("confirmed", "yes")
    assert opened.value is not None
    assert opened.recovery_value is not None
    assert opened.recovery_value > opened.value

    # What happened to one is made better for all, and its effect stands on the leadership page.
    desk.goto(f"{live_server.url}/t/{tenant.slug}/followups/{opened.pk}/")
    desk.get_by_role("button", name="Tee tästä parannus").click()
    desk.wait_for_url("**/improvements/*/")
    improvement = desk.url
    lead = signed_in(aino)
    lead.goto(improvement)
    lead.get_by_role("button", name="Aloita").click()
    lead.locator("summary", has_text=re.compile("^Tehty$")).click()
    done = lead.locator("form[action*='/done/']")
    done.locator("[name=what]").fill("Pultit tarkistetaan kahdesti")
    done.locator("[name=day]").fill(days_ago(30, tenant).isoformat())
    done.get_by_role("button").click()
    with activate(tenant.pk):
        Look.objects.filter(kind=effects.KIND).delete()
        looking.look(tenant=tenant, kind=effects.KIND)
    lead.goto(improvement)
    lead.locator(".found-better").wait_for()
    looked_at(lead, "5-improvement")
    lead.locator("summary", has_text="Kirjaa päätös").click()
    decide = lead.locator("form[action*='/decide/']")
    decide.locator("[name=text]").fill("Sama tarkistus kaikkiin liikkeisiin")
    decide.locator("[name=due]").fill(days_ago(-30, tenant).isoformat())
    if decide.locator("[name=owner]").count():
        decide.locator("[name=owner]").select_option(label="Aino")
    decide.get_by_role("button").click()
    lead.goto(f"{live_server.url}/t/{tenant.slug}/")
    lead.get_by_text("Pultit tarkistetaan kahdesti").first.wait_for()
    looked_at(lead, "6-leadership")

    # The decision comes up first in the next meeting.
    lead.goto(f"{live_server.url}/t/{tenant.slug}/meetings/next/")
    lead.locator(".decision-text", has_text="Sama tarkistus kaikkiin liikkeisiin").wait_for()
    looked_at(lead, "7-agenda")
