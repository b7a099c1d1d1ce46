"""What can be promised, in a real browser: the slider by keyboard, on a phone and on a screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import readable
from tests.factories import client_of, make_member, make_tenant
from tests.promises.feasible.worlds import make_slow

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deadline_is_weighed_against_history_and_a_rule_tried(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant, _ = make_slow(make_tenant(name="Rengasala", language="fi"))
    page = browse()
    member = make_member(tenant, "cx_lead", sees_identity=True)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(member).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/delivery/feasible/")
    at = page.get_by_role("slider", name="Määräaika")
    expect(page.get_by_role("status")).to_contain_text("24 h: pidetty 72,5")
    page.get_by_role("link", name="Keiden kohdalla se olisi pettänyt").press("Enter")
    expect(page.get_by_role("heading", name="11 ei olisi saanut palvelua ajassa 24 h")).to_be_visible()
    at.focus()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("status")).to_contain_text("30 h: pidetty 97,5")
    expect(page.get_by_role("heading", name="1 ei olisi saanut palvelua ajassa 30 h")).to_be_visible()
    readable(page, "slider")
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/delivery/rules/new/")
    expect(page.get_by_label("Tarkistetaan tapahtumassa")).to_be_hidden()
    page.get_by_label("Laji").select_option("condition")
    expect(page.get_by_label("Tarkistetaan tapahtumassa")).to_be_visible()
    page.get_by_label("Laji").select_option("deadline")
    page.get_by_label("Kello käynnistyy tapahtumasta").fill("order.placed")
    page.get_by_label("ja pysähtyy tapahtumaan").fill("order.delivered")
    page.get_by_label("Määräaika, tuntia").fill("24")
    page.get_by_label("Tavoite, %").fill("95")
    page.get_by_role("button", name="Kokeile viimeisiin 90 päivään").press("Enter")
    expect(page.get_by_text("95 % ylittää sen, mihin on ylletty")).to_be_visible()
    expect(page.get_by_role("slider", name="Määräaika")).to_be_visible()
    readable(page, "rule")
    page.get_by_label("Tavoite, %").fill("70")
    page.get_by_role("button", name="Tallenna", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Tallennettu.")).to_be_visible()
    readable(page, "rules")
