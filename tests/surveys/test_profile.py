"""A customer is asked for what is not known of them, once, and nobody else is."""

import json
import time
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from cxplatform.pipeline.rebuild import rebuild
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from journeys.erasing import erase
from journeys.merging import merge
from journeys.models import Customer, Dimension
from surveys.answer import record_responses
from surveys.corrections import remove_test_answers
from surveys.doors.pins import pin_hash
from surveys.models import Question, Response, Survey
from surveys.questionnaire.publish import publish
from tests.factories import api_of, make_customer, make_dimension, make_key, make_tenant
from tests.surveys.guests import Guest, answers, ask_one
from tests.surveys.test_identity import signed
from tests.surveys.test_page import Respondent
from tests.surveys.test_widget import TOKEN, document, make_widget, send
from tests.surveys.worlds import CES, NPS, count_all, make_link, make_survey, only_if, option, submission, totals

pytestmark = pytest.mark.django_db

WHO = {
    "key": "who",
    "metric": "profile:segment",
    "options": [option("consumer", "Kuluttaja", en="A consumer"), option("firm", "Yritys", en="A firm")],
}


def make_world(**fields: Any) -> tuple[Tenant, Survey]:
    """A company with the dimension "segment", and a survey that asks for it second."""
    tenant = make_tenant()
    make_dimension(tenant)
    return tenant, make_survey(tenant, questions=[NPS, WHO, CES], **fields)


def segment(tenant: Tenant, number: str = "C-1") -> Any:
    with activate(tenant.pk):
        return Customer.objects.get(external_id=number).dimensions.get("segment")


def notes(tenant: Tenant) -> list[tuple[str, dict[str, Any]]]:
    with activate(tenant.pk):
        told = AuditEntry.objects.filter(model="journeys.customer").order_by("id")
        return list(told.values_list("actor", "changes"))


def record(tenant: Tenant, survey: Survey, *rows: dict[str, Any], by: str = "api") -> list[dict[str, str]]:
    """What was wrong with each that was refused."""
    with activate(tenant.pk):
        recorded = record_responses([submission(survey, **row) for row in rows], collected_by=by)
    return [dict(one.errors) for one in recorded.rejected]


def invite(tenant: Tenant, survey: Survey, customer: Customer | None) -> UUID:
    return ask_one(tenant, survey, customer_id=customer.id if customer else None)


@pytest.mark.parametrize("unknown", [{}, {"segment": ""}, {"segment": None}, {"store": "Kuopio"}])
def test_a_personal_link_asks_what_is_not_known_and_keeps_it(unknown: Any) -> None:
    tenant, survey = make_world()
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1", name="Ann", dimensions=unknown)))
    assert "1 of 3" in guest.html
    guest.press(a="9")
    assert (guest.heading, guest.buttons) == ("Which of these describes you best?", ["consumer", "firm"])
    guest.press(a="firm").press(a="7")
    assert guest.heading == "Thank you!"
    assert "A firm" in guest.html
    (response,) = answers(tenant)
    assert (response.answers, response.dimensions) == ({"nps": 9, "who": "firm", "ces": 7}, {})
    with activate(tenant.pk):
        assert Customer.objects.get(external_id="C-1").dimensions == {**unknown, "segment": "firm"}
    filled = {"fields": ["dimensions"], "filled": "segment", "told_by": "customer"}
    assert notes(tenant) == [("respondent", filled)]
    assert "Ann" not in str(notes(tenant))
    count_all(tenant)
    assert totals(tenant).pop(f"choice/40:{survey.pk}.who") == [0, 1] + [0] * 38
    assert rebuild(tenant.pk)["surveys.rollups"] == 0


def test_what_is_known_is_not_asked() -> None:
    tenant, survey = make_world()
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1", dimensions={"segment": "vip"})))
    assert "1 of 2" in guest.html
    guest.press(a="9")
    assert guest.form["q"] == "ces"
    assert Guest(tenant, invite(tenant, survey, None)).press(a="9").form["q"] == "ces"
    assert segment(tenant) == "vip"


def test_a_dimension_that_is_archived_meanwhile_is_neither_asked_nor_written() -> None:
    tenant, survey = make_world()
    with activate(tenant.pk):
        Dimension.objects.update(archived_at=timezone.now())
    assert Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9").form["q"] == "ces"
    assert record(tenant, survey, {"nps": 9, "who": "firm", "customer": "C-1"}) == []
    assert (segment(tenant), notes(tenant)) == (None, [])


def test_a_value_that_came_meanwhile_stays_and_the_answer_is_kept() -> None:
    tenant, survey = make_world()
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9")
    with activate(tenant.pk):
        Customer.objects.update(dimensions={"segment": "vip"})
    guest.press(a="firm")
    assert guest.form["q"] == "ces"
    assert answers(tenant)[0].answers == {"nps": 9, "who": "firm"}
    assert (segment(tenant), notes(tenant)) == ("vip", [])


def test_a_slip_is_put_right_while_it_stands_there() -> None:
    tenant, survey = make_world()
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9").press(a="firm")
    guest.press(back="1")
    assert guest.buttons == ["consumer", "firm"]
    guest.press(a="consumer")
    assert segment(tenant) == "consumer"
    with activate(tenant.pk):
        Customer.objects.update(dimensions={"segment": "vip"})
    guest.press(back="1").press(a="firm")
    assert (segment(tenant), answers(tenant)[0].answers["who"]) == ("vip", "firm")


def test_a_survey_made_anonymous_asks_nobody() -> None:
    tenant, survey = make_world()
    with activate(tenant.pk):
        Survey.objects.update(anonymous=True)
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9")
    assert guest.form["q"] == "ces"
    guest.press(q="who", a="firm")
    assert answers(tenant)[0].answers == {"nps": 9}
    (errors,) = record(tenant, survey, {"nps": 9, "who": "firm", "customer": "C-1"})
    assert errors == {
        "answers.who": "This survey is anonymous, so nobody is asked for their profile. Leave this answer out."
    }
    assert segment(tenant) is None


def test_a_link_asks_nobody_and_takes_no_such_answer() -> None:
    tenant, survey = make_world()
    visit = Respondent(make_link(tenant, survey).code)
    assert "1 of 2" in visit.html
    visit.press(q="who", a="firm")
    assert (visit.status, visit.form["q"], answers(tenant)) == (200, "ces", [])
    visit.press(q="nps", a="9").press(q="who", a="firm").press(a="7")
    assert visit.heading == "Thank you!"
    assert [r.answers for r in answers(tenant)] == [{"nps": 9, "ces": 7}]


def test_what_hangs_on_a_question_not_asked_is_not_asked_either() -> None:
    tenant = make_tenant()
    make_dimension(tenant)
    of_firms = {"key": "ces", "metric": "ces/1-7", "only_if": only_if("who", "is", "firm")}
    survey = make_survey(tenant, questions=[NPS, WHO, of_firms])
    visit = Respondent(make_link(tenant, survey).code)
    assert "1 of" not in visit.html
    assert visit.press(a="9").heading == "Thank you!"
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9").press(a="firm")
    assert guest.form["q"] == "ces"


def test_a_kiosk_neither_asks_nor_takes_it() -> None:
    tenant, survey = make_world()
    link = make_link(tenant, survey, pin_hash=pin_hash("2468"))
    page = Client().get(f"/k/{link.code}").content.decode()
    assert '"key":"ces"' in page
    assert '"key":"who"' not in page
    sent = {"token": TOKEN, "version": 1, "answers": {"nps": "9", "who": "firm"}}
    told = Client().post(f"/k/{link.code}/answers", json.dumps({"answers": [sent]}), content_type="application/json")
    assert (told.json()["errors"], [r.answers for r in answers(tenant)]) == ({}, [{"nps": 9}])


def ask_widget(widget: Any, **fields: Any) -> Any:
    headers = {"origin": "https://www.example.fi"}
    body = json.dumps(fields)
    return Client().post(f"/w/{widget.key}/ask", body, content_type="application/json", headers=headers).json()


def test_a_widget_asks_who_its_company_says_is_its_customer() -> None:
    tenant, survey = make_world()
    widget = make_widget(tenant, survey)
    marks = [question.get("gap") for question in document(widget)["languages"]["fi"]["questions"]]
    assert marks == [None, True, None]
    make_customer(tenant, "C-2", dimensions={"segment": "vip"})
    ann, bob = (signed(widget, sub=number, exp=time.time() + 600) for number in ("C-1", "C-2"))
    assert "gaps" not in ask_widget(widget)
    assert "gaps" not in ask_widget(widget, identity=bob)
    asked = ask_widget(widget, identity=ann)
    assert asked["gaps"] == ["who"]
    assert send(widget, ask=asked["ask"], identity=ann, answers={"nps": "9"}).status_code == 200
    for _ in range(2):
        told = send(widget, ask=asked["ask"], identity=ann, answers={"nps": "9", "who": "firm"})
        assert told.status_code == 200
    assert segment(tenant) == "firm"
    assert [r.answers for r in answers(tenant)] == [{"nps": 9, "who": "firm"}]
    assert len(notes(tenant)) == 1


def test_a_widgets_nameless_visitor_tells_nothing_of_a_profile() -> None:
    tenant, survey = make_world()
    widget = make_widget(tenant, survey)
    forged = signed(widget, secret="another", sub="C-1", exp=time.time() + 600)
    make_customer(tenant, "C-1")
    told = send(widget, identity=forged, answers={"nps": "9", "who": "firm"})
    assert (told.status_code, [r.answers for r in answers(tenant)]) == (200, [{"nps": 9}])
    assert send(widget, token="u" * 22, answers={"who": "firm"}).json() == {"taken": False}
    assert (len(answers(tenant)), segment(tenant)) == (1, None)


def test_over_rest_only_a_known_customers_answer_is_taken() -> None:
    tenant, survey = make_world()
    client = api_of(make_key(tenant, scopes=["responses:write"]))

    def post(**fields: Any) -> Any:
        body = {"submission_id": "s", "survey": survey.slug, "answers": {"nps": 9, "who": "firm"}, **fields}
        return client.post("/api/v1/responses", json.dumps(body), content_type="application/json").json()

    told = "Only a known customer is asked this: it becomes their segment. Send customer, or leave this answer out."
    assert post()["rejected"][0]["errors"] == {"answers.who": told}
    assert post(customer="C-1", audience="employee")["rejected"][0]["errors"] == {"answers.who": told}
    wrong = post(customer="C-1", answers={"nps": 9, "who": "vip"})["rejected"][0]["errors"]
    assert wrong == {"answers.who": "who: 'vip' is not among the options; give one of consumer, firm"}
    assert post(customer="C-1")["accepted"] == 1  # whom nobody knew before
    assert post(customer="C-1", answers={"nps": 9, "who": "consumer"})["duplicates"] == 1
    assert post(customer="C-1", submission_id="t", answers={"nps": 9, "who": "consumer"})["accepted"] == 1
    assert (segment(tenant), len(notes(tenant))) == ("firm", 1)


def test_a_batch_fills_many_the_first_word_stands_and_tests_write_nothing() -> None:
    tenant, survey = make_world()
    rows: list[dict[str, Any]] = [
        {"nps": 9, "who": "firm", "customer": "C-1"},
        {"nps": 9, "who": "consumer", "customer": "C-1"},
        {"nps": 9, "who": "consumer", "customer": "C-2"},
        {"nps": 9, "who": "firm", "customer": "C-3", "test": True},
        {"nps": 9, "customer": "C-4"},
    ]
    assert record(tenant, survey, *rows) == []
    assert [segment(tenant, f"C-{n}") for n in (1, 2, 3, 4)] == ["firm", "consumer", None, None]
    with activate(tenant.pk):
        remove_test_answers(list(Response.objects.values_list("id", flat=True)))
    assert segment(tenant) == "firm"


def test_an_erased_customer_is_not_asked_and_gets_no_value() -> None:
    tenant, survey = make_world()
    customer = make_customer(tenant, "C-1")
    id_ = invite(tenant, survey, customer)
    guest = Guest(tenant, id_).press(a="9")
    with activate(tenant.pk):
        erase(customer)
        ghost = Customer.objects.get()
    guest.press(a="firm")
    assert record(tenant, survey, {"nps": 9, "who": "firm", "customer": ghost.external_id}) == []
    with activate(tenant.pk):
        assert Customer.objects.get().dimensions == {}


def test_the_answer_to_a_number_merged_meanwhile_is_the_other_numbers() -> None:
    tenant, survey = make_world()
    stays, gone = make_customer(tenant, "C-1"), make_customer(tenant, "C-2")
    guest = Guest(tenant, invite(tenant, survey, gone)).press(a="9")
    with activate(tenant.pk):
        merge(stays=stays, number="C-2")
    guest.press(a="firm")
    assert segment(tenant) == "firm"


def test_another_companys_customer_of_that_number_is_left_alone() -> None:
    tenant, survey = make_world()
    other, _ = make_world()
    make_customer(other, "C-1")
    assert record(tenant, survey, {"nps": 9, "who": "firm", "customer": "C-1"}) == []
    assert (segment(tenant), segment(other), notes(other)) == ("firm", None, [])


def test_only_a_survey_with_such_a_question_costs_more() -> None:
    tenant, survey = make_world()
    plain = make_survey(tenant)
    costs = []
    for of, fields in ((plain, {}), (survey, {}), (survey, {"who": "firm"})):
        record(tenant, of, {"nps": 9, "customer": "C-9"})
        with activate(tenant.pk), CaptureQueriesContext(connection) as asked:
            record_responses([submission(of, nps=9, customer="C-1", **fields)], collected_by="api")
        costs.append(len([query for query in asked if not query["sql"].startswith("PREPARE")]))
    assert costs == [1, 1, 3]  # the answer; the customer; the history


def refused(survey: Survey, *questions: Any, **fields: Any) -> list[str]:
    with activate(survey.tenant_id), translation.override("en"):
        Question.objects.filter(survey=survey).delete()
        Survey.objects.filter(pk=survey.pk).update(**fields)
        for position, question in enumerate(questions):
            given = question if isinstance(question, dict) else dict(zip(("key", "metric"), question, strict=True))
            Question.objects.create(survey=survey, position=position, **given)
        with pytest.raises(ValidationError) as error:
            publish(survey)
    return error.value.message_dict["questions"]


def test_a_draft_says_what_is_wrong_with_it() -> None:
    tenant, survey = make_world()
    make_dimension(tenant, "old", archived_at=timezone.now())
    bare = {**WHO, "options": []}
    assert refused(survey, NPS, {**WHO, "metric": "profile:none"}) == [
        "“who”: there is no dimension “none”. Choose one from the list."
    ]
    assert refused(survey, NPS, {**WHO, "metric": "profile:old"}) == [
        "“who”: the dimension “old” is archived. Restore it or choose another."
    ]
    assert refused(survey, NPS, {**WHO, "metric": "profile:Not one"}) == [
        "“who”: there is no question type “profile:Not one”. Choose one from the list."
    ]
    assert refused(survey, NPS, bare) == ["“who”: no customer has a value of “segment” yet. Write the options."]
    assert refused(survey, NPS, {**WHO, "options": WHO["options"][:1]}) == ["“who”: give at least two options."]  # type: ignore[index]
    assert refused(survey, WHO, NPS) == ["“who”: begin with what everybody is asked. Move this question further down."]
    assert refused(survey, NPS, WHO, {**WHO, "key": "too"}) == [
        "“too”: one question of the customer's profile a survey is enough. Remove one of them."
    ]
    five = [NPS, CES, ("csat", "csat/1-5"), ("heard", "heard/3"), ("felt", "emotion/7")]
    assert refused(survey, *five, WHO)[0].startswith("Keep at most 5 questions")
    assert refused(survey, NPS, WHO, audience="employee") == [
        "“who”: only customers have a profile to fill in. Remove it from a survey of staff."
    ]
    assert refused(survey, NPS, WHO, audience="customer", anonymous=True) == [
        "“who”: an anonymous survey knows no customer to ask this of. Remove it."
    ]


def test_without_options_of_its_own_it_offers_the_values_there_are() -> None:
    tenant = make_tenant()
    make_dimension(tenant)
    for number, value in enumerate(["Yritys, iso", "Kuluttaja", "Kuluttaja", "", None]):
        make_customer(tenant, f"K-{number}", dimensions={"segment": value})
    survey = make_survey(tenant, questions=[NPS, {**WHO, "options": []}])
    guest = Guest(tenant, invite(tenant, survey, make_customer(tenant, "C-1"))).press(a="9")
    assert guest.buttons == ["Kuluttaja", "Yritys, iso"]
    guest.press(a="Yritys, iso")
    assert segment(tenant) == "Yritys, iso"
    for number in range(41):
        make_customer(tenant, f"M-{number}", dimensions={"segment": f"value {number}"})
    assert refused(survey, NPS, {**WHO, "options": []}) == [
        "“who”: “segment” has over 40 values. Write the options to offer."
    ]


def test_a_draft_over_rest_names_the_dimension() -> None:
    tenant = make_tenant()
    make_dimension(tenant)
    client = api_of(make_key(tenant, scopes=["definitions:read", "definitions:write"]))
    who = {"key": "who", "metric": "profile:segment", "options": [option("Pieni yritys"), option("Muu")]}

    def send(question: Any) -> Any:
        draft = {"questions": [{"key": "nps", "metric": "nps/0-10"}, question]}
        return client.patch("/api/v1/surveys/visit", json.dumps(draft), content_type="application/json")

    client.post("/api/v1/surveys", json.dumps({"slug": "visit", "name": "V"}), content_type="application/json")
    assert send(who).json()["questions"][1]["metric"] == "profile:segment"
    assert client.post("/api/v1/surveys/visit/publish").json()["published_version"] == 1
    assert send({**who, "metric": "profile:"}).status_code == send({**who, "metric": "choice"}).status_code == 400
    assert "questions[1].options[0].key" in str(send({**who, "metric": "choice"}).json())
    send({**who, "metric": "profile:none"})
    assert "there is no dimension" in str(client.post("/api/v1/surveys/visit/publish").json())


@pytest.mark.parametrize("method", ["email", "sms"])
def test_who_left_before_it_is_asked_when_they_come_back(method: str) -> None:
    tenant, survey = make_world()
    id_ = ask_one(tenant, survey, customer_id=make_customer(tenant, "C-1").id, method=method, address="+358401234567")
    Guest(tenant, id_).press(a="9")
    guest = Guest(tenant, id_)
    assert "edit=1" in guest.html
    assert guest.open("?edit=1").buttons == ["consumer", "firm"]
    guest.press(a="firm").press(a="7")
    assert "edit=1" not in Guest(tenant, id_).html.replace("edit=0", "")
    assert segment(tenant) == "firm"
