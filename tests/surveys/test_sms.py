"""Asking and answering by text message, over real HTTP both ways."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from cxplatform.deliveries import messages, sms
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from journeys.models import Event
from surveys.doors.replies import read_reply
from surveys.models import IncomingSms, SmsDoor
from surveys.questionnaire.published import newest
from surveys.questionnaire.screen import Screen, Voice, screen
from tests.factories import make_customer, make_tenant
from tests.surveys.guests import answers, ask_one, invitation, opt_outs
from tests.surveys.test_doubles import at_once
from tests.surveys.worlds import NPS, REASON, make_survey

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = "+358401234567"


class Provider:
    """A provider's HTTP interface that keeps what it is sent and answers with `status`."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 201
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                provider.requests.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(provider.status)
                if provider.status in (301, 302, 303, 307, 308):
                    self.send_header("Location", f"{provider.url}/elsewhere")
                self.end_headers()
                self.wfile.write(b"{}" if provider.status < 400 else b'{"message": "no such number"}')

            do_GET = do_POST

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        # It stops within these seconds.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    provider = Provider()
    settings.SMS_URL, settings.SMS_TOKEN, settings.SMS_FROM = provider.url, "secret", "Rengasala"
    yield provider
    provider.server.shutdown()
    provider.server.server_close()


def door_of(tenant: Any) -> str:
    return f"/sms/{SmsDoor.objects.get_or_create(tenant=tenant)[0].key}"


def tell(tenant: Any, text: str, id: str = "m-1", sender: str = NUMBER) -> dict[str, Any]:
    answer = Client(headers={"authorization": "Bearer secret"}).post(
        door_of(tenant), json.dumps({"id": id, "from": sender, "text": text}), content_type="application/json"
    )
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_message_asks_and_its_reply_is_the_answer(provider: Provider) -> None:
    tenant = make_tenant(name="Rengasala", language="fi")
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant, questions=[NPS, REASON])
    id_ = ask_one(
        tenant, survey, method="sms", address="040 123 4567", customer_id=customer.id, language="sv", correlation="o-7"
    )
    assert messages.deliver_due(tenant.pk) == 1
    _, headers, body = provider.requests[0]
    sent = json.loads(body)
    assert (headers["authorization"], sent["to"], sent["from"]) == ("Bearer secret", NUMBER, "Rengasala")
    assert "Svara med en siffra 0–10" in sent["text"]
    assert "/a/" in sent["text"]
    assert tell(tenant, "9 jättebra!") == {"became": "answer", "reply": "Tack för ditt svar!"}
    (response,) = answers(tenant)
    assert (response.answers, response.texts, response.language, response.collected_by) == (
        {"nps": 9}, {"reason": "jättebra"}, "sv", "sms",
    )  # fmt: skip
    assert response.customer_id == customer.id
    with activate(tenant.pk):
        assert Event.objects.get().correlation == "o-7"
        assert "jättebra" not in str(IncomingSms.objects.values())
    asked = invitation(tenant, id_)
    assert (asked.state, asked.response_id, asked.address) == ("answered", response.id, "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_with_the_token_and_the_message_waits(provider: Provider, status: int) -> None:
    provider.status = status
    tenant = make_tenant()
    ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    assert messages.deliver_due(tenant.pk) == 0
    assert [path for path, _, _ in provider.requests] == ["/"]
    with activate(tenant.pk):
        message = OutgoingMessage.objects.get()
    assert message.error.startswith(f"NotTaken: {status}")
    assert message.sent_at is None


def test_twilio_is_spoken_to_and_believed_only_with_its_signature(provider: Provider, settings: Any) -> None:
    settings.SMS_PROVIDER, settings.SMS_ACCOUNT, settings.PUBLIC_URL = "twilio", "AC1", "https://cx.example"
    tenant = make_tenant()
    ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    messages.deliver_due(tenant.pk)
    path, headers, body = provider.requests[0]
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert headers["authorization"].startswith("Basic ")
    assert dict(parse_qsl(body.decode()))["To"] == NUMBER
    form = {"MessageSid": "SM1", "From": NUMBER, "Body": "10 <b>& thanks", "To": "+35850"}
    address = door_of(tenant)
    signature = sms.twilio_signature(url=f"https://cx.example{address}", fields=form.items(), token="secret")
    for wrong in ("", "x", signature[:-2], "ä"):
        headers_ = {"x-twilio-signature": wrong} if wrong.isascii() else {}
        assert Client().post(address, form, headers=headers_).status_code == 403
    assert Client().post(address, form | {"Body": "0"}, headers={"x-twilio-signature": signature}).status_code == 403
    assert answers(tenant) == []
    said = Client().post(address, form, headers={"x-twilio-signature": signature})
    assert said.content.decode() == "<Response><Message>Thank you for your answer!</Message></Response>"
    assert answers(tenant)[0].answers == {"nps": 10}


def test_twilios_own_example_of_a_signature() -> None:
    # https://www.twilio.com/docs/usage/security: the example request of the documentation.
    fields = {
        "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309", "Digits": "1234", "From": "+14158675309",
        "To": "+18005551212",
    }  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sms.twilio_signature(url=url, fields=fields.items(), token="12345") == "RSOYDt4T1cUTdK1PDd93/VVr8B8="


@pytest.mark.parametrize("text", ["STOP", "stop.", "Lopeta", "Stopp!", "sluta nu", "Lopeta kiitos"])
def test_stop_is_an_opt_out(provider: Provider, text: str) -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    assert tell(tenant, text)["became"] == "stop"
    assert invitation(tenant, id_).state == "refused"
    assert len(opt_outs(tenant)) == 1
    assert NUMBER not in str([vars(row) for row in opt_outs(tenant)])
    assert tell(tenant, text, "m-2", "+358501111111")["became"] == "stop"  # also from a number never asked
    assert answers(tenant) == []


@pytest.mark.parametrize("text", ["hello", "11", "-1", "8.5", "9,5", "99999999999", "", "😀", "<b>9"])
def test_what_is_no_score_is_asked_again_kindly(provider: Provider, text: str) -> None:
    tenant = make_tenant()
    ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    said = tell(tenant, text)
    assert said == {"became": "unclear", "reply": "Reply with a number 0–10 and, if you like, why."}
    assert answers(tenant) == []
    assert tell(tenant, "9", "m-2")["became"] == "answer"


def test_the_same_message_twice_counts_once_and_gets_the_same_reply(provider: Provider) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    older, newer = (ask_one(tenant, survey, method="sms", address=NUMBER) for _ in range(2))
    first = tell(tenant, "9")
    assert tell(tenant, "9") == first
    assert (invitation(tenant, older).state, invitation(tenant, newer).state) == ("sent", "answered")
    replies = at_once([lambda: tell(tenant, "3", "m-2")] * 5)
    assert replies == [first] * 5
    assert [r.answers for r in answers(tenant)] == [{"nps": 9}, {"nps": 3}]
    assert tell(tenant, "5", "m-3")["became"] == "unknown"


def test_numbers_of_others_and_other_companies_match_nothing(provider: Provider) -> None:
    tenant, other = make_tenant(), make_tenant()
    id_ = ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    assert tell(other, "9")["became"] == "unknown"
    assert tell(tenant, "9", "m-1", "+358409999999")["became"] == "unknown"
    assert invitation(tenant, id_).state == "sent"


def test_a_comment_without_a_question_for_it_is_not_lost(provider: Provider) -> None:
    tenant = make_tenant()
    ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    tell(tenant, "9 great")
    with activate(tenant.pk):
        assert Event.objects.get().properties["comment"] == "great"


def test_an_anonymous_reply_leads_to_nobody(provider: Provider) -> None:
    tenant = make_tenant()
    customer = make_customer(tenant)
    survey = make_survey(tenant, anonymous=True)
    id_ = ask_one(tenant, survey, method="sms", address=NUMBER, customer_id=customer.id)
    assert tell(tenant, "9")["became"] == "answer"
    (response,) = answers(tenant)
    assert (response.customer_id, str(id_) in response.submission_id) == (None, False)
    assert invitation(tenant, id_).response_id is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"[]", "body"),
        (b"\xff", "body"),
        (b'{"from": "+3581", "text": "9"}', "body"),
        (b'{"id": 7, "from": "+3581", "text": "9"}', "id"),
        (b'{"id": "", "from": "+3581", "text": "9"}', "id"),
        (b'{"id": "a\\u0000", "from": "+3581", "text": "9"}', "id"),
        (b'{"id": "%s", "from": "+3581", "text": "9"}' % (b"x" * 101), "id"),
        (b'{"id": "1", "from": "me", "text": "9"}', "from"),
    ],
)
def test_a_provider_is_told_what_is_wrong(provider: Provider, body: bytes, field: str) -> None:
    tenant = make_tenant()
    client = Client(headers={"authorization": "Bearer secret"})
    answer = client.post(door_of(tenant), body, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_only_who_knows_the_key_and_the_token_comes_in(provider: Provider) -> None:
    tenant = make_tenant()
    message = json.dumps({"id": "1", "from": NUMBER, "text": "9"})
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Bearer secre\u00e4"}):
        answer = Client(headers=headers).post(door_of(tenant), message, content_type="application/json")
        assert answer.status_code == 401
    client = Client(headers={"authorization": "Bearer secret"})
    for key in ("x", "x" * 40, "ä", "a%00b"):
        assert client.post(f"/sms/{key}", message, content_type="application/json").status_code == 404
    assert client.get(door_of(tenant)).status_code == 405


def test_a_provider_that_refuses_is_tried_again_later(provider: Provider) -> None:
    provider.status = 400
    tenant = make_tenant()
    ask_one(tenant, make_survey(tenant), method="sms", address=NUMBER)
    assert messages.deliver_due(tenant.pk) == 0
    assert messages.deliver_due(tenant.pk) == 0  # its time has not come
    assert len(provider.requests) == 1


def screen_of(metric: str, language: str) -> Screen:
    tenant = make_tenant()
    survey = make_survey(tenant, questions=[("q", metric)])
    with activate(tenant.pk):
        published = newest(survey.pk)
    assert published
    return screen(published.questions[0], survey=published, voice=Voice("", language))


@pytest.mark.parametrize(
    ("metric", "language", "text", "value", "comment"),
    [
        ("nps/0-10", "en", "9", "9", ""),
        ("nps/0-10", "en", " 9 great", "9", "great"),
        ("nps/0-10", "en", "9/10, great", "9", "great"),
        ("nps/0-10", "en", "10!", "10", ""),
        ("nps/0-10", "en", "0", "0", ""),
        ("nps/0-10", "en", "9.great\nservice", "9", "great\nservice"),
        ("nps/0-10", "sv", "nio tack", "9", "tack"),
        ("nps/0-10", "fi", "Yhdeksän, kiitos", "9", "kiitos"),
        ("nps/0-10", "fi", "kymppi", "10", ""),
        ("nps/0-10", "en", "9 0", "9", "0"),
        ("nps/0-10", "en", "\u202e9?", "9", ""),
        ("nps/0-10", "en", "100", None, "100"),
        ("ces/1-7", "en", "0", None, "0"),
        ("csat/1-5", "en", "5", "5", ""),
        ("fcr/5", "en", "1", "first", ""),
        ("fcr/5", "en", "4 nobody called", "no", "nobody called"),
        ("fcr/5", "en", "No", "no", ""),
        ("fcr/5", "fi", "Kyllä, ensimmäisellä yhteydenotolla", "first", ""),
        ("fcr/5", "fi", "en", "no", ""),
        ("fcr/5", "fi", "en tiedä vielä", "too_early", ""),
        ("fcr/5", "fi", "kyllä", None, "kyllä"),
        ("fcr/5", "en", "6", None, "6"),
        ("heard/3", "sv", "Ja", "yes", ""),
        ("comment", "en", "It was fine", None, "It was fine"),
    ],
)
def test_how_a_message_is_read(metric: str, language: str, text: str, value: str | None, comment: str) -> None:
    read = read_reply(text, screen_of(metric, language))
    assert (read.value, read.comment) == (value, comment)
