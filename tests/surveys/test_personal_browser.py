"""The personal link in a real browser: from a mail's button to what came of the answer, without script."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from surveys.doors.personal import token_of
from tests.browser import THUMB, readable
from tests.factories import client_of, make_customer, make_member, make_tenant
from tests.surveys.guests import answers, ask_one, invitation, opt_outs
from tests.surveys.worlds import NPS, REASON, make_survey

pytestmark = pytest.mark.django_db(transaction=True)
_NARROW = "document.documentElement.scrollWidth"


def picture(page: Any, name: str) -> None:
    """Kept where CX_PICTURES says, to be looked at."""
    if os.environ.get("CX_PICTURES"):
        page.screenshot(path=str(Path(os.environ["CX_PICTURES"]) / f"{name}.png"), full_page=True)


def test_from_a_mails_button_to_what_came_of_it(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala Oy", language="fi", brand_colour="#f2c200")
    customer = make_customer(tenant, "C-1")
    survey = make_survey(
        tenant, questions=[NPS, REASON], privacy_notice="Rekisterinpitäjä on Rengasala Oy.", prize_draw="Rengassarja."
    )
    id_ = ask_one(tenant, survey, customer_id=customer.id, language="fi")
    address = f"{live_server.url}/a/{token_of(tenant.pk, id_)}"
    page, watched = browse(java_script_enabled=False), browse()

    def look(at: str, name: str) -> None:
        watched.goto(at)
        readable(watched, name, looks=THUMB)

    with activate(tenant.pk):
        mail = OutgoingMessage.objects.get().html
    watched.set_content(mail)
    assert watched.evaluate(_NARROW) == 360
    picture(watched, "mail")
    look(f"{address}?q=nps&a=2", "confirm")
    assert answers(tenant) == []
    page.goto(f"{address}?q=nps&a=2")
    page.get_by_role("button", name="Vahvista vastaus").press("Enter")
    page.get_by_label("Kiitos rehellisyydestä. Mikä jäi vaivaamaan?").fill("Odotin kolme päivää")
    page.get_by_role("button", name="Lähetä").click()
    page.get_by_role("heading", name="Kiitos vastauksestasi!").wait_for()
    look(address, "status")
    page.get_by_label("Nimi").first.fill("Anna")
    page.get_by_label("Sähköposti", exact=True).fill("anna@example.org")
    page.get_by_role("button", name="Kyllä, minuun saa ottaa yhteyttä").click()
    page.get_by_role("status").get_by_text("otamme sinuun yhteyttä").wait_for()
    page.get_by_role("link", name="Muuta vastausta").click()
    look(f"{address}?edit=0", "change")
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.get_by_role("button", name="4", exact=True).click()
    page.goto(address)
    assert page.get_by_text("Odotin kolme päivää").count() == 1
    (response,) = answers(tenant)
    assert (response.answers, response.contact["name"]) == ({"nps": 4}, "Anna")
    look(f"{address}/stop", "stop")
    page.get_by_role("link", name="En halua näitä kyselyjä").click()
    page.get_by_role("button", name="Lopeta kyselyt").click()
    page.get_by_role("heading", name="Et saa enää kyselyjä").wait_for()
    assert len(opt_outs(tenant)) == 1


def test_the_outbox_in_the_settings(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala Oy", language="fi")
    ask_one(tenant, make_survey(tenant), language="fi")
    client = client_of(make_member(tenant, sees_identity=True))
    page = browse(refusals=True)  # a mail has no icon to give
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"{live_server.url}/t/{tenant.slug}/outbox/")
    readable(page, "outbox", looks=THUMB)
    page.get_by_role("link", name=re.compile("Miten onnistuimme")).click()
    page.wait_for_url(re.compile(r"/outbox/[0-9a-f-]+/$"))
    readable(page, "message", looks=THUMB)
    page.get_by_role("link", name="Avaa viesti sellaisena kuin saaja sen näkee").click()
    page.get_by_role("link", name="10: Erittäin todennäköisesti").wait_for()
    assert page.get_by_role("link", name="9", exact=True).evaluate("e => getComputedStyle(e).textAlign") == "center"


def test_a_page_that_is_loaded_is_opened_only_when_somebody_moves(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(language="fi")
    id_ = ask_one(tenant, make_survey(tenant))
    page = browse()
    page.goto(f"{live_server.url}/a/{token_of(tenant.pk, id_)}?q=nps&a=9", wait_until="networkidle")
    assert invitation(tenant, id_).state == "sent"
    with page.expect_response(lambda answer: answer.request.method == "POST") as told:
        page.mouse.move(40, 60, steps=3)
    assert told.value.status == 204
    assert invitation(tenant, id_).state == "opened"
