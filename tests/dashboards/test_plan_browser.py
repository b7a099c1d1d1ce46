"""The plan's room in a real browser, with the demo company's own words."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from cxplatform.demo import planned
from cxplatform.demo.company import PEOPLE
from cxplatform.tenancy.context import activate
from dashboards.models import Round
from dashboards.plan.rounds import address_of
from tests.browser import readable
from tests.dashboards.worlds import days_ago
from tests.factories import client_of, make_member, make_tenant, make_user

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    "plan/",
    "plan/areas/{area}/",
    "plan/assessment/",
    "plan/leeway/",
    "plan/barriers/",
    "plan/mine/",
    "plan/answer/{round}/",
    "plan/rewards/",
    "plan/owners/",
    "plan/training/",
    "plan/training/0/",
)


def test_it_is_read_and_written_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    people = [
        make_member(tenant, role, user=make_user(email, first_name=first, last_name=last))
        for email, (first, last, role) in PEOPLE.items()
    ]
    lead = people[1]
    planned.plan(tenant, until=days_ago(0, tenant))
    today = days_ago(0, tenant)
    with activate(tenant.pk):
        wide = Round.objects.create(kind="assessment", name="360", opened_on=today, closes_on=today, link="secret")
        outside = urlsplit(address_of(wide)).path
    page = browse()
    page.set_default_navigation_timeout(30_000)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(lead).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    page.goto(f"{live_server.url}/t/{tenant.slug}/plan/")
    area = page.locator("#journeys a").first.get_attribute("href").split("/")[-2]
    page.goto(f"{live_server.url}/t/{tenant.slug}/plan/mine/")
    asked = page.locator(".mine-list a").first.get_attribute("href").split("/")[-2]
    inside = [f"/t/{tenant.slug}/{address.format(area=area, round=asked)}" for address in PAGES]
    for number, address in enumerate([*inside, outside]):
        page.goto(f"{live_server.url}{address}")
        readable(page, f"plan-{number}")
