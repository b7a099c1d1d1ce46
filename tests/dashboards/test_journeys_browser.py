"""Journeys' pages in a real browser: read by anybody, walked by keyboard."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.tenancy.context import activate
from journeys.models import JourneyPersona, Persona, Stage, Touchpoint
from journeys.paths import measures
from journeys.plans import make_plan
from tests.browser import readable
from tests.dashboards.path_worlds import tally
from tests.dashboards.test_journeys import TABS, fill
from tests.dashboards.worlds import count, nps
from tests.factories import Path, client_of, make_dimension, make_journey, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path() -> Path:
    """A journey with something of everything."""
    tenant = make_tenant(name="Rengasala", brand_colour="#f2c200")
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=["Choose", "Buy", "Deliver"])
    fill(path, tenant)
    detour = make_touchpoint(tenant, "detour", name="Complaint")
    id = path.journey.pk
    tally(tenant, id, measures.VISITED, str(detour.pk), 30)
    tally(tenant, id, measures.EDGE, f"{path.touchpoints[1].pk}>{detour.pk}", 30, minutes=[60] * 30)
    tally(tenant, id, measures.EDGE, f"{path.touchpoints[2].pk}>{path.touchpoints[0].pk}", 20, minutes=[60] * 20)
    tally(tenant, id, measures.CURVE, str(path.touchpoints[0].pk), 40, values=[0.5, 0.1] * 20)
    tally(tenant, id, measures.HANDOFF, "1>2 unplanned", 20, minutes=[60] * 20)
    tally(tenant, id, measures.SWITCH, "1>2 forced", 20, minutes=[60] * 20)
    with activate(tenant.pk):
        Touchpoint.objects.update(mix=["people"], drivers=["effort"])
        JourneyPersona.objects.create(
            journey=path.journey,
            persona=Persona.objects.create(
                slug="busy", name="Busy", dimension=make_dimension(tenant), value="firm", goals="On the road by nine"
            ),
        )
        Persona.objects.create(slug="dreamt", name="Dreamt")
        Stage.objects.filter(journey=make_plan(path.journey), name="Buy").update(vision="In two taps", edge="At once")
    for place, answers in zip(path.touchpoints, (nps(50, 30, 20), nps(10, 5, 40), nps(1, 0, 1)), strict=True):
        count(tenant, answers, at=place, slices={"segment": "firm"})
    return path


@pytest.fixture
def opened(live_server: Any, browse: Callable[..., Any], path: Path) -> Callable[..., Any]:
    member = make_member(path.journey.tenant, "viewer")

    def open_journey(language: str = "fi", **options: Any) -> Any:
        page = browse(**options)
        session = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
        for name, value in ((settings.SESSION_COOKIE_NAME, session), (settings.LANGUAGE_COOKIE_NAME, language)):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page.begin = f"{live_server.url}/t/{path.journey.tenant.slug}/journeys/"
        return page

    return open_journey


def test_everybody_can_read_them(opened: Callable[..., Any]) -> None:
    # Plotly offers styles for maps that the content security policy refuses; nothing here needs them.
    page = opened(refusals=True)
    for address in ("", "views/", *(f"tyre-change/{tab}" for tab in TABS)):
        page.goto(page.begin + address)
        for details in page.locator("details.card-plain").all():
            details.evaluate("node => node.open = true")
        readable(page, f"journey-{address.strip('/').replace('/', '-')}")


def test_the_map_is_walked_by_arrows_and_the_pictures_come_when_seen(opened: Callable[..., Any], path: Path) -> None:
    page = opened("en", viewport={"width": 1280, "height": 800}, refusals=True)
    page.goto(page.begin + "tyre-change/")
    label = "document.activeElement.getAttribute('aria-label')"
    page.locator(".lane").first.focus()
    assert page.evaluate(label) == "Choose: Touchpoints"
    for key in ("ArrowRight", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate(label) == "Buy: Waiting"
    page.focus("[data-tabs] a")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**/paths/")
    page.locator("[data-figure=flow]").scroll_into_view_if_needed()
    expect(page.locator("[data-figure=flow] .sankey-node").first).to_be_attached()
    page.select_option("[name=period]", "30d")
    page.wait_for_url("**/paths/?period=30d")
