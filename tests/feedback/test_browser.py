"""The feedback stream and the customer's chair in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from cxplatform.pipeline import pulse
from cxplatform.tenancy.context import activate
from dashboards.chair.cases import choose
from dashboards.feedback import apart, news
from dashboards.insights.look import look
from surveys.answer import record_responses
from surveys.models import TopicRollup
from tests.browser import readable
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import client_of, make_channel, make_journey, make_member, make_tenant
from tests.feedback.worlds import make_topic, say
from tests.promises.worlds import event, send
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, submission

pytestmark = pytest.mark.django_db(transaction=True)
SAID = (
    ("Odotin kolme päivää vastausta, eikä kukaan kertonut missä mennään.", 2, -0.7),
    ("Renkaat vaihtuivat vartissa ja neuvot olivat hyviä.", 10, 0.8),
    ("Ihan ok.", 7, 0.0),
)


def world() -> Any:
    """A company whose customers write: of their waiting more than before, and one of them lets it be told."""
    tenant = make_tenant(name="Rengasala", language="fi")
    path = make_journey(tenant, name="Renkaanvaihto", stages=("Valinta", "Osto", "Apu"))
    place, phone = path.touchpoints[2], make_channel(tenant, name="Puhelin")
    survey = make_survey(tenant, questions=[NPS, REASON, ("story", "story_consent")])
    waiting, price = make_topic(tenant, "Odotus"), make_topic(tenant, "Hinta")
    count(tenant, nps(60, 30, 30), at=place)
    for number in range(45):
        text, score, feeling = SAID[number % 3]
        say(tenant, text, minutes=30 * number, nps=score, sentiment=feeling, confidence=0.8, survey_id=survey.pk,
            language="fi", touchpoint_id=place.pk, channel_id=phone.pk, topics=[waiting] if score < 7 else [price],
            emotions=["frustrated"] if score < 7 else [])  # fmt: skip
    now = timezone.now()
    send(
        tenant,
        event("order.placed", now - timedelta(hours=30), customer="a", touchpoint=path.touchpoints[1].slug,
              correlation="k"),
        event("help.given", now - timedelta(hours=3), customer="a", touchpoint=place.slug, channel=phone.slug,
              correlation="k"),
    )  # fmt: skip
    with activate(tenant.pk):
        record_responses(
            [
                submission(survey, customer="a", touchpoint=place.slug, answered_at=now - timedelta(hours=2), nps=1,
                           story="yes", texts={"reason": "Soitin viisi kertaa ennen kuin joku vastasi."})
            ],
            collected_by="api",
        )  # fmt: skip
    count_all(tenant)
    with activate(tenant.pk):
        for topic, told in ((0, 400), (waiting.pk, 40)):
            TopicRollup.objects.create(
                topic_id=topic, touchpoint_id=0, day=days_ago(20, tenant), negative=told, neither=0, positive=0
            )
        for topic, told in ((0, 90), (waiting.pk, 36)):
            TopicRollup.objects.create(
                topic_id=topic, touchpoint_id=0, day=days_ago(3, tenant), negative=told, neither=0, positive=0
            )
        for kind in (apart.KIND, news.TOPICS, news.WORDS):
            look(tenant=tenant, kind=kind)
        choose(tenant=tenant, day=days_ago(0, tenant))
    return tenant


def test_they_are_read_by_anybody_anywhere(live_server: Any, browse: Callable[..., Any]) -> None:
    tenant = world()
    page = browse(viewport={"width": 1280, "height": 900})
    session = client_of(make_member(tenant, "admin")).cookies["sessionid"].value
    for name, value in ((settings.SESSION_COOKIE_NAME, session), (settings.LANGUAGE_COOKIE_NAME, "fi")):
        page.context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
    home = f"{live_server.url}/t/{tenant.slug}"
    for name, address in (("chair", "/chair/"), ("leadership", "/#chair"), ("feedback", "/feedback/")):
        page.goto(home + address)
        readable(page, name)
    # The rest of the stream comes by itself, and so does what is written now.
    stream = page.get_by_role("list", name="Mitä asiakkaat sanovat")
    page.keyboard.press("End")
    stream.get_by_role("listitem").nth(30).wait_for()
    page.keyboard.press("Home")
    say(tenant, "Kirjoitettu juuri äsken")
    with activate(tenant.pk):
        pulse.beat()
    page.get_by_text("Kirjoitettu juuri äsken").wait_for()
    stream.get_by_role("button", name="Lainaa kokouksessa").first.click()
    stream.get_by_text("Seuraavassa kokouksessa").wait_for()
    page.get_by_label("Sanat").fill("odottaa")
    page.keyboard.press("Enter")
    page.wait_for_url("**/feedback/?q=odottaa")
    page.get_by_label("Sanat").fill("seepra")
    page.keyboard.press("Enter")
    page.get_by_text("Kukaan ei ole kirjoittanut tällaista").wait_for()
