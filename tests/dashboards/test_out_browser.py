"""Files and digests in a real browser: a phone in the dark, a screen in the light, and the page on paper."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_goes_out_is_looked_at_first(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    path = make_journey(tenant, name="Renkaanvaihto", stages=["Valinta", "Osto", "Käyttö"])
    for days, found in ((10, (10, 20, 70)), (40, (30, 30, 40)), (380, (60, 30, 10))):
        for place in path.touchpoints[:2]:
            count(tenant, nps(*found), at=place, day=days_ago(days, tenant))
    page = browse()
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "viewer")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/out/")
    readable(page, "out")
    with page.expect_download() as download:
        page.get_by_role("link", name="Taulukko (XLSX)").click()
    assert download.value.suggested_filename == f"{tenant.slug}-leadership.xlsx"
    page.goto(f"{live_server.url}/t/{tenant.slug}/digests/")
    page.get_by_label("Kooste").select_option("leadership")
    page.get_by_role("button", name="Katso ensin").click()
    expect(page.get_by_role("heading", name="kuukausi lukuina")).to_be_visible()
    readable(page, "digest")
    page.go_back()
    page.get_by_role("button", name="Lähetä minulle tämä").click()
    expect(page.get_by_text("Tulee seuraavan kerran")).to_be_visible()
    readable(page, "digests")
    page.goto(f"{live_server.url}/t/{tenant.slug}/")
    page.emulate_media(media="print", color_scheme="light")
    expect(page.get_by_role("link", name="diat")).to_be_hidden()
    if folder := os.environ.get("CX_PICTURES"):
        page.pdf(path=f"{folder}/page.pdf", format="A4", landscape=True, print_background=True)
