"""Blind spots and focus in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from dashboards.focus.themes import choose
from dashboards.insights.look import look
from dashboards.models import Insight, Target
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)


def world() -> tuple[Tenant, Membership]:
    """Gaps of every kind, drivers that tell and drivers that do not, a theme chosen and another proposed."""
    tenant = make_tenant(name="Rengasala", language="fi")
    path = make_journey(tenant, "tyre-change", stages=["Choose", "Deliver", "Use", "Help"])
    guessed = ((18, 2, 0), (0, 4, 16), (10, 5, 5), (2, 1, 1))
    answered = ((40, 60, 100), (160, 30, 10), (9, 5, 5), (5, 0, 0))
    for place, staff, customers in zip(path.touchpoints, guessed, answered, strict=True):
        count(tenant, nps(*staff), at=place, audience="employee", wave=WAVE)
        count(tenant, nps(*customers), at=place)
        count(tenant, [0, 2, 0, 3, 0, 0, 9], at=place, name="importance/1-7", audience="employee", wave=WAVE)
        count(tenant, [0, 9, 0, 30, 0, 20, 9], at=place, name="importance/1-7")
        count(tenant, [40, 100, 30], at=place, name="expectation/3")
        count(tenant, [20, 120, 30], at=place, name="expectation/3", day=days_ago(366, tenant))
    lead, day = make_member(tenant, "cx_lead"), days_ago(1, tenant)
    with activate(tenant.pk):
        Target.objects.create(metric="nps/0-10", year=day.year, value=40)
        look(tenant=tenant, kind="blind_spot")
        for rank, data in enumerate((across(path), WEAK), start=1):
            Insight.objects.create(kind="driver", rank=rank, data=data, start=day, last=day)
        look(tenant=tenant, kind="focus")
        choose(
            title="Vastataan nopeammin", touchpoint=path.touchpoints[0], owner=lead.user,
            due_on=days_ago(-40, tenant), chosen_by=lead.user, today=day,
        )  # fmt: skip
    return tenant, lead


def across(path: Path) -> dict[str, Any]:
    drivers = [
        {"touchpoint": place.pk, "importance": part, "low": part - 0.05, "high": part + 0.06, "share": 100 * part / 0.6,
         "slope": 2 * part, "n": 240, "moment": part > 0.3, "stated": 80.0, "mean": 40.0 + 10 * number,
         "mean_low": 38.0 + 10 * number, "mean_high": 43.0 + 10 * number, "mean_n": 512}
        for number, (place, part) in enumerate(zip(path.touchpoints, (0.35, 0.15, 0.07, 0.03), strict=True))
    ]  # fmt: skip
    return {"analysis": "touchpoints", "overall": "nps/0-10", "r2": 0.6, "n": 240, "why": "", "drivers": drivers}


WAVE = "mirror:2026-Q4"
WEAK = {"analysis": "survey", "survey": 0, "overall": "nps/0-10", "r2": 0.04, "n": 900, "why": "weak", "drivers": []}


def test_they_are_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant, lead = world()
    page = browse(
        viewport={"width": 1280, "height": 800}, refusals=True
    )  # the policy refuses the styles that Plotly brings for maps it does not draw
    page.set_default_navigation_timeout(30_000)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(lead).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    for room in ("focus", "blind-spots"):
        page.goto(f"{live_server.url}/t/{tenant.slug}/{room}/")
        if room == "focus":
            page.locator("main details summary").first.press("Enter")
            page.get_by_label("Määräpäivä").first.wait_for()
            page.locator(".chart").scroll_into_view_if_needed()
            page.locator(".chart .main-svg").first.wait_for()
        readable(page, room)
