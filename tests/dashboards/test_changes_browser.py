"""Findings, changes and what is coming in a real browser: read by anybody, and a change noted by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cxplatform.tenancy.context import activate
from dashboards.changes import channels, effects, faults
from dashboards.insights import look as looking
from dashboards.models import JourneyChange
from tests.browser import readable
from tests.dashboards.test_ahead import forecast
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_reads_what_was_found_and_notes_a_change_by_keyboard(
    live_server: Any, browse: Callable[..., Any]
) -> None:
    tenant = make_tenant(name="Rengasala", brand_colour="#b3261e")
    path = make_journey(tenant, "help", name="Getting help", stages=["Help"])
    place, phone, chat = path.touchpoints[0], make_channel(tenant, "phone"), make_channel(tenant, "chat")
    for ago in range(60):
        for channel, three in ((phone, (1, 2, 7) if ago < 10 else (8, 1, 1)), (chat, (3, 3, 4))):
            count(tenant, nps(*three), at=place, day=days_ago(ago, tenant), channel_id=channel.pk)
    with activate(tenant.pk):
        JourneyChange.objects.create(day=days_ago(20, tenant), what="Chat is open till nine", touchpoint=place)
        for kind in (faults.KIND, channels.KIND, effects.KIND):
            looking.look(tenant=tenant, kind=kind)
        forecast(place, [35, 28, 20, 15, 12, 10], values=[40, 38, 36])
    session = client_of(make_member(tenant, "cx_lead")).cookies[settings.SESSION_COOKIE_NAME].value
    begin = f"{live_server.url}/t/{tenant.slug}/"
    # Plotly offers styles for maps that the content security policy refuses; nothing here needs them.
    page = browse(refusals=True)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    for address in ("findings/", "changes/", "ahead/", f"touchpoints/{place.slug}/", ""):
        page.goto(begin + address)
        readable(page, f"changes-{address.strip('/').replace('/', '-')}")
    page.goto(f"{begin}changes/")
    page.locator("#id_day").fill(days_ago(1, tenant).isoformat())
    page.locator("#id_what").focus()
    page.keyboard.type("A new till")
    page.keyboard.press("Enter")
    page.get_by_text("A new till").first.wait_for()
    with activate(tenant.pk):
        assert JourneyChange.objects.count() == 2
