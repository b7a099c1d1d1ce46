"""The personal link: one person's survey, answered once, with what it is about frozen in the invitation."""

import json
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from cxplatform.tenancy.context import activate
from journeys.models import Event
from surveys.answer import record_responses
from surveys.asking.optout import opted_out
from surveys.doors import phrases
from surveys.doors.personal import Personal, read_token, token_of
from surveys.models import Invitation, PrizeEntry, Response, Survey
from surveys.models.asking import LegalBasis
from surveys.outcome import Step, _tellers, register
from surveys.questionnaire.wordings import LANGUAGES
from tests.factories import make_channel, make_customer, make_member, make_tenant, make_touchpoint, make_unit
from tests.surveys.guests import Guest, answers, ask_one, invitation, opt_outs
from tests.surveys.test_page import Respondent
from tests.surveys.worlds import CES, NPS, REASON, count_all, make_link, make_survey, submission, totals

pytestmark = pytest.mark.django_db


def back(tenant: Any, **since: float) -> None:
    """Let every answer have been given that much earlier."""
    with activate(tenant.pk):
        for response in Response.objects.all():
            Response.objects.filter(id=response.id).update(answered_at=timezone.now() - timedelta(**since))


def test_a_token_says_who_and_cannot_be_made_by_others(settings: Any) -> None:
    tenant, id_ = make_tenant(), uuid4()
    token = token_of(tenant.pk, id_)
    assert len(token) == 43
    assert read_token(token) == Personal(tenant.pk, id_)
    for place in range(43):
        other = "A" if token[place] != "A" else "B"
        assert read_token(token[:place] + other + token[place + 1 :]) is None
    for nonsense in ("", "x", token[:-1], f"{token}A", f"{token}=", "ä" * 43, "\x00" * 43, "!" * 43, "A" * 4_000):
        assert read_token(nonsense) is None
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 4, [settings.SECRET_KEY]
    assert read_token(token) == Personal(tenant.pk, id_)
    settings.SECRET_KEY_FALLBACKS = []
    assert read_token(token) is None


def test_a_personal_link_is_not_in_the_log() -> None:
    code = (
        "import logging, structlog\n"
        "from cxplatform.logs import logging_config\n"
        "logging_config(level='INFO')\n"
        "logging.getLogger('django.request').warning('%s: %s', 'Gone', '/a/s3cr-et_T/stop')\n"
        "structlog.get_logger('x').info('came', path='https://cx.example/a/s3cr-et_T?q=nps', status=410)\n"
        "try:\n    raise ValueError('/a/s3cr-et_T')\n"
        "except ValueError:\n    logging.getLogger('x').exception('broke')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert "s3cr" not in done.stderr
    assert lines[0]["event"] == "Gone: /a/.../stop"
    assert (lines[1]["path"], lines[1]["status"]) == ("https://cx.example/a/...?q=nps", 410)
    assert "ValueError" in lines[2]["exception"]


def test_what_an_answer_is_about_is_frozen_in_the_invitation() -> None:
    tenant = make_tenant(language="fi")
    place, web, unit = make_touchpoint(tenant), make_channel(tenant), make_unit(tenant)
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=[NPS, REASON], touchpoint=make_touchpoint(tenant))
    cause = uuid4()
    id_ = ask_one(
        tenant, survey, customer_id=customer.id, language="sv-FI", touchpoint_id=place.pk, channel_id=web.pk,
        unit_id=unit.pk, correlation="order 7", event_id=cause,
    )  # fmt: skip
    guest = Guest(tenant, id_, **{"accept-language": "en"})
    assert guest.heading.startswith("Hur sannolikt är det")
    assert invitation(tenant, id_).state == "sent"
    guest.press(a="9").write(reason="Snabbt")
    assert guest.heading == "Tack för ditt svar!"
    (response,) = answers(tenant)
    assert (response.answers, response.texts, response.language) == ({"nps": 9}, {"reason": "Snabbt"}, "sv")
    assert (response.touchpoint_id, response.channel_id, response.unit_id) == (place.pk, web.pk, unit.pk)
    assert (response.customer_id, response.collected_by) == (customer.id, "email")
    assert response.submission_id == f"invitation:{id_}"
    with activate(tenant.pk):
        event = Event.objects.get()
    assert (event.correlation, event.properties["cause"]) == ("order 7", str(cause))
    asked = invitation(tenant, id_)
    assert (asked.state, asked.response_id, asked.address) == ("answered", response.id, "")


def test_one_link_is_one_answer() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    first, second = Guest(tenant, id_), Guest(tenant, id_)
    first.press(a="9")
    second.press(a="9")
    assert Guest(tenant, id_).heading == "Thank you!"
    assert [r.answers for r in answers(tenant)] == [{"nps": 9}]
    count_all(tenant)
    assert totals(tenant)["nps/0-10"] == [0] * 9 + [1, 0]


@pytest.mark.parametrize("minutes", [14, 16])
def test_an_answer_can_be_changed_for_15_minutes(minutes: int) -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant, questions=[NPS, CES]))
    Guest(tenant, id_).press(a="3")
    back(tenant, minutes=minutes)
    guest = Guest(tenant, id_)
    assert ("Change the answer" in guest.html) == (minutes < 15)
    guest.open("?edit=0")
    assert 'value="3" aria-pressed="true"' in guest.html
    guest.press(a="8")
    if minutes < 15:
        assert guest.form["q"] == "ces"
        assert answers(tenant)[0].answers == {"nps": 8}
    else:
        assert (guest.status, "Your earlier answer stands." in guest.html) == (422, True)
        assert answers(tenant)[0].answers == {"nps": 3}
        # What was not answered yet may still be.
        guest.open("?edit=1")
        guest.press(a="7")
        assert answers(tenant)[0].answers == {"nps": 3, "ces": 7}


def test_who_left_in_the_middle_goes_on_where_they_were() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant, questions=[NPS, CES, REASON]))
    Guest(tenant, id_).press(a="3")
    guest = Guest(tenant, id_)
    assert "Go on answering" in guest.html
    guest.open("?edit=1")
    guest.press(a="2").write(reason="Queue <b>stood</b> \u202egnol")
    assert "Go on answering" not in guest.html
    assert "Queue &lt;b&gt;stood&lt;/b&gt;" in guest.answer.content.decode()
    back(tenant, days=2)
    assert "Go on answering" not in Guest(tenant, id_).html


def test_the_same_link_tells_what_came_of_the_answer() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant, questions=[NPS, REASON]))
    Guest(tenant, id_).press(a="3").write(reason="Slow")
    before = Guest(tenant, id_).html
    assert "What happens next" in before
    assert "Slow" in before
    register("test", lambda response, voice: [Step(f"We added a till because of your {response.answers['nps']}.")])
    try:
        assert "We added a till because of your 3." in Guest(tenant, id_).html
    finally:
        del _tellers["test"]


@pytest.mark.parametrize("query", ["?q=nps&a=9", "?q=nps&a=9&lang=en"])
def test_a_score_in_a_mail_is_an_answer_only_once_confirmed(query: str) -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant, questions=[NPS, REASON]))
    for _ in range(3):  # a mail scanner follows every link, perhaps more than once
        for score in range(11):
            assert Client().get(Guest(tenant, id_).address + f"?q=nps&a={score}").status_code == 200
    assert answers(tenant) == []
    guest = Guest(tenant, id_, query)
    assert guest.buttons == ["9"]
    guest.press(a="9")
    assert answers(tenant)[0].answers == {"nps": 9}
    assert guest.heading == "Good to hear! What did we do best?"


def test_only_who_moves_or_presses_has_opened_it() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    guest = Guest(tenant, id_).open("?q=nps&a=9")
    assert "sendBeacon" in guest.html
    assert (invitation(tenant, id_).state, invitation(tenant, id_).opened_at) == ("sent", None)
    assert guest.client.post(guest.address, {"seen": "1"}).status_code == 204
    first = invitation(tenant, id_)
    assert first.state == "opened"
    assert guest.client.post(guest.address, {"seen": "1"}).status_code == 204
    assert invitation(tenant, id_).opened_at == first.opened_at
    assert "sendBeacon" not in guest.open().html
    guest.press(a="9")
    assert guest.client.post(guest.address, {"seen": "1"}).status_code == 204
    assert invitation(tenant, id_).state == "answered"
    assert guest.client.post("/a/forged", {"seen": "1"}).status_code == 404


@pytest.mark.parametrize("query", ["?q=nps&a=11", "?q=none&a=9", "?q=nps&a=%00", "?a=9", "?q=nps&a=<b>", "?edit=x"])
def test_a_score_that_is_not_there_asks_as_if_none_was_chosen(query: str) -> None:
    tenant = make_tenant()
    guest = Guest(tenant, ask_one(tenant, make_survey(tenant)), query)
    assert (guest.status, len(guest.buttons)) == (200, 11)


@pytest.mark.parametrize(
    "sent",
    [{}, {"a": ""}, {"a": "11"}, {"a": "9\x00"}, {"q": "none", "a": "9"}, {"v": "x", "a": "no"}, {"t": "forged"}],
)
def test_bad_input_is_asked_again_and_stores_nothing(sent: dict[str, str]) -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    guest = Guest(tenant, id_).press(**sent)
    assert guest.status in {200, 422}
    assert len(guest.buttons) == 11
    assert answers(tenant) == []
    assert invitation(tenant, id_).state == "opened"


def test_expired_forged_foreign_and_cancelled_links_say_what_to_do() -> None:
    tenant, other = make_tenant(), make_tenant()
    survey = make_survey(tenant)
    id_ = ask_one(tenant, survey)
    token = token_of(tenant.pk, id_)
    for wrong in (token[:-1], token[:-1] + ("A" if token[-1] != "A" else "E"), "x" * 43, token_of(other.pk, id_)):
        for path in (f"/a/{wrong}", f"/a/{wrong}/stop"):
            assert Client().get(path).status_code == Client().post(path, {"a": "9", "q": "nps"}).status_code == 404
    with activate(tenant.pk):
        Invitation.objects.filter(id=id_).update(expires_at=timezone.now())
    guest = Guest(tenant, id_)
    assert (guest.status, guest.heading) == (410, "The time to answer has passed")
    assert guest.press(a="9", q="nps").status == 410
    with activate(tenant.pk):
        Invitation.objects.filter(id=id_).update(
            state="skipped", sent_at=None, expires_at=timezone.now() + timedelta(days=1)
        )
    assert Guest(tenant, id_).status == 404
    archived = ask_one(tenant, survey)
    with activate(tenant.pk):
        Survey.objects.update(archived_at=timezone.now())
    assert Guest(tenant, archived).status == Guest(tenant, archived).press(a="9", q="nps").status == 410
    assert answers(tenant) == answers(other) == []


def test_an_answer_stays_readable_after_the_time_to_answer() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    Guest(tenant, id_).press(a="9")
    with activate(tenant.pk):
        Invitation.objects.filter(id=id_).update(expires_at=timezone.now())
    assert Guest(tenant, id_).heading == "Thank you!"


def test_an_anonymous_answer_leads_to_nobody() -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=[NPS, CES], anonymous=True)
    id_ = ask_one(tenant, survey, customer_id=customer.id, correlation="order 7", event_id=uuid4())
    guest = Guest(tenant, id_)
    assert "This survey is anonymous" in guest.html
    guest.press(a="1").press(a="7")
    assert guest.heading == "Thank you!"
    assert "May we contact you?" not in guest.html
    (response,) = answers(tenant)
    assert response.answers == {"nps": 1, "ces": 7}
    assert (response.customer_id, str(id_) in response.submission_id) == (None, False)
    asked = invitation(tenant, id_)
    assert (asked.state, asked.response_id, asked.address) == ("answered", None, "")
    assert asked.answered_at is not None
    assert asked.answered_at.hour == asked.answered_at.microsecond == 0
    with activate(tenant.pk):
        event = Event.objects.get()
    assert (event.correlation, event.customer_id, event.properties) == (
        "", None, {"survey": survey.slug, "nps": 10.0, "ces": 100.0},
    )  # fmt: skip
    again = Guest(tenant, id_)
    assert "stored anonymously" in again.html
    again.form = {"q": "nps", "t": "x" * 22}
    again.press(a="9")
    assert len(answers(tenant)) == 1


def test_stopping_takes_one_button_and_only_a_post() -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant)
    id_, later = (ask_one(tenant, survey, customer_id=customer.id) for _ in range(2))
    planned = ask_one(tenant, survey, customer_id=customer.id, send=False)
    guest = Guest(tenant, id_)
    page = guest.client.get(f"{guest.address}/stop")
    assert page.content.decode().count("<button") == 1
    assert opt_outs(tenant) == []
    for _ in range(2):
        stopped = guest.client.post(f"{guest.address}/stop", {"List-Unsubscribe": "One-Click"})
        assert "You will get no more surveys" in stopped.content.decode()
    assert [(o.customer_id, o.method, o.how) for o in opt_outs(tenant)][:1] == [(customer.id, "", "mail")]
    assert {invitation(tenant, i).state for i in (id_, later, planned)} == {"refused"}
    assert "ann@example.org" not in str([vars(o) for o in opt_outs(tenant)])


@pytest.mark.parametrize("became", ["skipped", "failed", "answered", "expired", "planned"])
def test_any_link_of_ours_may_say_stop(became: str) -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    id_ = ask_one(tenant, make_survey(tenant), customer_id=customer.id)
    with activate(tenant.pk):
        Invitation.objects.filter(id=id_).update(state=became, address="", sent_at=None)
    stopped = Client().post(f"/a/{token_of(tenant.pk, id_)}/stop")
    assert "You will get no more surveys" in stopped.content.decode()
    assert [o.customer_id for o in opt_outs(tenant)] == [customer.id]


@pytest.mark.parametrize("became", ["answered", "expired"])
def test_staff_whose_address_is_gone_from_the_invitation_are_left_alone_too(became: str) -> None:
    tenant, other = make_tenant(), make_tenant()
    member = make_member(tenant)
    survey = make_survey(tenant, kind="mirror", audience="employee")
    id_ = ask_one(tenant, survey, member_id=member.pk, address=member.user.email)
    with activate(tenant.pk):
        Invitation.objects.filter(id=id_).update(state=became, address="")
    assert Client().post(f"/a/{token_of(tenant.pk, id_)}/stop").status_code == 200
    with activate(tenant.pk):
        assert opted_out([(None, member.user.email, "email")]) == [True]
    again = ask_one(tenant, survey, member_id=member.pk, address=member.user.email)
    assert (invitation(tenant, again).state, invitation(tenant, again).reason) == ("skipped", "opted_out")
    assert opt_outs(other) == []


def test_a_detractor_may_be_contacted_when_they_say_so() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    id_ = ask_one(tenant, survey)
    assert "May we contact you?" not in Guest(tenant, ask_one(tenant, survey)).press(a="9").html
    guest = Guest(tenant, id_).press(a="2")
    assert "May we contact you?" in guest.html
    form = {"end": "contact", "name": "Ann"}
    for wrong in ({}, {"email": "nonsense"}, {"phone": "12"}, {"email": "a@b.fi", "name": "x" * 201}):
        assert guest.press(**form | wrong).status == 422
    guest.press(**form, email="ann@example.org", phone="+358 40 1234567")
    assert (guest.status, "we will contact you" in guest.html) == (200, True)
    contact = next(r.contact for r in answers(tenant) if r.contact)
    assert {name: contact[name] for name in ("name", "email", "phone")} == {
        "name": "Ann", "email": "ann@example.org", "phone": "+358 40 1234567",
    }  # fmt: skip
    assert "May we contact you?" not in Guest(tenant, id_).html


def test_an_entry_to_the_draw_leads_to_no_answer() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, prize_draw="A tyre set, drawn in May.")
    guest = Guest(tenant, ask_one(tenant, survey)).press(a="9")
    assert "A tyre set, drawn in May." in guest.html
    assert guest.press(end="draw", name="Ann", contact="x").status == 422
    for _ in range(2):
        guest.press(end="draw", name="Ann", contact="ann@example.org")
    assert "You are in the draw." in guest.html
    with activate(tenant.pk):
        entry = PrizeEntry.objects.get()
        (response,) = Response.objects.all()
    assert (entry.name, entry.contact) == ("Ann", "ann@example.org")
    assert entry.id.version == 4
    assert str(response.id) not in str(vars(entry))
    assert "ann@example.org" not in str(vars(response))


def test_whoever_came_by_a_link_may_leave_a_contact_for_their_own_answer_only() -> None:
    tenant = make_tenant()
    link = make_link(tenant, make_survey(tenant))
    ann, bob = Respondent(link.code).press(a="1"), Respondent(link.code).press(a="9")
    assert ("May we contact you?" in ann.html, "May we contact you?" in bob.html) == (True, False)
    ann.press(email="ann@example.org")
    for token in ("", "x" * 22, "a\x00b"):
        assert Respondent(link.code).press(end="contact", t=token, email="eve@example.org").status == 200
    assert [(r.contact or {}).get("email") for r in answers(tenant)] == ["ann@example.org", None]


def test_an_anonymous_survey_forgets_who_sent_it_whatever_the_door() -> None:
    tenant = make_tenant()
    make_customer(tenant, "C-1")
    survey = make_survey(tenant, anonymous=True)
    with activate(tenant.pk):
        sent = submission(survey, nps=3, customer="C-1", correlation="order 7")
        assert record_responses([sent], collected_by="api").accepted == 1
        event = Event.objects.get()
    visit = Respondent(make_link(tenant, survey).code).press(a="1")
    assert "May we contact you?" not in visit.html
    visit.press(end="contact", email="ann@example.org", t="x" * 22)
    assert [(r.customer_id, r.contact) for r in answers(tenant)] == [(None, None)] * 2
    assert (event.customer_id, event.correlation) == (None, "")


@pytest.mark.parametrize("basis", LegalBasis.values)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_legal_basis_stands_on_every_survey(basis: str, language: str) -> None:
    tenant = make_tenant(language=language)
    survey = make_survey(tenant, legal_basis=basis)
    assert phrases.LEGAL_BASIS[basis][language] in Respondent(make_link(tenant, survey).code).html


def test_one_address_is_held_back(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 2
    tenant = make_tenant()
    guest = Guest(tenant, ask_one(tenant, make_survey(tenant)))
    held = [status for status in (guest.press(a="9", q="nps").status for _ in range(6)) if status == 429]
    assert held
    assert len(answers(tenant)) == 1


def test_a_robots_speed_is_asked_to_confirm_once(settings: Any) -> None:
    settings.FASTEST_ANSWER_SECONDS = 5
    tenant = make_tenant()
    guest = Guest(tenant, ask_one(tenant, make_survey(tenant))).press(a="9")
    assert (answers(tenant), guest.buttons) == ([], ["9"])
    guest.press(a="9")
    assert [r.answers for r in answers(tenant)] == [{"nps": 9}]
