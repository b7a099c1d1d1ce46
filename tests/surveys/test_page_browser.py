"""The survey page in a real browser: a narrow phone, the keyboard alone, light and dark."""

from collections.abc import Callable
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.models import Response
from tests.browser import THUMB, readable
from tests.factories import make_tenant
from tests.surveys.worlds import CES, NPS, REASON, make_link, make_survey

pytestmark = pytest.mark.django_db(transaction=True)

_SIZES = """[...document.querySelectorAll("button, summary, footer a")].map(e => e.getBoundingClientRect())
    .map(r => [Math.round(r.width), Math.round(r.height)])"""


def test_a_phone_without_script_answers_in_three_taps(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala Oy", language="fi", brand_colour="#f2c200")
    survey = make_survey(
        tenant, questions=[NPS, CES, ("felt", "emotion/7"), REASON], privacy_notice="Rekisterinpitäjä on Rengasala Oy."
    )
    address = f"{live_server.url}/s/{make_link(tenant, survey).code}"
    watched = browse()
    asked: list[str] = []
    watched.on("request", lambda request: asked.append(request.url))
    watched.goto(address)
    assert [url for url in asked if not url.startswith("data:")] == [address]
    assert watched.evaluate("document.documentElement.scrollWidth") == 360
    small = [size for size in watched.evaluate(_SIZES) if min(size) < 44]
    assert small == []

    page = browse(java_script_enabled=False)
    page.goto(address)
    page.get_by_role("button", name="3", exact=True).click()
    page.get_by_role("heading", name="Rengasala Oy teki asiani hoitamisesta helppoa.").wait_for()
    page.get_by_role("button", name="7: Täysin samaa mieltä").click()
    page.get_by_role("button", name="Turhautunut").click()
    page.get_by_label("Kiitos rehellisyydestä. Mikä jäi vaivaamaan?").fill("Odotin kolme päivää vastausta")
    page.get_by_role("button", name="Lähetä").click()
    page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
    with activate(tenant.pk):
        response = Response.objects.get()
    assert response.answers == {"nps": 3, "ces": 7, "felt": "frustrated"}
    assert response.texts == {"reason": "Odotin kolme päivää vastausta"}


def test_every_screen_is_accessible_and_reached_by_keyboard(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(language="fi", brand_colour="#ffff00")
    survey = make_survey(tenant, questions=[NPS, ("felt", "emotion/7"), REASON], privacy_notice="Tietosuoja")
    page = browse()
    page.goto(f"{live_server.url}/s/{make_link(tenant, survey).code}")
    readable(page, looks=THUMB)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "0"
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Millainen tunne asioinnista jäi?").wait_for()
    readable(page, looks=THUMB)
    page.get_by_role("button", name="Ohita").press("Enter")
    page.get_by_label("Mikä olisi sinusta paras ratkaisu?").fill("Soittakaa")
    readable(page, looks=THUMB)
    page.get_by_role("button", name="Lähetä").press("Enter")
    page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
    readable(page, looks=THUMB)
    with activate(tenant.pk):
        assert Response.objects.values_list("answers", "texts").get() == ({"nps": 0}, {"reason_wish": "Soittakaa"})
