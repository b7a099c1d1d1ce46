"""A single customer's page in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cxplatform.tenancy.context import activate
from journeys.models import Customer
from surveys.answer import record_responses
from tests.browser import readable
from tests.factories import (
    client_of,
    make_channel,
    make_customer,
    make_dimension,
    make_journey,
    make_member,
    make_tenant,
)
from tests.promises.worlds import event, make_promise, send
from tests.surveys.worlds import REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db(transaction=True)


def relationship() -> tuple[Any, Customer]:
    """Two years of a customer: visits, a broken promise, answers, and things nobody knows of them."""
    tenant = make_tenant(name="Rengasala", language="fi")
    anna = make_customer(
        tenant,
        "A-1001",
        name="Anna-Maria Virtanen-Korkeakoski",
        email="anna.maria.virtanen@example.org",
        phone="+358 40 123 4567",
        account="Rengas ja Rauta Oy",
        locale="fi",
        ambassador_at=timezone.now(),
    )
    make_customer(tenant, "A-2002", name="A. Virtanen", phone="040 123 4567")
    make_dimension(tenant, "segment", name="Segmentti")
    shop = make_channel(tenant, name="Myymälä")
    path = make_journey(tenant, stages=("Valinta", "Osto", "Käyttö"))
    make_promise(tenant, "vastaus-tunnissa")
    survey = make_survey(tenant, name="Käynnin jälkeen", questions=[("nps", "nps/0-10"), ("ces", "ces/1-7"), REASON])
    now = timezone.now()
    for number in range(24):
        at = now - timedelta(days=30 * number + 2)
        place = path.touchpoints[number % 3].slug
        case = f"tilaus-{number}"
        send(
            tenant,
            event("order.placed", at, customer="A-1001", touchpoint=place, channel=shop.slug, correlation=case),
            *(
                [event("order.delivered", at + timedelta(minutes=40 + 30 * (number % 3)), correlation=case)]
                if number
                else []
            ),
        )
    said = [(number, 3 + number % 8) for number in range(0, 24, 4)]
    with activate(tenant.pk):
        record_responses(
            [
                submission(
                    survey,
                    customer="A-1001",
                    nps=nps,
                    ces=5,
                    touchpoint=path.touchpoints[0].slug,
                    answered_at=now - timedelta(days=30 * number + 1),
                    texts={"reason": "Renkaat vaihdettiin nopeasti, mutta odotin vastausta kolme päivää."},
                )
                for number, nps in said
            ],
            collected_by="api",
        )
    count_all(tenant)
    return tenant, anna


def test_they_are_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant, anna = relationship()
    page = browse()
    member = make_member(tenant, "admin", sees_identity=True)
    for name, value in (
        (settings.SESSION_COOKIE_NAME, client_of(member).cookies["sessionid"].value),
        (settings.LANGUAGE_COOKIE_NAME, "fi"),
    ):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    home = f"{live_server.url}/t/{tenant.slug}"
    for name, address in (
        ("customers", "/customers/?q=virtanen"),
        ("customer", f"/customers/{anna.id}/"),
        ("account", "/accounts/Rengas ja Rauta Oy/"),
        ("merge", f"/customers/{anna.id}/merge/?number=A-2002"),
        ("erase", f"/customers/{anna.id}/erase/"),
    ):
        page.goto(home + address)
        readable(page, name)
    page.goto(f"{home}/customers/")
    page.locator("#q:focus").wait_for()
    page.keyboard.type("A-10")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Anna-Maria").click()
    page.get_by_role("heading", name="Asiakassuhde vuosien varrella").wait_for()
    page.get_by_text("Täydennä tai korjaa").click()
    page.get_by_label("Segmentti").fill("yksityinen")
    page.get_by_role("button", name="Tallenna").click()
    page.get_by_role("definition").filter(has_text="yksityinen").wait_for()
