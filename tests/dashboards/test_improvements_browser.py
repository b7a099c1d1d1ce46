"""Improvements in a real browser: a board anybody can read, and an action added and done by keyboard."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from cxplatform.tenancy.context import activate
from dashboards.changes import effects
from dashboards.coaching import log
from dashboards.improvements import work
from dashboards.insights import look as looking
from dashboards.meeting.ahead import put
from dashboards.meeting.decide import write
from dashboards.models import Improvement
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, find_decline, nps
from tests.factories import client_of, make_journey, make_member, make_tenant, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_board_that_anybody_can_read_and_an_action_done_by_keyboard(
    live_server: Any, browse: Callable[..., Any]
) -> None:
    tenant = make_tenant(name="Rengasala", brand_colour="#b3261e", language="fi")
    path = make_journey(tenant, "help", name="Avun saaminen", stages=["Apu"])
    place = path.touchpoints[0]
    lead = make_member(tenant, "cx_lead", user=make_user("aino@example.org", first_name="Aino", last_name="Laine"))
    for ago in range(1, 60):
        count(tenant, nps(*((8, 1, 1) if ago < 30 else (2, 3, 5))), at=place, day=days_ago(ago, tenant))
    with activate(tenant.pk):
        told = {"owner": lead.user, "touchpoint": place, "by": lead.user}
        done = work.propose(title="Takaisinsoitto tunnin sisällä", signal_on=days_ago(80, tenant), **told)
        work.begin(done, today=days_ago(62, tenant))
        work.finish(done, day=days_ago(30, tenant), what="Takaisinsoitto tunnin sisällä", result="Puolet riittää.")
        row = work.propose(title="Varausvahvistus heti myös tekstiviestinä", kind="structural",
                           due=days_ago(3, tenant), why="Vahvistus hukkuu roskapostiin.", **told)  # fmt: skip
        work.begin(row, today=days_ago(20, tenant))
        work.act(row, text="Sopimus viestinvälittäjän kanssa", owner=lead.user, due=days_ago(-5, tenant), by=lead.user)
        work.propose(title="Renkaiden hotelli noutaa kotoa", kind="innovation", **told)
        write(meeting=None, about="", improvement=row, text="Viesti kaikille joulukuusta alkaen", owner=lead.user,
              due=days_ago(-20, tenant), by=lead.user)  # fmt: skip
        log.write(coach=lead.user, coached=make_member(tenant, user=make_user(first_name="Eero")).user,
                  day=days_ago(2, tenant), about="Vihaiselle asiakkaalle soittaminen", agreed="Ensin kuunnellaan.",
                  next_on=days_ago(-12, tenant))  # fmt: skip
        put(text="Riittääkö iltavuoro?", membership=lead, improvement=done)
        find_decline(tenant, place)
        looking.look(tenant=tenant, kind=effects.KIND)
    session = client_of(lead).cookies[settings.SESSION_COOKIE_NAME].value
    begin = f"{live_server.url}/t/{tenant.slug}/"
    page = browse(locale="fi-FI")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    for name, address in (("board", "improvements/"), ("one", f"improvements/{row.pk}/"),
                          ("done", f"improvements/{done.pk}/"), ("next", "meetings/next/"),
                          ("huddle", "huddle/"), ("coaching", "coaching/")):  # fmt: skip
        page.goto(begin + address)
        readable(page, name)
    page.goto(f"{begin}improvements/{row.pk}/")
    page.get_by_text("Lisää toimenpide").focus()
    page.keyboard.press("Enter")
    page.locator("#action-text").focus()
    page.keyboard.type("Viestin teksti kolmella kielellä")
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Tehty.*Viestin")).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("^Avaa uudelleen.*Viestin")).wait_for()
    with activate(tenant.pk):
        assert Improvement.objects.get(pk=row.pk).actions.exclude(done_on=None).count() == 1
