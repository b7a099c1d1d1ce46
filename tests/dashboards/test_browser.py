"""The leadership page in a real browser: read by anybody, walked by keyboard, moving by itself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from cxplatform.pipeline import pulse
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership
from journeys.models import Note, Touchpoint
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import Path, client_of, make_channel, make_dimension, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path() -> Path:
    """Two journeys of four stages with everything a cell can be: better, worse, few, empty."""
    tenant = make_tenant(name="Rengasala", brand_colour="#f2c200")
    make_dimension(tenant, "segment", name="Segment")
    shop = make_channel(tenant, name="Shop")
    stages = ["Choose", "Buy", "Deliver", "Use"]
    path = make_journey(tenant, "tyre-change", name="Tyre change", stages=stages)
    make_journey(tenant, "fleet", name="Company fleet", stages=stages, touchpoints=path.touchpoints[:2])
    for place, three in zip(path.touchpoints, [(80, 10, 10), (20, 20, 60), (1, 1, 1), (0, 0, 0)], strict=True):
        count(tenant, nps(*three), at=place, channel_id=shop.pk, slices={"segment": "consumer"})
        count(tenant, nps(50, 20, 30), at=place, day=days_ago(366, tenant))
    with activate(tenant.pk):
        Touchpoint.objects.update(
            channel=shop, by="human", interactivity="mass", waiting_minutes=15, evidence="A receipt"
        )
        Note.objects.create(touchpoint=path.touchpoints[0], text="They looked at the clock.")
    return path


@pytest.fixture
def sign_in(live_server: Any, path: Path) -> Callable[..., Membership]:
    member = make_member(path.journey.tenant, "viewer")

    def into(page: Any, language: str = "fi") -> Membership:
        session = client_of(member).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [
                {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
            ]
        )
        return member

    return into


def test_everybody_can_read_it(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    page = browse()
    sign_in(page)
    begin = f"{live_server.url}/t/{path.journey.tenant.slug}/"
    for address in ("", "?view=segment", f"stages/{path.stages[0].pk}/"):
        page.goto(begin + address)
        readable(page, "front")
    expect(page.locator("body")).to_have_css("background-color", "rgb(21, 24, 28)")
    page.emulate_media(color_scheme="light")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")


def test_the_heatmap_is_walked_with_arrows_and_opened_with_enter(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    page = browse(viewport={"width": 1280, "height": 800})
    sign_in(page, "en")
    page.goto(f"{live_server.url}/t/{path.journey.tenant.slug}/")
    page.focus(f"#stage-{path.stages[0].pk}")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == f"stage-{path.stages[1].pk}"
    tip = page.locator(f"#tip-{path.stages[1].pk}")
    assert "worse (down 60 points)" in tip.inner_text()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.id") == f"stage-{path.stages[1].pk}"
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()
    page.keyboard.press("Enter")
    page.wait_for_url("**/stages/**")
    assert page.locator("h1").inner_text() == "Buy"
    page.get_by_role("link", name=path.touchpoints[1].name).click()
    page.wait_for_url("**/touchpoints/**")
    assert page.locator("h1").inner_text() == path.touchpoints[1].name


def test_a_filter_changes_the_board_and_the_address_and_the_way_back_works(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    page = browse(viewport={"width": 1280, "height": 800})
    sign_in(page, "en")
    begin = f"{live_server.url}/t/{path.journey.tenant.slug}/"
    page.goto(begin)
    page.select_option("[name=journey]", "fleet")
    page.wait_for_url("**/?journey=fleet")
    expect(page.locator("#heatmap tbody tr")).to_have_count(1)
    page.click("#switch-ces")
    page.wait_for_url("**/?journey=fleet&metric=ces")
    page.select_option("[name=period]", "30d")
    page.wait_for_url("**/?period=30d&journey=fleet&metric=ces")
    page.go_back()
    page.wait_for_url("**/?journey=fleet&metric=ces")
    expect(page.locator("[name=period]")).to_have_value("90d")


def test_a_new_answer_moves_the_open_page_and_leaves_the_focus_where_it_was(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    page = browse(viewport={"width": 1280, "height": 800})
    tenant = sign_in(page, "en").tenant
    page.goto(f"{live_server.url}/t/{tenant.slug}/")
    cell = f"stage-{path.stages[3].pk}"
    assert "not measured" in page.locator(f"#{cell}").inner_text()
    page.focus(f"#{cell}")
    page.evaluate("window.notReloaded = true")
    count(tenant, nps(9, 9, 9), at=path.touchpoints[2])  # as few as they were, they would hide the new ones too
    count(tenant, nps(0, 0, 20), at=path.touchpoints[3])
    with activate(tenant.pk):
        pulse.beat()
    expect(page.locator(f"#{cell}")).to_contain_text("−100", timeout=5000)
    assert page.evaluate("window.notReloaded")
    assert page.evaluate("document.activeElement.id") == cell
    assert "now" in page.locator("[data-ago]").inner_text() or "ago" in page.locator("[data-ago]").inner_text()


def test_without_script_the_form_and_the_table_do_the_same(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    page = browse(viewport={"width": 1280, "height": 800}, java_script_enabled=False)
    sign_in(page, "en")
    page.goto(f"{live_server.url}/t/{path.journey.tenant.slug}/")
    page.select_option("[name=journey]", "fleet")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#heatmap tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Ease", exact=True).click()
    page.wait_for_url("**metric=ces**")
    expect(page.locator("#heatmap tbody tr")).to_have_count(1)


def test_the_trend_is_drawn_when_it_is_seen(
    live_server: Any, browse: Callable[..., Any], sign_in: Callable[..., Any], path: Path
) -> None:
    # Plotly offers styles for maps that the content security policy refuses; nothing here needs them.
    page = browse(viewport={"width": 1280, "height": 800}, refusals=True)
    sign_in(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/t/{path.journey.tenant.slug}/")
    assert not [url for url in asked if "plotly" in url]
    page.goto(f"{live_server.url}/t/{path.journey.tenant.slug}/touchpoints/{path.touchpoints[0].slug}/")
    page.wait_for_selector("[data-trend] .scatterlayer .point", state="attached")
    readable(page, "front")
