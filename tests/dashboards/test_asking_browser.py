"""The page of asking in a real browser."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from tests.dashboards.test_asking import ledger
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant, make_unit
from tests.surveys.test_asks import NOON

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_it_is_read_by_anybody_anywhere(scheme: str, width: int, live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    path, shop, unit = make_journey(tenant), make_channel(tenant, name="Myymälä"), make_unit(tenant, name="Espoo")
    for place in path.touchpoints[:2]:
        count(tenant, nps(50, 20, 30), at=place, channel_id=shop.pk)
        count(tenant, [0, 1, 2, 3, 10, 20, 30], at=place, channel_id=shop.pk, name="ces/1-7")
    where = {"touchpoint_id": path.touchpoints[0].pk, "unit_id": unit.pk, "sent_at": NOON}
    ledger(tenant, (12, {"state": "answered", "answered_at": NOON, **where}), (30, {"state": "sent", **where}))
    page = browse(color_scheme=scheme, viewport={"width": width, "height": 800})
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "viewer")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/asking/")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("heading", name="Kosketuspisteittäin").wait_for()
    if folder := os.environ.get("CX_PICTURES"):
        page.screenshot(path=f"{folder}/asking-{width}.png", full_page=True)
