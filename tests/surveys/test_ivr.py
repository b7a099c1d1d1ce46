"""One question at the end of a phone call, over REST: consent first, in the customer's own language, once a call."""

from typing import Any

import pytest

from cxplatform.tenancy.context import activate
from surveys.asking.optout import opt_out
from surveys.models import Invitation
from tests.factories import api_of, make_customer, make_key, make_tenant, make_touchpoint, make_unit
from tests.surveys.guests import answers, ask_one
from tests.surveys.worlds import count_all, make_survey, totals

pytestmark = pytest.mark.django_db
FCR = [("fcr", "fcr/5")]
CALL: dict[str, Any] = {"call_id": "c-1", "consent": True, "answer": 1}


def post(tenant: Any, **fields: Any) -> Any:
    return api_of(make_key(tenant)).post("/api/v1/ivr/answers", fields, content_type="application/json")


def ledger(tenant: Any) -> list[Invitation]:
    with activate(tenant.pk):
        return list(Invitation.objects.order_by("id"))


def test_a_call_is_one_answer_at_its_place() -> None:
    tenant = make_tenant(language="fi")
    place, unit = make_touchpoint(tenant, "phone-service"), make_unit(tenant, "north")
    customer = make_customer(tenant, "C-1", locale="sv-FI")
    make_survey(tenant, "after-call", questions=FCR)
    call = CALL | {"customer": "C-1", "touchpoint": "phone-service", "unit": "north", "language": "fi"}
    first, again = post(tenant, **call), post(tenant, **call)
    assert first.status_code == again.status_code == 200
    assert (first.json()["state"], first.json()["duplicate"]) == ("answered", False)
    assert again.json() == first.json() | {"duplicate": True}
    (response,) = answers(tenant)
    assert (response.answers, response.language, response.collected_by) == ({"fcr": "first"}, "sv", "ivr")
    assert (response.touchpoint_id, response.unit_id, response.customer_id) == (place.pk, unit.pk, customer.id)
    (asked,) = ledger(tenant)
    assert (asked.method, asked.state, asked.customer_id, asked.response_id) == (
        "ivr", "answered", customer.id, response.id,
    )  # fmt: skip
    assert (asked.touchpoint_id, asked.unit_id) == (place.pk, unit.pk)
    count_all(tenant)
    assert sum(totals(tenant)["fcr/5"]) == 1


def test_a_refusal_is_kept_and_holds_no_answer() -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    make_survey(tenant, questions=FCR)
    assert post(tenant, **CALL | {"consent": False, "customer": "C-1"}).json()["state"] == "refused"
    assert answers(tenant) == []
    (asked,) = ledger(tenant)
    assert (asked.state, asked.customer_id, asked.response_id) == ("refused", customer.id, None)


def test_a_caller_who_pressed_nothing_may_press_later() -> None:
    tenant = make_tenant()
    make_survey(tenant, questions=FCR)
    assert post(tenant, call_id="c", consent=True).json()["state"] == "asked"
    assert post(tenant, call_id="c", consent=True, answer="no").json()["state"] == "answered"
    assert [(i.state, i.address) for i in ledger(tenant)] == [("answered", "")]


@pytest.mark.parametrize(
    ("sent", "value"),
    [(1, "first"), (5, "too_early"), ("2", "later"), ("partly", "partly")],
)
def test_a_key_or_a_name_is_an_answer(sent: Any, value: str) -> None:
    tenant = make_tenant()
    make_survey(tenant, questions=FCR)
    assert post(tenant, **CALL | {"answer": sent}).status_code == 200
    assert answers(tenant)[0].answers == {"fcr": value}


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"answer": 0}, "answer"),
        ({"answer": 6}, "answer"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": ""}, "answer"),
        ({"answer": 1.5}, "answer"),
        ({"call_id": " "}, "call_id"),
        ({"call_id": "x" * 201}, "call_id"),
        ({"call_id": "a\x00b"}, "call_id"),
        ({"customer": "a\x00b"}, "customer"),
        ({"consent": "yes"}, "consent"),
        ({"survey": "none"}, "survey"),
        ({"unknown": 1}, "body"),
        ({"phone": "1" * 51}, "phone"),
    ],
)
def test_bad_calls_are_refused_by_field(sent: dict[str, Any], field: str) -> None:
    tenant = make_tenant()
    make_survey(tenant, questions=FCR)
    answer = post(tenant, **CALL | sent)
    assert answer.status_code == 400
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert (answers(tenant), ledger(tenant)) == ([], [])


def test_which_survey_must_be_clear() -> None:
    tenant = make_tenant()
    assert "Publish a survey" in post(tenant, **CALL).json()["errors"][0]["message"]
    make_survey(tenant, "one", questions=FCR)
    make_survey(tenant, "two", questions=FCR)
    assert "one, two" in post(tenant, **CALL).json()["errors"][0]["message"]
    assert post(tenant, **CALL | {"survey": "two"}).status_code == 200


@pytest.mark.parametrize(
    ("locale", "asked", "language", "question"),
    [
        ("fi", "en", "fi", "Saitko asiasi hoidettua?"),
        ("", "sv", "sv", "Fick du ditt ärende skött?"),
        ("xx", "xx", "fi", "Saitko asiasi hoidettua?"),
    ],
)
def test_the_question_is_in_the_customers_own_language(locale: str, asked: str, language: str, question: str) -> None:
    tenant = make_tenant(language="fi")
    make_customer(tenant, "C-1", locale=locale)
    make_survey(tenant, "after-call", questions=FCR)
    answer = api_of(make_key(tenant)).get(f"/api/v1/ivr/question?customer=C-1&language={asked}").json()
    assert (answer["language"], answer["question"], answer["ask"]) == (language, question, True)
    assert [(option["key"], option["name"]) for option in answer["options"]] == list(
        enumerate(["first", "later", "partly", "no", "too_early"], 1)
    )


def test_who_does_not_want_to_be_asked_is_not() -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=FCR)
    client = api_of(make_key(tenant))
    with activate(tenant.pk):
        opt_out(customer_id=customer.id, how="staff")
        opt_out(address="+358401234567", how="sms")
    assert client.get("/api/v1/ivr/question?customer=C-1").json()["ask"] is False
    assert client.get("/api/v1/ivr/question", {"phone": "+358401234567"}).json()["ask"] is False
    assert client.get("/api/v1/ivr/question", {"phone": "+358401111111"}).json()["ask"] is True
    other = make_customer(tenant, "C-2")
    ask_one(tenant, survey, method="sms", address="+358402222222", customer_id=other.id)
    assert post(tenant, **CALL | {"phone": "0402222222"}).status_code == 200
    assert answers(tenant)[0].customer_id == other.id


def test_a_planned_ask_by_phone_becomes_the_call() -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=FCR)
    ask_one(tenant, survey, method="ivr", customer_id=customer.id, trigger_id=7, event_id=customer.id)
    for _ in range(2):
        assert post(tenant, **CALL | {"customer": "C-1"}).json()["state"] == "answered"
    (asked,) = ledger(tenant)
    assert (asked.state, asked.trigger_id, asked.response_id) == ("answered", 7, answers(tenant)[0].id)


@pytest.mark.parametrize("planned", [False, True])
def test_an_anonymous_answer_leads_to_no_caller(planned: bool) -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=FCR, anonymous=True)
    if planned:
        ask_one(tenant, survey, method="ivr", customer_id=customer.id, correlation="order 7")
    call = CALL | {"customer": "C-1", "correlation": "order 7"}
    pressed_nothing = post(tenant, **call | {"answer": None})
    assert pressed_nothing.json()["state"] == "asked"
    first, again = post(tenant, **call).json(), post(tenant, **call).json()
    assert (first["state"], first["response"], first["duplicate"]) == ("answered", None, False)
    assert again == first | {"duplicate": True}
    (response,) = answers(tenant)
    (asked,) = ledger(tenant)
    assert (response.customer_id, asked.customer_id, asked.response_id, asked.correlation) == (None, None, None, "")
    assert asked.id.hex not in response.submission_id
    for moment in (asked.sent_at, asked.opened_at, asked.answered_at):
        assert moment is not None
        assert (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def test_another_companys_customers_and_surveys_are_not_there() -> None:
    tenant, other = make_tenant(), make_tenant()
    make_survey(other, "theirs", questions=FCR)
    make_customer(other, "C-1", locale="sv")
    assert post(tenant, **CALL | {"survey": "theirs"}).status_code == 400
    make_survey(tenant, "ours", questions=FCR)
    assert api_of(make_key(tenant)).get("/api/v1/ivr/question?customer=C-1").json()["language"] == "en"
