"""The page of asking in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from tests.browser import readable
from tests.dashboards.test_asking import ledger
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant, make_unit
from tests.surveys.test_asks import NOON

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    path, shop, unit = make_journey(tenant), make_channel(tenant, name="Myymälä"), make_unit(tenant, name="Espoo")
    for place in path.touchpoints[:2]:
        count(tenant, nps(50, 20, 30), at=place, channel_id=shop.pk)
        count(tenant, [0, 1, 2, 3, 10, 20, 30], at=place, channel_id=shop.pk, name="ces/1-7")
    where = {"touchpoint_id": path.touchpoints[0].pk, "unit_id": unit.pk, "sent_at": NOON}
    ledger(tenant, (12, {"state": "answered", "answered_at": NOON, **where}), (30, {"state": "sent", **where}))
    page = browse()
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "viewer")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/asking/")
    readable(page, "asking")
    page.get_by_role("heading", name="Kosketuspisteittäin").wait_for()
