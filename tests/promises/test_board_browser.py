"""The board in a real browser: down from the headline to the events of one break, and that one out of the counts."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.browser import readable
from tests.factories import client_of, make_member
from tests.promises.worlds import late_quick_and_open

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_break_is_opened_down_to_its_events_and_taken_out(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = late_quick_and_open()
    page = browse()
    lead = client_of(make_member(tenant, "cx_lead", sees_identity=True))
    for name, value in (
        (settings.SESSION_COOKIE_NAME, lead.cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/")
    expect(page.get_by_text("1 asiakaslupauksesta 0 tavoitteessa")).to_be_visible()
    expect(page.locator(".top-nav [aria-current]")).to_be_in_viewport(ratio=0.99)
    readable(page, "board")
    page.get_by_role("link", name="delivery").press("Enter")
    readable(page, "promise")
    page.get_by_role("link", name="1 rikottu, yhteensä 2").press("Enter")
    expect(page.get_by_role("rowheader", name="Maija Meikäläinen late")).to_be_visible()
    readable(page, "instances")
    page.get_by_role("link", name="Tapahtumat").press("Enter")
    expect(page.get_by_text("order.delivered")).to_be_visible()
    page.get_by_text("Rajaa pois laskennasta").click()
    page.get_by_label("Syy").fill("myrsky")
    page.get_by_role("button", name="Rajaa pois").press("Enter")
    expect(page.get_by_text("Sitä ei enää lasketa.")).to_be_visible()
    readable(page, "instance")
    page.goto(f"{live_server.url}/t/{tenant.slug}/promises/")
    expect(page.get_by_text("1 asiakaslupauksesta 1 tavoitteessa")).to_be_visible()
