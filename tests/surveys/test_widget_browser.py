"""The widget in a real browser, on a page of another origin with a strict CSP and a hostile stylesheet."""

from collections.abc import Callable
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.models import Response, Widget
from tests.browser import THUMB, readable
from tests.factories import make_tenant
from tests.surveys.worlds import CES, NPS, REASON, make_survey

pytestmark = pytest.mark.django_db(transaction=True)


def make_widget(shop: Any, questions: list[tuple[str, str]], **fields: Any) -> Widget:
    tenant = make_tenant(name="Rengasala Oy", language="sv")
    survey = make_survey(tenant, questions=questions, privacy_notice="Rekisterinpitäjä on Rengasala Oy.")
    return Widget.objects.create(
        tenant=tenant,
        survey_id=survey.pk,
        name="Shop",
        **{"origins": [shop.origin], "settings": {"delay_seconds": 0}} | fields,
    )


def answers(widget: Widget) -> list[Any]:
    with activate(widget.tenant_id):
        return list(Response.objects.values_list("answers", "texts", "language"))


def test_a_popover_on_a_strict_and_hostile_page(live_server: Any, shop: Any, browse: Callable[..., Any]) -> None:
    widget = make_widget(shop, [NPS, CES, REASON])
    shop.show(f"{live_server.url}/w/{widget.key}.js")
    page = browse(lasts=True, reduced_motion="reduce")
    page.goto(shop.origin)
    dialog = page.get_by_role("dialog", name="Kuinka todennäköisesti suosittelisit meitä")
    dialog.wait_for()
    box = dialog.bounding_box()
    assert box["x"] >= 8
    assert box["width"] >= 320  # whatever size of text the page has: its rem is not ours
    assert box["x"] + box["width"] <= 352
    assert box["y"] + box["height"] <= 732
    sizes = [button.bounding_box() for button in page.locator("cx-survey button").all()]
    assert min(min(size["width"], size["height"]) for size in sizes) >= 44
    readable(page, looks=THUMB, within="cx-survey")

    page.get_by_role("button", name="3", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="7: Täysin samaa mieltä").click()
    page.get_by_role("textbox", name="Kiitos rehellisyydestä. Mikä jäi vaivaamaan?").fill("Jono")
    page.get_by_role("textbox", name="Mikä olisi sinusta paras ratkaisu?").fill("Toinen kassa")
    readable(page, looks=THUMB, within="cx-survey")
    page.get_by_role("button", name="Lähetä").click()
    page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
    readable(page, looks=THUMB, within="cx-survey")
    assert answers(widget) == [({"nps": 3, "ces": 7}, {"reason": "Jono", "reason_wish": "Toinen kassa"}, "fi")]

    page.goto(shop.origin)  # who has answered is not asked again
    page.wait_for_load_state("networkidle")
    assert page.locator("cx-survey").count() == 0


def test_inline_in_the_pages_own_language_and_in_its_place(
    live_server: Any, shop: Any, browse: Callable[..., Any]
) -> None:
    widget = make_widget(shop, [("ces", "ces/1-7")])
    shop.show(f"{live_server.url}/w/{widget.key}.js", f'<div data-cx-inline="{widget.key}"></div>', language="en-GB")
    page = browse()
    page.goto(shop.origin)
    page.get_by_role("region", name="Rengasala Oy made it easy for me to handle my issue.").wait_for()
    assert page.evaluate("document.querySelector('[data-cx-inline] cx-survey') !== null")
    readable(page, looks=THUMB, within="cx-survey")
    page.get_by_role("button", name="6", exact=True).click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    assert answers(widget) == [({"ces": 6}, {}, "en")]


def test_escape_and_the_cross_close_it_for_good(live_server: Any, shop: Any, browse: Callable[..., Any]) -> None:
    widget = make_widget(shop, [NPS])
    shop.show(f"{live_server.url}/w/{widget.key}.js")
    page = browse()
    page.goto(shop.origin)
    page.get_by_role("button", name="Sulje").focus()
    page.keyboard.press("Escape")
    assert page.locator("cx-survey").count() == 0
    assert page.evaluate("Object.keys(localStorage).length") == 1
    assert answers(widget) == []


def test_a_page_that_is_not_listed_shows_nothing_and_says_why(
    live_server: Any, shop: Any, browse: Callable[..., Any]
) -> None:
    widget = make_widget(shop, [NPS], origins=["https://www.example.fi"])
    shop.show(f"{live_server.url}/w/{widget.key}.js")
    page = browse()
    with page.expect_console_message(lambda message: "finns inte bland widgetens tillåtna sidor" in message.text):
        page.goto(shop.origin)
    assert page.locator("cx-survey").count() == 0
