"""Giving meanings with a real browser: by keyboard, at a phone's width and a screen's, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.pipeline import claim
from cxplatform.tenancy.context import activate
from journeys import remapping
from journeys.models import Remapping, TextMapping
from journeys.record import IncomingEvent, record
from tests.browser import readable
from tests.factories import client_of, make_channel, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_proposal_is_taken_by_keyboard_and_history_follows(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    chat = make_touchpoint(tenant, "chat", name="Neuvonta chatissa", channel=make_channel(tenant, "chat"))
    with activate(tenant.pk):
        sent = [IncomingEvent(id=str(n), type="visit", touchpoint="neuvonta_chatissa") for n in range(1200)]
        sent += [IncomingEvent(id=f"t{n}", type="tyre.pressure_low", properties={"bar": 1.4}) for n in range(3)]
        record(events=sent, source="kassa")
    claim.drain(tenant.pk)
    page = browse()
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/mapping/")
    readable(page, "mapping")
    page.get_by_role("button", name="Ehkä: Neuvonta chatissa").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Mitä ”neuvonta_chatissa” tarkoittaa")).to_be_focused()
    page.get_by_role("button", name="Tallenna merkitykset").press("Enter")
    expect(page.get_by_role("progressbar")).to_be_visible()
    readable(page, "mapping-running")
    with activate(tenant.pk):
        assert TextMapping.objects.get().target_id == chat.pk
        run = Remapping.objects.get().pk
    while remapping.apply(tenant.pk, run) != remapping.DONE:
        pass
    expect(page.get_by_text("tapahtumaa seuraa uutta merkitystään")).to_be_visible()
    readable(page, "mapping-done")
