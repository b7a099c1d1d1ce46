"""The kiosk in a real browser, with the network cut: nothing is lost and nothing counts twice."""

from collections.abc import Callable
from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.doors.pins import pin_hash
from surveys.models import Response, SurveyLink
from tests.browser import accessible, readable
from tests.factories import make_tenant
from tests.surveys.browsers import until
from tests.surveys.worlds import count_all, make_link, make_survey, totals

pytestmark = pytest.mark.django_db(transaction=True)

SCREEN = {"width": 1024, "height": 768}


@pytest.fixture
def link() -> SurveyLink:
    tenant = make_tenant(name="Rengasala Oy", language="fi", brand_colour="#f2c200")
    survey = make_survey(tenant, questions=[("faces", "faces/4"), ("fcr", "fcr/5")])
    return make_link(tenant, survey, pin_hash=pin_hash("2468"))


def answers(link: SurveyLink) -> list[Any]:
    with activate(link.tenant_id):
        return list(Response.objects.order_by("answered_at").values_list("answers", "language"))


def ready(page: Any) -> None:
    page.get_by_role("heading", name="Miten asiointi sujui?").wait_for()


def test_three_answers_without_a_network_count_three_after(
    live_server: Any, browse: Callable[..., Any], link: SurveyLink
) -> None:
    page = browse(lasts=True, viewport=SCREEN, refusals=True)
    page.goto(f"{live_server.url}/k/{link.code}")
    ready(page)
    kept = "await caches.match(location.pathname, {ignoreVary: true})"
    until(page, f"navigator.serviceWorker.controller !== null && {kept}")

    page.context.set_offline(True)
    page.clock.install()
    for face, why in (("Erittäin hyvin", "Kyllä, ensimmäisellä yhteydenotolla"), ("Huonosti", "En"), ("Hyvin", "")):
        page.get_by_role("button", name=face, exact=True).click()
        page.get_by_role("button", name=why or "Ohita", exact=True).click()
        page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
        page.clock.run_for(3_100)
        ready(page)
    page.reload()
    ready(page)
    until(page, "document.documentElement.dataset.waiting === '3'")
    assert answers(link) == []

    page.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, "document.documentElement.dataset.waiting === '0'")
    page.evaluate("dispatchEvent(new Event('online'))")
    assert answers(link) == [
        ({"faces": "very_good", "fcr": "first"}, "fi"),
        ({"faces": "bad", "fcr": "no"}, "fi"),
        ({"faces": "good"}, "fi"),
    ]
    count_all(link.tenant)
    assert totals(link.tenant)["faces/4"] == [0, 1, 1, 1]


def test_an_answer_whose_receipt_was_lost_counts_once(
    live_server: Any, browse: Callable[..., Any], link: SurveyLink
) -> None:
    page = browse(lasts=True, viewport=SCREEN, refusals=True)

    lost: list[str] = []

    def lose(route: Any) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.post_data)
        route.fetch()
        return route.abort()

    page.route("**/answers", lose)
    page.goto(f"{live_server.url}/k/{link.code}")
    page.get_by_role("button", name="Hyvin", exact=True).click()
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Ohita").click()
    page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
    assert answers(link) == [({"faces": "good"}, "fi")]
    page.evaluate("dispatchEvent(new Event('online'))")
    until(page, "document.documentElement.dataset.waiting === '0'")
    assert answers(link) == [({"faces": "good"}, "fi")]


def test_every_screen_is_accessible_in_every_language(
    live_server: Any, browse: Callable[..., Any], link: SurveyLink
) -> None:
    page = browse(lasts=True)
    page.goto(f"{live_server.url}/k/{link.code}")
    ready(page)
    readable(page, "kiosk")
    page.get_by_role("button", name="English").click()
    page.get_by_role("heading", name="How was your visit?").wait_for()
    page.get_by_role("button", name="Very good").press("Enter")
    page.get_by_role("heading", name="Was your issue resolved?").wait_for()
    readable(page)
    page.get_by_role("button", name="Skip").click()
    page.get_by_role("heading", name="Thank you!").wait_for()
    readable(page)


def test_staff_leave_with_the_pin_also_without_a_network(
    live_server: Any, browse: Callable[..., Any], link: SurveyLink
) -> None:
    page = browse(lasts=True, viewport=SCREEN, refusals=True)
    page.clock.install()
    page.goto(f"{live_server.url}/k/{link.code}")
    ready(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Henkilökunnalle").click()
    for _ in range(5):
        page.get_by_label("PIN-koodi").fill("1234")
        page.get_by_role("button", name="Avaa").click()
        until(page, "document.getElementById('pin').value === ''")
    page.get_by_role("alert").filter(has_text="Liian monta yritystä.").wait_for()
    page.get_by_label("PIN-koodi").fill("2468")
    page.get_by_role("button", name="Avaa").click()
    assert page.get_by_role("link", name="Poistu").count() == 0  # the right one has to wait too
    page.clock.run_for(31_000)
    ready(page)  # nobody has gone on, so the next customer may
    page.get_by_role("button", name="Henkilökunnalle").click()
    accessible(page)
    page.get_by_label("PIN-koodi").fill("2468")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Poistu").wait_for()
    page.get_by_text("Lähettämättömiä vastauksia: 0").wait_for()
    accessible(page)
