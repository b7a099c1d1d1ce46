"""Blind spots and focus in a real browser."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings

from cxplatform.tenancy.context import activate
from dashboards.gaps.finder import KIND
from dashboards.insights.look import look
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
def test_they_are_read_by_anybody_anywhere(
    scheme: str, width: int, live_server: Any, browse: Callable[..., Any]
) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    path = make_journey(tenant, "tyre-change", stages=["Choose", "Deliver", "Use", "Help"])
    wave = "mirror:2026-Q4"
    for place, guessed, answered in zip(
        path.touchpoints,
        ((18, 2, 0), (0, 4, 16), (10, 5, 5), (2, 1, 1)),
        ((40, 60, 100), (160, 30, 10), (9, 5, 5), (5, 0, 0)),
        strict=True,
    ):
        count(tenant, nps(*guessed), at=place, audience="employee", wave=wave)
        count(tenant, nps(*answered), at=place)
        count(tenant, [0, 2, 0, 3, 0, 0, 9], at=place, name="importance/1-7", audience="employee", wave=wave)
        count(tenant, [0, 9, 0, 30, 0, 20, 9], at=place, name="importance/1-7")
        count(tenant, [40, 100, 30], at=place, name="expectation/3")
        count(tenant, [20, 120, 30], at=place, name="expectation/3", day=days_ago(366, tenant))
    with activate(tenant.pk):
        look(tenant=tenant, kind=KIND)
    page = browse(color_scheme=scheme, viewport={"width": width, "height": 800})
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    for address in ("blind-spots/",):
        page.goto(f"{live_server.url}/t/{tenant.slug}/{address}")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if folder := os.environ.get("CX_PICTURES"):
            page.screenshot(path=f"{folder}/{address.strip('/')}-{width}.png", full_page=True)
