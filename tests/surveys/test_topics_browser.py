"""Teaching a topic in a real browser, by keyboard, on a desk and on a phone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cxplatform.ids import uuid7
from cxplatform.tenancy.context import activate
from surveys.models import Teller, Topic, TopicExample, TopicRollup, Verbatim
from surveys.texts.usual_topics import make_topics
from tests.browser import accessible
from tests.factories import client_of, make_member, make_tenant

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = (
    "Odotin kolme päivää vastausta.",
    "Jonotin 40 minuuttia ja puhelu katkesi.",
    "Renkaat vaihtuivat vartissa, kiitos ystävälliselle asentajalle!",
    "Jag fick vänta alldeles för länge.",
)


def test_a_topic_is_taught_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    today = timezone.localdate()
    with activate(tenant.pk):
        make_topics(tenant)
        waiting, staff = Topic.objects.get(slug="waiting"), Topic.objects.get(slug="staff")
        for text in TEXTS:
            Verbatim.objects.create(
                response_id=uuid7(), key="reason", survey_id=1, answered_at=timezone.now(), audience="customer",
                text=text, language="sv" if "Jag" in text else "fi", topics={str(waiting.pk): 0.6}, model=1,
            )  # fmt: skip
        for topic_id, bins in ((0, (310, 120, 402)), (waiting.pk, (180, 20, 14)), (staff.pk, (12, 30, 160))):
            names = dict(zip(("negative", "neither", "positive"), bins, strict=True))
            TopicRollup.objects.create(topic_id=topic_id, touchpoint_id=0, day=today, **names)
        told = {"examples": 24, "about": 11, "f1": 0.84, "low": 0.66, "high": 0.96, "by": "examples"}
        felt = {"n": 520, "told": 0.81, "right": 0.88, "low": 0.85, "high": 0.91}
        Teller.objects.create(trained_at=timezone.now(), figures={"topics": {str(staff.pk): told}, "sentiment": felt})
    session = client_of(make_member(tenant, "cx_lead")).cookies["sessionid"].value
    for language, scheme, width in (("fi", "light", 1280), ("sv", "dark", 360), ("en", "light", 360)):
        page = browse(color_scheme=scheme, viewport={"width": width, "height": 800})
        page.set_default_timeout(60_000)
        for name, value in ((settings.SESSION_COOKIE_NAME, session), (settings.LANGUAGE_COOKIE_NAME, language)):
            page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        for address in ("", "waiting/", "new/"):
            page.goto(f"{live_server.url}/t/{tenant.slug}/texts/topics/{address}")
            name = f"topics-{address.strip('/') or 'list'}-{language}-{width}"
            accessible(page, name, again=language != "fi")
    page.goto(f"{live_server.url}/t/{tenant.slug}/texts/topics/waiting/")
    page.get_by_role("radio", name="not about this").first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Teach", exact=True).press("Enter")
    page.get_by_text("1 example is noted.").wait_for()
    with activate(tenant.pk):
        assert TopicExample.objects.get().about is False
