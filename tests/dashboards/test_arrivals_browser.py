"""Arrivals and the trial of a rule in a real browser: a phone's width and a screen's, light and dark."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from cxplatform.tenancy.context import activate
from dashboards.arrivals.costs import Cost, take_in
from journeys.models import PathRollup
from journeys.record import IncomingEvent, record
from tests.browser import readable
from tests.factories import client_of, make_channel, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_cost_is_noted_and_a_rule_tried(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    web, shop = make_channel(tenant, "verkko", name="Verkko", digital=True), make_channel(tenant, "myymala")
    make_touchpoint(tenant, "rengasanturi", name="Rengasanturi")
    today = timezone.localdate()
    with activate(tenant.pk):
        for channel, n in ((web, 2400), (shop, 1100)):
            PathRollup.objects.create(journey_id=0, measure="entry", day=today, key=str(channel.pk), n=n)
        take_in([Cost(channel="verkko", month=today, amount=18000)])
        low = {"type": "tyre.pressure_low", "properties": {"bar": 1.5}}
        events = [
            IncomingEvent(str(n), customer=f"c{n}", time=timezone.now() - timedelta(hours=n), **low) for n in range(7)
        ]
        record(events=events, source="anturi")
    page = browse()
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/arrivals/")
    page.locator("#id_channel").select_option(label="Myymala")
    page.locator("#id_month").fill(today.strftime("%Y-%m"))
    page.locator("#id_amount").fill("5500,50")
    page.get_by_role("button", name="Merkitse kustannus").click()
    expect(page.get_by_role("cell", name="5,00 EUR").first).to_be_visible()
    readable(page, "arrivals")
    page.goto(f"{live_server.url}/t/{tenant.slug}/edit/journeys/eventrule/add/")
    page.locator("#id_event_type").fill("tyre.pressure_low")
    page.locator("#id_tests").fill("bar < 1.8")
    page.get_by_role("button", name="Kokeile viimeisiin 30 päivään").press("Enter")
    expect(page.get_by_text("7 kertaa viimeisten 30 päivän aikana")).to_be_visible()
    readable(page, "rule")
