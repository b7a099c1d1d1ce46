"""The customer's chair: whose story is told, for how long, to whom it is mailed, and how one gets out of it."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.utils import timezone

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.deliveries.outbox import deliver
from cxplatform.tenancy.context import activate
from dashboards.chair import cases, mail
from dashboards.chair.stories import waiting
from dashboards.feedback.quotes import quote
from dashboards.meeting import decide
from dashboards.models import ChairCase, Meeting
from dashboards.structure import load_structure
from journeys.erasing import erase
from journeys.models import Customer
from surveys.answer import record_responses
from surveys.models import Response, Verbatim
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_customer,
    make_journey,
    make_key,
    make_member,
    make_tenant,
)
from tests.promises.worlds import event, send
from tests.surveys.worlds import NPS, REASON, count_all, make_survey, option, submission

pytestmark = pytest.mark.django_db
CONSENT = ("story", "story_consent")
MONDAY = date.today() - timedelta(days=date.today().weekday() + 7)


class World:
    def __init__(self) -> None:
        self.tenant = make_tenant(name="Rengasala", language="en")
        self.path = make_journey(self.tenant, "tyres", name="Tyres", stages=["Buy", "Use"])
        self.shop, self.help = self.path.touchpoints
        self.phone = make_channel(self.tenant, "phone", name="Phone")
        self.survey = make_survey(self.tenant, questions=[NPS, REASON, CONSENT])
        self.client = client_of(make_member(self.tenant), headers={"accept-language": "en"})
        self.now = timezone.now()

    def tell(self, text: str, *, story: str | None = "yes", who: str = "", hours: float = 1, **fields: Any) -> None:
        """Somebody buys, needs help an hour later, and answers."""
        who = who or f"c-{text}"
        at, case = self.now - timedelta(hours=hours), f"{who}-{hours}"
        send(
            self.tenant,
            event("order.placed", at - timedelta(minutes=90), customer=who, touchpoint=self.shop.slug,
                  correlation=case),
            event("help.given", at - timedelta(minutes=30), customer=who, touchpoint=self.help.slug,
                  channel=self.phone.slug, correlation=case),
        )  # fmt: skip
        given = {"story": story} if story else {}
        said = submission(self.survey, customer=who, touchpoint=self.help.slug, answered_at=at,
                          texts={"reason": text} if text else {}, **{"nps": 5} | given | fields)  # fmt: skip
        with activate(self.tenant.pk):
            assert not record_responses([said], collected_by="api").rejected
        count_all(self.tenant)

    def choose(self, day: date, **how: Any) -> Any:
        with activate(self.tenant.pk):
            return cases.choose(tenant=self.tenant, day=day, **how)

    def told(self, day: date) -> Any:
        with activate(self.tenant.pk):
            return next(iter(cases.cases(until=day, structure=load_structure())), None)


@pytest.fixture
def world() -> World:
    return World()


def test_only_a_story_with_words_and_a_yes_is_told(world: World) -> None:
    world.tell("I waited three days for an answer", nps=2)
    world.tell("I would rather you did not tell this", story="no", nps=0)
    world.tell("Nobody asked me about telling this", story=None, nps=0)
    world.tell("", who="silent", nps=0)
    with activate(world.tenant.pk):
        assert [story.text for story in waiting(until=timezone.now())] == ["I waited three days for an answer"]
    world.choose(MONDAY)
    case = world.told(MONDAY)
    assert [words.text for words in case.words] == ["I waited three days for an answer"]
    assert (case.journey, case.month.day, case.by_hand) == ("Tyres", 1, False)
    assert [(step.name, step.channel, round(step.minutes), step.score) for step in case.steps] == [
        (world.shop.name, "", 0, ""),
        (world.help.name, "Phone", 60, "NPS 2"),
    ]


def test_the_hardest_comes_first_on_fridays_the_best_and_nobody_twice(world: World) -> None:
    for nps in (9, 1, 4):
        world.tell(f"This was worth {nps} to me", nps=nps)
    world.tell("The same customer once more", who="c-This was worth 1 to me", nps=0)
    world.tell("And quite another one here", nps=10)
    said = []
    for days in (0, 1, 4):
        world.choose(MONDAY + timedelta(days=days))
        said.append(world.told(MONDAY + timedelta(days=days)).words[0].text)
    assert said == ["The same customer once more", "This was worth 4 to me", "And quite another one here"]


def test_the_day_keeps_its_case_until_another_is_given_by_hand(world: World) -> None:
    world.tell("The first story of today", nps=3)
    first = world.choose(MONDAY)
    world.tell("A harder one that came later", nps=0)
    assert world.choose(MONDAY).response_id == first.response_id
    page = world.client.get(f"/t/{world.tenant.slug}/chair/")
    (other,) = page.context["waiting"]
    address = f"/t/{world.tenant.slug}/chair/today/"
    assert world.client.post(address, {"response": other.response_id}).status_code == 302
    shown = world.client.get(f"/t/{world.tenant.slug}/chair/")
    assert shown.context["case"].by_hand
    assert "A harder one that came later" in shown.content.decode()
    for wrong in ({}, {"response": "x"}, {"response": other.customer_id}):
        assert world.client.post(address, wrong).status_code == 404


@pytest.mark.parametrize("how", ["erased", "taken back", "was a test"])
def test_a_case_is_gone_with_its_consent(world: World, how: str) -> None:
    world.tell("Tell it while I allow it", who="anna")
    world.choose(MONDAY)
    assert world.told(MONDAY)
    with activate(world.tenant.pk):
        if how == "erased":
            erase(Customer.objects.get(external_id="anna"))
            assert not ChairCase.objects.exists()
        elif how == "taken back":
            Response.objects.update(answers={"nps": 5, "story": "no"})
        else:
            Response.objects.update(is_test=True)
    assert world.told(MONDAY) is None


def test_taken_back_during_a_meeting_it_leaves_the_screen_and_erased_the_mail_that_waits(world: World) -> None:
    world.tell("Puhelin soi kolme tuntia", who="anna", nps=1)
    today = timezone.localdate(timezone=world.tenant.zone)
    home, morning = f"/t/{world.tenant.slug}/", datetime.combine(today, time(7, 5), world.tenant.zone)
    make_member(world.tenant, "viewer")
    world.choose(today)
    meeting = world.client.post(f"{home}meetings/", {"address": ""}).headers["location"]
    assert "kolme tuntia" in world.client.get(meeting).content.decode()
    assert world.client.get(f"{meeting}case/").status_code == 204
    with activate(world.tenant.pk):
        assert mail.send(world.tenant, now=morning) == 1
        Response.objects.update(answers={"nps": 1, "story": "no"})
    assert "no longer wants" in world.client.get(f"{meeting}case/").content.decode()
    assert "kolme tuntia" not in world.client.get(meeting).content.decode()
    assert world.client.get(f"{meeting}case/").status_code == 204
    assert client_of(make_member()).get(f"{meeting}case/").status_code == 404
    waits = OutgoingMail.objects.filter(tenant_id=world.tenant.pk)
    assert "kolme tuntia" in waits.get().text
    # A decision written down at the chair may quote the customer: it is found by the answer too.
    with activate(world.tenant.pk):
        story, owner = Response.objects.get().id, make_member(world.tenant).user
        lead, due = make_member(world.tenant).user, today + timedelta(days=7)
        decide.write(meeting=Meeting.objects.get(), text="Enough", owner=owner, due=due, about="chair", by=lead)
        Meeting.objects.update(case_id=story)
        decide.write(meeting=Meeting.objects.get(), text="Soi kolme", owner=owner, due=due, about="chair", by=lead)
    decided = OutgoingMail.objects.filter(to=owner.email).order_by("pk")
    assert [row.about for row in decided] == [[], [story]]
    decided.first().delete()
    taken = decided.get()
    assert deliver(taken.pk)
    taken.delete()
    assert django_mail.outbox[-1].subject == "Rengasala"
    assert "taken back" in django_mail.outbox[-1].body
    with activate(world.tenant.pk):
        assert "kolme tuntia" not in str(Meeting.objects.get().page)
        erase(Customer.objects.get(external_id="anna"))
    assert (waits.get().subject, waits.get().html, waits.get().about) == ("Rengasala", "", [])
    assert "erased" in waits.get().text


def test_other_screens_read_the_chair_and_the_quotes_of_their_own_company(world: World) -> None:
    world.tell("Told to every screen we have", who="anna", nps=1)
    today = timezone.localdate(timezone=world.tenant.zone)
    world.choose(today)
    with activate(world.tenant.pk):
        quote(Verbatim.objects.get(), by=make_member(world.tenant).user)
    ours, other = (api_of(make_key(tenant)) for tenant in (world.tenant, make_tenant()))
    (case,) = ours.get("/api/v1/chair").json()["cases"]
    assert (case["day"], case["journey"], case["steps"][1]["score"]) == (today.isoformat(), "Tyres", "NPS 1")
    assert case["words"] == [{"text": "Told to every screen we have", "language": case["words"][0]["language"]}]
    (quoted,) = ours.get("/api/v1/quotes").json()["quotes"]
    assert (quoted["question"], quoted["text"]) == ("reason", "Told to every screen we have")
    assert (other.get("/api/v1/chair").json(), other.get("/api/v1/quotes").json()) == ({"cases": []}, {"quotes": []})
    assert ours.get("/api/v1/chair", {"day": "x"}).status_code == 400
    with activate(world.tenant.pk):
        Response.objects.update(answers={"story": "no"})
    assert ours.get("/api/v1/chair").json() == {"cases": []}


def test_it_stands_on_the_leadership_page_for_those_who_see_the_whole_company(world: World) -> None:
    world.tell("Heard by the leadership team", nps=1)
    today = timezone.localdate(timezone=world.tenant.zone)
    world.choose(today)
    home = f"/t/{world.tenant.slug}/"
    page = world.client.get(home)
    assert "Heard by the leadership team" in page.content.decode()
    with activate(world.tenant.pk):
        Verbatim.objects.update(language="sv")
    assert "Language: Swedish" in world.client.get(home).content.decode()
    swede = client_of(make_member(world.tenant), headers={"accept-language": "sv"}).get(home).content.decode()
    assert "Heard by the leadership team" in swede and "svenska" not in swede
    other = make_journey(world.tenant, "other")
    assert "Heard by" not in world.client.get(f"{home}?journey={other.journey.slug}").content.decode()
    unit = client_of(make_member(world.tenant, "unit_manager", unit_ids=[1]))
    assert "Heard by" not in unit.get(home).content.decode()
    assert unit.get(f"{home}chair/").status_code == 403
    assert client_of(make_member()).get(f"{home}chair/").status_code == 404
    from dashboards.chair.panel import PANEL

    (shown,) = [one for one in page.context["page"].panels if one.panel is PANEL]
    (sheet,) = PANEL.sheets(shown.value, None)
    assert sheet.rows[1] == (world.help.name, "Phone", 60, "NPS 1")


def test_leaders_get_it_by_mail_once_a_day_in_their_language_until_they_stop(world: World) -> None:
    leader = make_member(world.tenant, "viewer")
    leader.user.language = "fi"
    leader.user.save()
    asked = make_member(world.tenant, "cx_lead")
    make_member(world.tenant, "cx_lead")
    client_of(asked).post(f"/t/{world.tenant.slug}/chair/mail/", {"wanted": "on"})
    today = timezone.localdate(timezone=world.tenant.zone)
    morning = datetime.combine(today, time(7, 5), world.tenant.zone)
    with activate(world.tenant.pk):
        assert mail.send(world.tenant, now=morning) == 0  # nobody has told anything
    world.tell("Puhelin soi kolme tuntia ennen kuin vastattiin", nps=1)
    with activate(world.tenant.pk):
        assert mail.send(world.tenant, now=morning - timedelta(minutes=10)) == 0
        assert mail.due(world.tenant, now=morning)
        assert mail.send(world.tenant, now=morning) == 2
        assert mail.send(world.tenant, now=morning) == 0
        assert not mail.due(world.tenant, now=morning)
    sent = {one.to: one for one in OutgoingMail.objects.filter(tenant_id=world.tenant.pk)}
    assert set(sent) == {leader.user.email, asked.user.email}
    finnish = sent[leader.user.email]
    assert finnish.subject == "Rengasala: yksi asiakas tänään"
    assert "Puhelin soi kolme tuntia" in finnish.text and "Kieli" not in finnish.text
    assert "Kieli" not in finnish.html
    stop = next(line for line in finnish.text.splitlines() if "/chair/stop/" in line)
    address = stop[stop.index("/chair/") :]
    browser = Client()
    assert browser.get(address).status_code == 200
    with activate(world.tenant.pk):
        assert len(mail.readers(world.tenant, now=morning + timedelta(days=1))) == 2
    assert browser.post(address).status_code == 200
    with activate(world.tenant.pk):
        assert [one.user for one in mail.readers(world.tenant, now=morning + timedelta(days=1))] == [asked.user]
    assert browser.get(f"{address}x").status_code == 404


def test_the_question_means_the_same_whoever_words_it() -> None:
    tenant = make_tenant()
    own = [option("yes", "Sopii"), option("maybe", "Ehkä")]
    asked = {"key": "story", "metric": "story_consent", "options": own}
    survey = make_survey(tenant, questions=[NPS, asked])
    with activate(tenant.pk):
        options = survey.versions.get().questions[1]["options"]
    assert [one["key"] for one in options] == ["yes", "no"]
    assert options[0]["text"]["fi"] == "Sopii"


def test_a_known_name_is_masked_in_what_is_told(world: World) -> None:
    make_customer(world.tenant, "maija", name="Maija Meikäläinen")
    world.tell("This is Maija Meikäläinen, I waited for days", who="maija", nps=1)
    with activate(world.tenant.pk):
        assert "Maija" not in Verbatim.objects.get().text
