"""The hosted survey page: one question a screen, without script or cookie, in the respondent's language."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from surveys.models import Question, Response
from surveys.questionnaire.publish import publish
from surveys.questionnaire.questions import QUESTION_TYPES
from surveys.questionnaire.wordings import LANGUAGES
from tests.factories import make_channel, make_journey, make_tenant, make_touchpoint, make_unit
from tests.surveys.worlds import CES, NPS, REASON, count_all, make_link, make_survey, option, totals

pytestmark = pytest.mark.django_db


class Respondent:
    """Somebody with a browser that runs no script: opens the page, presses buttons."""

    def __init__(self, code: str, **headers: str) -> None:
        self.client, self.address, self.headers = Client(), f"/s/{code}", headers
        self.see(self.client.get(self.address, headers=headers))

    def see(self, answer: Any) -> None:
        self.answer, self.status = answer, answer.status_code
        self.html = unescape(answer.content.decode())
        self.form = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', self.html))

    def press(self, **fields: str) -> "Respondent":
        self.see(self.client.post(self.address, {**self.form, **fields}, headers=self.headers))
        return self

    def write(self, **texts: str) -> "Respondent":
        return self.press(**{f"text-{key}": text for key, text in texts.items()})

    @property
    def heading(self) -> str:
        return re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", self.html, re.S)[1]).strip()  # type: ignore[index]


def responses(tenant: Tenant) -> list[Response]:
    with activate(tenant.pk):
        return list(Response.objects.order_by("id"))


def test_three_taps_from_the_question_to_thanks() -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    web, unit = make_channel(tenant), make_unit(tenant)
    place = make_touchpoint(tenant)
    survey = make_survey(tenant, questions=[NPS, CES, REASON])
    link = make_link(tenant, survey, touchpoint_id=place.pk, channel_id=web.pk, unit_id=unit.pk)

    visit = Respondent(link.code)
    assert visit.heading.startswith("Kuinka todennäköisesti suosittelisit meitä")
    assert re.findall(r'<button name="a" value="(\d+)"', visit.html) == [str(n) for n in range(11)]
    visit.press(a="3")
    assert count_all(tenant) == 1  # the first answer counts at once
    assert totals(tenant)["nps/0-10"][3] == 1
    assert visit.heading == "Rengasala teki asiani hoitamisesta helppoa."
    visit.press(a="2")
    assert visit.heading == "Kiitos rehellisyydestä. Mikä jäi vaivaamaan?"
    visit.write(reason="Jono <b>seisoi</b>", reason_wish="Toinen kassa")
    assert visit.heading == "Kiitos vastauksestasi!"
    assert not visit.client.cookies

    (response,) = responses(tenant)
    assert (response.answers, response.texts) == (
        {"nps": 3, "ces": 2},
        {"reason": "Jono <b>seisoi</b>", "reason_wish": "Toinen kassa"},
    )
    assert (response.touchpoint_id, response.channel_id, response.unit_id) == (place.pk, web.pk, unit.pk)
    assert (response.language, response.collected_by, response.is_test) == ("fi", "link", False)
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0, 0, 0, 1] + [0] * 7, "ces/1-7": [0, 1, 0, 0, 0, 0, 0]}


@pytest.mark.parametrize(
    ("score", "asked"),
    [
        ("10", "Good to hear! What did we do best?"),
        ("9", "Good to hear! What did we do best?"),
        ("8", "What would make it even better?"),
        ("7", "What would make it even better?"),
        ("6", "Thank you for being honest. What let you down?"),
    ],
)
def test_the_reason_is_asked_by_the_score(score: str, asked: str) -> None:
    tenant = make_tenant()
    link = make_link(tenant, make_survey(tenant, questions=[NPS, REASON]))
    visit = Respondent(link.code).press(a=score)
    assert visit.heading == asked
    assert ("What would put it right?" in visit.html) == (score == "6")


@pytest.mark.parametrize(
    ("query", "accept", "own", "language"),
    [
        ("", "sv-FI,sv;q=0.9,en;q=0.5", "fi", "sv"),
        ("", "de, en-GB;q=0.7", "fi", "en"),
        ("", "de", "fi", "fi"),
        ("", "", "sv", "sv"),
        ("?lang=en", "fi", "fi", "en"),
        ("?lang=xx", "sv", "fi", "sv"),
        ("", "*;;q=nonsense\x00", "fi", "fi"),
    ],
)
def test_the_language_is_the_respondents(query: str, accept: str, own: str, language: str) -> None:
    tenant = make_tenant(language=own)
    link = make_link(tenant, make_survey(tenant))
    answer = Client().get(f"/s/{link.code}{query}", headers={"accept-language": accept})
    assert f'<html lang="{language}">' in answer.content.decode()
    assert answer["Content-Language"] == language


def test_a_language_chosen_stays_to_the_end() -> None:
    tenant = make_tenant(language="fi")
    link = make_link(tenant, make_survey(tenant, questions=[NPS, CES]))
    visit = Respondent(link.code)
    visit.see(visit.client.get(f"/s/{link.code}?lang=sv"))
    visit.press(a="9").press(a="7")
    assert visit.heading == "Tack för ditt svar!"
    assert responses(tenant)[0].language == "sv"


def test_formal_address_and_the_relationship_wording() -> None:
    tenant = make_tenant(language="fi", formal_address=True)
    link = make_link(tenant, make_survey(tenant, kind="relationship"))
    assert Respondent(link.code).heading == (
        "Kuinka todennäköisesti suosittelisitte meitä ystävällenne tai kollegallenne?"
    )


def test_a_surveys_own_wording_is_shown_where_there_is_one() -> None:
    tenant = make_tenant(name="Oy & Ab")
    survey = make_survey(tenant, wording={"en": "{company}: would you {come} <b>back</b>?", "fi": " "})
    link = make_link(tenant, survey)
    page = Respondent(link.code)
    assert "<h1>Oy &amp; Ab: would you {come} &lt;b&gt;back&lt;/b&gt;?</h1>" in page.answer.content.decode()
    assert Respondent(link.code, **{"accept-language": "fi"}).heading.startswith("Kuinka todennäköisesti")


@pytest.mark.parametrize("third", range(3))
def test_every_question_type_is_asked_in_every_language_and_its_answers_taken(third: int) -> None:
    tenant = make_tenant(name="Rengasala")
    asked = {f"q{n}": metric for n, metric in enumerate(QUESTION_TYPES) if n % 3 == third}  # a survey has 20 at most
    questions = []
    for key, metric in asked.items():
        kind = QUESTION_TYPES[metric]
        own = {language: f"Promise {key} in {language}?" for language in LANGUAGES} if kind.needs_wording else {}
        options = [option("word")] if kind.of_word else []
        if kind.choose and not kind.options:
            options = [option("a"), option("b"), option("c")]
        questions.append({"key": key, "metric": metric, "options": options, "wording": own})
    survey = make_survey(
        tenant, questions=questions, journey_id=make_journey(tenant).journey.pk, long_because="All there are"
    )
    link = make_link(tenant, survey)
    headings: dict[str, set[str]] = {key: set() for key in asked}
    scores, chosen = {}, {}
    for language in LANGUAGES:
        visit = Respondent(link.code, **{"accept-language": language})
        for key, metric in asked.items():
            kind = QUESTION_TYPES[metric]
            assert visit.form["q"] == key
            assert "{" not in visit.html.partition("</style>")[2]
            headings[key].add(visit.heading)
            values = re.findall(r' name="a" value="([^"]+)"', visit.html)
            assert len(values) == (kind.scale.bins if kind.scale else len(kind.options) or 3 if kind.choose else 0)
            visit.press(**({"a": values[-1]} if values else {}))
            if kind.scale:
                scores[f"{metric}:{key}" if kind.of_word else metric] = kind.scale.bins - 1
            elif kind.choose:
                chosen[key] = [values[-1]] if metric == "choices" else values[-1]
    assert {key: len(seen) for key, seen in headings.items()} == dict.fromkeys(asked, len(LANGUAGES))
    taken = responses(tenant)
    # What was chosen is counted by survey and question, as "choice/40:18.q34".
    scaled = [{name: bin_ for name, bin_ in each.scores.items() if "." not in name} for each in taken]
    assert scaled == [scores] * 3
    assert [{key: response.answers[key] for key in chosen} for response in taken] == [chosen] * 3


def test_the_same_screen_sent_twice_counts_once_and_back_changes_the_answer() -> None:
    tenant = make_tenant()
    link = make_link(tenant, make_survey(tenant, questions=[NPS, CES]))
    visit = Respondent(link.code)
    first = dict(visit.form)
    for _ in range(2):
        visit.form = dict(first)
        visit.press(a="2")
    visit.press(back="1")
    assert visit.form["q"] == "nps"
    visit.press(a="8").press(a="7")
    assert [r.answers for r in responses(tenant)] == [{"nps": 8, "ces": 7}]
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0] * 8 + [1, 0, 0], "ces/1-7": [0] * 6 + [1]}


def test_questions_can_be_skipped_unless_required() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS, CES, REASON])
    with activate(tenant.pk):
        Question.objects.filter(key="reason").update(required=True)
        publish(survey)
    visit = Respondent(make_link(tenant, survey).code)
    visit.press(skip="1").press(a="7")
    assert 'name="skip"' not in visit.html
    visit.press(skip="1", **{"text-reason": "  "})
    assert (visit.status, visit.form["q"]) == (422, "reason")
    assert "Write an answer before you continue." in visit.html
    visit.write(reason="ok")
    assert visit.heading == "Thank you!"
    assert [(r.answers, r.texts) for r in responses(tenant)] == [({"ces": 7}, {"reason": "ok"})]


@pytest.mark.parametrize(
    "sent", [{}, {"a": ""}, {"a": "11"}, {"a": "-1"}, {"a": "nine"}, {"a": "9\x00"}, {"a": "9" * 400}]
)
def test_a_bad_answer_asks_again_and_says_what_to_do(sent: dict[str, str]) -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant)).code)
    token = visit.form["t"]
    visit.press(**sent)
    assert (visit.status, visit.form["t"]) == (422, token)
    assert 'role="alert" id="problem">Choose one of the options.' in visit.html
    assert responses(tenant) == []


def test_a_text_too_long_is_kept_in_the_field() -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant, questions=[REASON])).code)
    visit.write(reason="å" * 5_001)
    assert visit.status == 422
    assert "Shorten it to 5,000 characters." in visit.html
    assert "å" * 5_001 in visit.html
    visit.write(reason="å" * 5_000)
    assert [len(r.texts["reason"]) for r in responses(tenant)] == [5_000]


@pytest.mark.parametrize(
    "forged",
    [{"t": ""}, {"t": "short"}, {"t": "x" * 200}, {"q": "none"}, {"v": "999999999999"}, {"v": "x"}, {"lang": "xx"}],
)
def test_a_forged_form_begins_anew_or_is_read_as_the_newest_version(forged: dict[str, str]) -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant)).code)
    visit.press(a="9", **forged)
    assert visit.status == 200
    assert len(responses(tenant)) == (0 if {"t", "q"} & set(forged) else 1)


def test_who_began_with_an_older_version_ends_with_it() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[NPS, CES])
    visit = Respondent(make_link(tenant, survey).code).press(a="9")
    with activate(tenant.pk):
        Question.objects.filter(key="ces").delete()
        publish(survey)
    visit.press(a="7")
    assert visit.heading == "Thank you!"
    with activate(tenant.pk):
        assert Response.objects.values_list("answers", "version__number").get() == ({"nps": 9, "ces": 7}, 1)


def test_a_robot_that_fills_in_everything_is_thanked_and_not_counted() -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant)).code).press(a="9", website="https://spam.example")
    assert (visit.status, visit.heading, responses(tenant)) == (200, "Thank you!", [])


def test_unknown_codes_and_closed_links_say_what_to_do() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    for code in ("nosuchcode", "x\x00y", "a b", "ä"):
        visit = Respondent(code)
        assert (visit.status, "Tarkista osoite" in visit.html) == (404, True)
    visit = Respondent(make_link(tenant, survey, closed_at=timezone.now()).code)
    assert (visit.status, visit.heading) == (410, "This survey has closed")
    assert visit.press(a="9", t="x" * 22, q="nps").status == 410
    link = make_link(tenant, survey)
    with activate(tenant.pk):
        type(survey).objects.filter(pk=survey.pk).update(archived_at=timezone.now())
    assert Respondent(link.code).status == 410
    assert responses(tenant) == []


def test_a_link_to_another_companys_survey_opens_nothing() -> None:
    ours, theirs = make_tenant(), make_tenant()
    link = make_link(theirs, make_survey(ours))
    assert Respondent(link.code).status == 410
    assert Respondent(link.code).press(a="9", t="x" * 22, q="nps").status == 410
    assert responses(ours) == responses(theirs) == []


def test_a_submission_of_one_link_cannot_be_changed_through_another() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    Respondent(make_link(tenant, survey).code).press(a="9")
    token = responses(tenant)[0].submission_id.rpartition(":")[2]
    Respondent(make_link(tenant, survey).code).press(t=token, a="0")
    assert [r.answers for r in responses(tenant)] == [{"nps": 9}, {"nps": 0}]


def test_a_code_typed_in_capitals_is_the_same() -> None:
    tenant = make_tenant()
    assert Respondent(make_link(tenant, make_survey(tenant)).code.upper()).status == 200


def test_a_test_link_says_so_and_counts_nothing() -> None:
    tenant = make_tenant()
    visit = Respondent(make_link(tenant, make_survey(tenant), is_test=True).code)
    assert "the answer does not count in the results" in visit.html
    visit.press(a="9")
    assert [r.is_test for r in responses(tenant)] == [True]
    assert (count_all(tenant), totals(tenant)) == (0, {})


def test_one_address_is_held_back_and_nobody_when_valkey_is_away(settings: Any) -> None:
    settings.ANSWERS_PER_MINUTE = 2
    tenant = make_tenant()
    code = make_link(tenant, make_survey(tenant)).code
    # A minute may end in between, but not twice.
    held = [visit for visit in (Respondent(code).press(a="9") for _ in range(5)) if visit.status == 429]
    assert held
    assert (held[0].answer["Retry-After"], held[0].heading) == ("60", "One moment")
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": "redis://localhost:1/0"}}
    assert [Respondent(code).press(a="9").status for _ in range(4)] == [200] * 4


def test_the_page_is_small_and_whole(settings: Any) -> None:
    tenant = make_tenant(language="fi")
    survey = make_survey(tenant, questions=[("q", "emotion/7"), REASON], privacy_notice="Rekisterinpitäjä. " * 60)
    answer = Client().get(f"/s/{make_link(tenant, survey).code}")
    size = len(answer.content) + sum(len(f"{name}: {value}\r\n") for name, value in answer.items())
    assert size < 15_000
    html = answer.content.decode()
    assert not re.findall(r"<(?:script|img|link rel=.stylesheet|iframe)", html)
    assert not re.findall(r' (?:style|on\w+)="', html)
    nonce = re.search(r'<style nonce="([^"]+)">', html)
    assert nonce
    assert f"'nonce-{nonce[1]}'" in answer["Content-Security-Policy"]
    assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex")
    assert "cookie" not in answer.get("Vary", "").lower()


def test_the_first_page_takes_two_reads() -> None:
    tenant = make_tenant()
    code = make_link(tenant, make_survey(tenant)).code
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(f"/s/{code}").status_code == 200
    said = [q["sql"].split()[0] for q in queries if "set_config" not in q["sql"]]
    # The survey's statement is prepared once per connection, perhaps by this very request.
    assert [word for word in said if word not in {"SAVEPOINT", "RELEASE", "PREPARE"}] == ["SELECT", "EXECUTE"]


def test_methods_other_than_reading_and_answering_are_refused() -> None:
    tenant = make_tenant()
    code = make_link(tenant, make_survey(tenant)).code
    assert Client().head(f"/s/{code}").status_code == 200
    assert Client().put(f"/s/{code}").status_code == 405
