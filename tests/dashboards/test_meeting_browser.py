"""A meeting held by keyboard, a view saved and a page shared, in a real browser on any screen."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.tenancy.roles import Role
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_meeting_is_held_by_keyboard_and_everything_is_read_on_any_screen(
    live_server: Any, browse: Callable[..., Any]
) -> None:
    tenant = make_tenant(name="Rengasala", brand_colour="#f2c200")
    place = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy"]).touchpoints[0]
    count(tenant, nps(20, 20, 60), at=place)
    count(tenant, nps(80, 10, 10), at=place, day=days_ago(366, tenant))
    session = client_of(make_member(tenant, Role.CX_LEAD)).cookies[settings.SESSION_COOKIE_NAME].value

    def signed_in(**options: Any) -> Any:
        page = browse(**options)
        cookies = {settings.SESSION_COOKIE_NAME: session, settings.LANGUAGE_COOKIE_NAME: "en"}
        page.context.add_cookies([{"name": key, "value": cookies[key], "url": live_server.url} for key in cookies])
        return page

    page, home = signed_in(viewport={"width": 1280, "height": 800}), f"{live_server.url}/t/{tenant.slug}/"
    page.goto(home)
    page.keyboard.press("m")
    page.wait_for_url("**/meetings/*/**")
    expect(page.locator("#step-opening")).to_be_visible()
    expect(page.locator("#step-focus")).to_be_hidden()
    assert page.evaluate("document.fullscreenElement !== null")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#step-chair")).to_be_visible()
    page.keyboard.press("4")
    page.keyboard.press("d")
    page.keyboard.type("Call back within a day. 1m")
    step = page.locator("#step-focus")
    step.get_by_label("Owner").select_option(index=1)
    step.get_by_role("button", name="Write it down").click()
    page.locator("body").press("6")
    expect(page.locator("#decided")).to_contain_text("Call back within a day. 1m")
    held = page.url

    page.goto(f"{home}shares/")
    page.get_by_label("Name").first.fill("Board")
    page.get_by_label("Scores").check()
    page.get_by_role("button", name="Make the link").click()
    shared = page.locator("code.secret").inner_text().rpartition("/")[2]

    looks = (("dark", 360), ("light", 1920))
    screen = signed_in(viewport={"width": 360, "height": 1000})
    screen.goto(held)
    for number in "631":
        screen.keyboard.press(number)
        readable(screen, f"meeting-{number}", looks=looks)
    for name, address in (("shares", f"{home}shares/"), ("shared", f"{live_server.url}/share/{shared}")):
        screen.goto(address)
        readable(screen, name, looks=looks)
    screen.goto(home)
    screen.get_by_text("Saved views", exact=True).click()
    readable(screen, "views", looks=looks)
