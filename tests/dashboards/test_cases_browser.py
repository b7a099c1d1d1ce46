"""Business cases in a real browser: written by a CX lead, read by anybody and anywhere, and no cause is claimed."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings

from cxplatform.demo import reckoned
from cxplatform.demo.company import CX_LEAD, LEADER
from cxplatform.tenancy.context import activate
from dashboards.models import BusinessCase
from tests.browser import accessible
from tests.dashboards.test_cases import CLAIMS
from tests.dashboards.worlds import count, nps
from tests.factories import client_of, make_customer, make_member, make_tenant, make_touchpoint, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_case_is_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    for email in (CX_LEAD, LEADER):
        make_member(tenant, "cx_lead", user=make_user(email, first_name="Aino", last_name="Virtanen"))
    count(tenant, nps(412, 371, 217), at=make_touchpoint(tenant))
    make_customer(tenant)
    reckoned.reckon(tenant, until=date.today())
    with activate(tenant.pk):
        case = BusinessCase.objects.get().pk
    lead = client_of(make_member(tenant, "cx_lead"))
    root = f"{live_server.url}/t/{tenant.slug}/cases/"
    addresses = {"list": "", "case": f"{case}/", "edit": f"{case}/edit/", "beside": f"beside/?of={case}.1&of={case}.2"}
    looks = (("light", 1280, "fi"), ("dark", 360, "sv"), ("light", 1280, "en"))
    for scheme, width, language in looks:
        page = browse(refusals=language == "en", color_scheme=scheme, viewport={"width": width, "height": 800})
        for name, value in (
            (settings.SESSION_COOKIE_NAME, lead.cookies["sessionid"].value),
            (settings.LANGUAGE_COOKIE_NAME, language),
        ):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        for name, address in addresses.items() if language != "en" else (("case", addresses["case"]),):
            page.goto(f"{root}{address}")
            words = page.inner_text("main")
            assert not re.search(CLAIMS[language], words, re.IGNORECASE), name
            if language != "en":
                accessible(page, f"cases-{name}-{width}-{language}", again=language == "sv")
    # The sheet, as people write on it.
    page.goto(f"{root}{case}/edit/?group=contacts")
    page.get_by_label("Cost of a contact: base").fill("1.200,50 kr")
    page.reload()  # nothing typed is lost by it
    page.get_by_text("What you typed here and did not save is back.").wait_for()
    late: list[Any] = []
    page.route("**/drafts*.js", lambda route: late.append(route))
    with page.expect_request("**/drafts*.js"):
        page.get_by_role("button", name="Save as a new version").click()
    assert page.get_by_label("Cost of a contact: base").input_value() == "1.200,50 kr"
    page.get_by_label("Cost of a contact: base").fill("7.25 EUR")
    page.get_by_label("Cost of a contact: high").fill("")
    late[0].continue_()  # typed before the script was there: newer than what it kept
    page.wait_for_load_state("load")
    assert page.get_by_label("Cost of a contact: base").input_value() == "7.25 EUR"
    page.locator("#contacts").get_by_role("button", name="Save and go on to the next").click()
    page.get_by_text("Version 3 is saved.").wait_for()
    assert page.locator("details.case-group[open]").get_attribute("id") == "talk"
    assert page.get_by_text("did not save is back").is_hidden()
