"""The inbox in a real browser: by keyboard on a desk, by thumb on a phone, in three languages, light and dark."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.roles import Role
from surveys.answer import record_responses
from surveys.followups import work
from surveys.followups.defaults import make_rules
from surveys.models import Cause, EmpowermentLimit, FollowUp, FollowUpRule, Response
from tests.browser import accessible, readable
from tests.factories import client_of, make_customer, make_member, make_tenant, make_touchpoint, make_unit, make_user
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db(transaction=True)

# Name, score, words, cause, hours to the due time.
CASES = (
    ("Aino Virtanen", 2, "Odotin kolme päivää vastausta, ja sitten käskettiin soittaa uudelleen.", "detractor", -3),
    ("Matti Korhonen", 4, "Väärät renkaat alla. Ajoin 40 kilometriä takaisin.", "complaint", 1),
    ("Kuljetus Oy / Pekka", 6, "Lupasitte soittaa takaisin, kukaan ei soittanut.", "broken_promise", 5),
    ("Eva Lind", 10, "Supersnabb service, tack Johan!", "promoter", 30),
    ("", 3, "", "failed_fcr", 52),
)  # fmt: skip


def make_world() -> Any:
    tenant = make_tenant(name="Rengasala", language="fi")
    unit, place = make_unit(tenant, name="Vantaa"), make_touchpoint(tenant, name="Renkaanvaihto")
    maija = make_member(tenant, Role.HANDLER, user=make_user(first_name="Maija", last_name="Mäki"))
    make_member(tenant, Role.HANDLER, user=make_user(first_name="Juha", last_name="Salo"))
    survey = make_survey(tenant, questions=(NPS, REASON))
    now = timezone.now()
    with activate(tenant.pk):
        EmpowermentLimit.objects.create(role=Role.HANDLER, amount=50)
        for name, score, words, cause, hours in CASES:
            who = {"name": name, "email": f"{cause}@example.org", "phone": "+358 40 1234567"} if name else {}
            person = make_customer(tenant, **who)
            given = submission(survey, customer=person.external_id, nps=score, texts={"reason": words} if words else {})
            record_responses([given], collected_by="api")
            answer = Response.objects.get(customer_id=person.id)
            due = now + timedelta(hours=hours)
            FollowUp.objects.create(
                cause=cause, owner=maija.user, response_id=answer.id, customer_id=person.id, touchpoint_id=place.pk,
                unit_id=unit.pk, signal_at=now - timedelta(hours=5), opened_at=now - timedelta(hours=5),
                contact_due=due, fix_due=due + timedelta(days=2),
            )  # fmt: skip
    count_all(tenant)
    with activate(tenant.pk):
        make_rules(tenant)
        gone = make_user(first_name="Timo", last_name="Lahti")
        FollowUpRule.objects.filter(cause=Cause.FAILED_FCR).update(owner=gone, owner_by="person", backup=maija.user)
        FollowUp.objects.filter(cause=Cause.FAILED_FCR).update(owner=gone)
        complaint = FollowUp.objects.get(cause=Cause.COMPLAINT).pk
        on = {"version": None, "by": maija.user, "follow_up_id": complaint}
        work.thank(text="Kiitos, että kerroit.", **on)
        work.contacted(text="Pahoittelin ja lupasin selvittää tänään.", **on)
        work.wish(text="Oikeat renkaat alle tänään, ilman uutta ajoa.", **on)
        work.agree(items=[("Oikeat renkaat viedään asiakkaan pihaan", now.date()), ("Soitto perään", None)], **on)
    return tenant, maija, complaint


def test_the_inbox_is_worked_by_keyboard_and_by_thumb(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant, maija, complaint = make_world()
    session = client_of(maija).cookies["sessionid"].value
    base = f"{live_server.url}/t/{tenant.slug}/followups/"

    def screen(language: str, scheme: str, width: int, session: str = session) -> Any:
        page = browse(color_scheme=scheme, viewport={"width": width, "height": 800}, refusals=True)
        page.set_default_timeout(60_000)
        for name, value in ((settings.SESSION_COOKIE_NAME, session), (settings.LANGUAGE_COOKIE_NAME, language)):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        return page

    phone = screen("sv", "dark", 360)
    phone.goto(base)
    accessible(phone, "list-sv-360-dark")
    phone.goto(f"{base}{complaint}/?do=agree")
    accessible(phone, "one-sv-360-dark")
    heights = phone.evaluate("[...document.querySelectorAll('.fu-acts .btn, .fu-send .btn')].map(b => b.offsetHeight)")
    assert min(height for height in heights if height) >= 44, "a thumb hits every button"

    lead = client_of(make_member(tenant, Role.CX_LEAD)).cookies["sessionid"].value
    page = screen("sv", "dark", 360, lead)
    for address in ("rules/", "rules/detractor/", "limits/", "left/"):
        page.goto(base + address)
        readable(page, f"{address.replace('/', '-')}sv")

    page = screen("fi", "light", 1280)
    page.goto(base)
    page.locator("#pane-title", has_text="Aino Virtanen").wait_for()
    accessible(page, "inbox-fi-1280")
    page.get_by_label("Merkitse kaikki 4").check()
    assert (page.locator("[data-picked]").inner_text(), page.locator(".fu-pick input:checked").count()) == ("4", 4)
    page.get_by_role("button", name="Poista valinnat").click()
    assert page.locator(".fu-pick input:checked").count() == 0
    page.locator(f"[data-row='{complaint}']").click()
    page.locator("#pane-title", has_text="Matti Korhonen").wait_for()
    accessible(page, "complaint-fi-1280")
    for _ in range(3):
        page.keyboard.press("k")
    page.locator("#pane-title", has_text="Aino Virtanen").wait_for()
    page.keyboard.press("c")
    assert page.evaluate("document.activeElement.name") == "text"
    page.keyboard.type("Soitin ja pahoittelin j k s")
    # Somebody else is at it too: the page says so by itself, and the text stays.
    with activate(tenant.pk):
        first = FollowUp.objects.get(cause=Cause.DETRACTOR)
        other = tenant.memberships.get(user__first_name="Juha").user
        work.note(follow_up_id=first.pk, version=None, by=other, text="Tunnen hänet, hoidan.")
    page.locator(".fu-stale").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("Juha Salo ehti ensin").wait_for()
    assert page.locator("#act-contact textarea").input_value() == "Soitin ja pahoittelin j k s"
    accessible(page, "changed-fi-1280")
    page.locator("#act-contact textarea").focus()
    page.keyboard.press("Control+Enter")
    page.locator(".fu-step-contacted").wait_for()
    page.locator(f"[data-row='{first.pk}'][data-version='3']").wait_for()  # the list has followed
    # What was typed and left waits, also over a walk in the list.
    page.keyboard.press("s")
    page.keyboard.type("Renkaat ovat alla.")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.locator("#pane-title", has_not_text="Aino").wait_for()
    page.keyboard.press("k")
    page.locator("#pane-title", has_text="Aino Virtanen").wait_for()
    page.keyboard.press("s")
    assert page.locator("#act-solve textarea").input_value() == "Renkaat ovat alla."
    page.keyboard.press("Control+Enter")
    page.locator(".fu-step-solved").wait_for()
    page.locator(f"[data-row='{first.pk}']").wait_for(state="detached")
    page.keyboard.press("?")
    page.locator("dialog[open]").wait_for()
    accessible(page, "keys-fi-1280")
    page.get_by_label("Kirjaimet toimivat näppäiminä").uncheck()
    page.get_by_role("button", name="Sulje", exact=True).click()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0, "whoever wants no letters as keys has none"
