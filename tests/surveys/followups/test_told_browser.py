"""The page of a matter in a real browser on a phone, without script; and what staff write of it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys.answer import record_responses
from surveys.followups import setting, work
from surveys.models import Deed, FollowUp
from tests.browser import THUMB, readable
from tests.factories import client_of, make_customer, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.surveys.followups.worlds import make_rule
from tests.surveys.test_personal_browser import picture
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_what_we_did_to_one_tap(live_server: Any, browse: Callable[..., Any], settings: Any) -> None:
    tenant = make_tenant(name="Rengasala Oy", language="fi", brand_colour="#f2c200")
    place, unit = make_touchpoint(tenant, name="Renkaanvaihto"), make_unit(tenant, name="Tampere")
    maija = make_user("maija@example.org", first_name="Maija")
    lead = make_member(tenant, Role.CX_LEAD, user=maija, unit_ids=[unit.pk], sees_identity=True)
    anna = make_customer(tenant, name="Anna Asiakas", email="anna@example.org")
    survey = make_survey(tenant, questions=[NPS, REASON], touchpoint=place)
    make_rule(tenant, "detractor")
    with activate(tenant.pk):
        texts = {"reason": "Jonotin tunnin, eikä kukaan kertonut miksi.", "reason_wish": "Soitto."}
        about = {"customer": anna.external_id, "unit": unit.slug, "language": "fi", "texts": texts}
        answer = submission(survey, nps=2, **about)
        record_responses([answer], collected_by="link")
        Deed.objects.create(
            touchpoint=place,
            said={"fi": "Jonot ovat pitkiä lauantaisin."},
            did={"fi": "Lauantaisin on nyt kaksi vaihtajaa enemmän."},
            done_on=date(2026, 11, 2),
            published=True,
        )
        stored = setting.current()
        stored.referral_url = "https://rengas.example/"
        stored.save()
    count_all(tenant)
    with activate(tenant.pk):
        mine: dict[str, Any] = {"follow_up_id": FollowUp.objects.get().pk, "version": None, "by": maija}
        path = re.search(r"/r/[\w-]+", OutgoingMessage.objects.get().text)[0]  # type: ignore[index]
    address = f"{live_server.url}{path}"
    page = browse(java_script_enabled=False)
    watched = browse()

    def look(at: str, name: str) -> None:
        watched.goto(at)
        readable(watched, f"told-{name}", looks=THUMB)

    look(address, "open")
    with activate(tenant.pk):
        work.contacted(**mine, text="Soitettu.")
        work.agree(**mine, items=[("20 euron lahjakortti kotiin", date(2026, 12, 1)), ("Soitto ensi viikolla", None)])
        work.confirm_in_writing(**mine)
        work.solve(**mine, text="Hei Anna! Lauantain vuorossa oli liian vähän väkeä, ja siitä olisi pitänyt kertoa.\n\n"
                   "Nyt vuorossa on kaksi vaihtajaa enemmän. Kiitos, että kerroit.")  # fmt: skip
        for to in ("codevelop", "ambassador"):
            work.invite(**mine, to=to)
        sent = list(OutgoingMessage.objects.order_by("id"))
    letter = browse()
    for number, message in enumerate(sent):
        letter.set_content(message.html)
        assert letter.evaluate("document.documentElement.scrollWidth") == 360
        picture(letter, f"told-mail-{number}")
    look(address, "solved")
    page.goto(address)
    page.get_by_role("button", name="Kyllä", exact=True).press("Enter")
    page.get_by_role("heading", name="Kiitos! Hienoa, että asia on kunnossa.").wait_for()
    look(address, "yes")
    page.get_by_role("button", name="9", exact=True).click()
    page.get_by_role("status").get_by_text("Vastauksesi on tallennettu").wait_for()
    page.get_by_role("button", name="Kyllä, anna linkki").click()
    page.get_by_role("button", name="Kyllä, olen mukana").click()
    page.get_by_text("Olet mukana kehittämässä").wait_for()
    look(address, "joined")
    look(page.locator("a[href*='/v/']").get_attribute("href").replace(settings.PUBLIC_URL, live_server.url), "friend")

    name = settings.SESSION_COOKIE_NAME
    session = {"name": name, "value": client_of(lead).cookies[name].value, "url": live_server.url}
    staff = browse()
    staff.context.add_cookies([session])
    for name in ("said-and-done", "invited"):
        staff.goto(f"{live_server.url}/t/{tenant.slug}/{name}/")
        readable(staff, name)
    with activate(tenant.pk):
        done = FollowUp.objects.get()
        assert (done.state, done.recovery_value) == ("confirmed", 90.0)
        assert done.confirmed_at < timezone.now()
