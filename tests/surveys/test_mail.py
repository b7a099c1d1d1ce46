"""Asking by e-mail: over a real SMTP server, one tap from the answer, and one tap from being left alone."""

import logging
import re
import smtplib
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connection
from django.test import Client
from django.utils import timezone

from cxplatform.deliveries import messages, tasks
from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.context import activate
from surveys.asking import optout_import
from surveys.asking.invite import Ask, expire, invite, remind, send_due
from surveys.asking.ledger import read_people
from surveys.asking.letters import FACES
from surveys.asking.optout import opt_back_in, opt_out, opted_out
from surveys.doors.personal import token_of
from surveys.models import Invitation, Survey
from tests.factories import make_customer, make_tenant
from tests.surveys.guests import Guest, answers, ask_one, invitation, opt_outs
from tests.surveys.test_doubles import at_once
from tests.surveys.worlds import CES, NPS, REASON, count_all, make_survey, totals

pytestmark = pytest.mark.django_db(transaction=True)


class Box:
    """A mail server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@pytest.fixture
def box(settings: Any) -> Iterator[Box]:
    box = Box()
    with socket.create_server(("127.0.0.1", 0)) as free:  # the controller cannot say which port 0 became
        port = free.getsockname()[1]
    # The server tells of every step of every connection.
    log = logging.getLogger("mail.log")
    before = log.level
    log.setLevel(logging.WARNING)
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    settings.DELIVERY_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_TIMEOUT, settings.MAIL_LEAVES = 10, True
    yield box
    server.stop()
    log.setLevel(before)


def body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(
    ("language", "subject", "question"),
    [
        ("fi", "Miten onnistuimme? Yksi kysymys – Rengasala Åbo", "Kuinka todennäköisesti"),
        ("sv", "Hur lyckades vi? En fråga från Rengasala Åbo", "Hur sannolikt"),
        ("en", "How did we do? One question from Rengasala Åbo", "how likely"),
        ("xx", "Hur lyckades vi? En fråga från Rengasala Åbo", "Hur sannolikt"),
    ],
)
def test_a_mail_asks_in_the_persons_language_one_tap_from_the_answer(
    box: Box, language: str, subject: str, question: str
) -> None:
    tenant = make_tenant(name="Rengasala Åbo", language="sv")
    survey = make_survey(tenant, questions=[NPS, REASON], privacy_notice="We keep answers for two years.")
    id_ = ask_one(tenant, survey, language=language)
    assert messages.deliver_due(tenant.pk) == 1
    (mail,) = box.mails
    assert (mail["to"], mail["subject"].strip()) == ("ann@example.org", subject)
    assert mail["from"] == "Rengasala Åbo <noreply@localhost>"
    html, text = body(mail, "html"), body(mail, "plain")
    assert question in html
    assert question in text
    assert "We keep answers for two years." in html
    guest = Guest(tenant, id_)
    scores = re.findall(r'href="http://[^/"]+(/a/[^"?]+)\?q=nps&amp;a=(\d+)"', html)
    assert scores == [(guest.address, str(score)) for score in range(11)]
    assert f"{guest.address}?q=nps&a=10" in text
    assert mail["List-Unsubscribe"].endswith(f"{guest.address}/stop>")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with activate(tenant.pk):
        sent = OutgoingMessage.objects.get()
    assert (sent.text, sent.html, sent.to) == ("", "", "")  # it held a personal link
    assert sent.sent_at


def test_a_scanner_may_follow_every_link_and_the_customer_still_answers_once(box: Box) -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    messages.deliver_due(tenant.pk)
    for address in set(re.findall(r'href="http://[^/"]+(/[^"]+)"', body(box.mails[0], "html"))):
        assert Client().get(address.replace("&amp;", "&")).status_code == 200
        assert Client().head(address.replace("&amp;", "&")).status_code == 200
    assert (answers(tenant), opt_outs(tenant), invitation(tenant, id_).state) == ([], [], "sent")
    Guest(tenant, id_, "?q=nps&a=10").press(a="10")
    assert [r.answers for r in answers(tenant)] == [{"nps": 10}]


@pytest.mark.parametrize(
    ("metric", "face", "said"),
    [("faces/4", "😀", "very_good"), ("csat/1-5", "😠", "1"), ("emotion/7", "😕", "unsure"), ("nps/0-10", "", "10")],
)
def test_faces_are_signs_beside_the_words_of_their_buttons(box: Box, metric: str, face: str, said: str) -> None:
    tenant = make_tenant()
    guest = Guest(tenant, ask_one(tenant, make_survey(tenant, questions=[("q", metric)])))
    messages.deliver_due(tenant.pk)
    html, text = (body(box.mails[0], kind) for kind in ("html", "plain"))
    assert "<img" not in html
    faces = {one for known in FACES.values() for one in known.values()}
    buttons = re.findall(r'<a href="[^"]+&amp;a=([^"&]+)"[^>]*>(.*?)</a>', html, re.S)
    signs = {value: "".join(sign for sign in inner if sign in faces) for value, inner in buttons}
    assert signs[said] == face
    assert len(set(signs.values())) == (len(signs) if face else 1)
    words = {value: re.sub(r"<span aria-hidden.*?</span>|<[^>]+>", "", inner).strip() for value, inner in buttons}
    assert all(words.values())
    assert f"{face} {words[said]}".strip() in text
    assert guest.press(a=said).status == 200


def test_a_stop_link_of_an_address_alone_still_knows_who_says_no(box: Box) -> None:
    """After the answer, and after the time is over, the address itself is no longer kept."""
    tenant = make_tenant()
    survey = make_survey(tenant)
    for address, answered in (("ann@example.org", True), ("bob@example.org", False)):
        id_ = ask_one(tenant, survey, address=address)
        guest = Guest(tenant, id_)
        if answered:
            guest.press(a="9")
        else:
            with activate(tenant.pk):
                Invitation.objects.filter(id=id_).update(expires_at=timezone.now())
                expire(tenant.pk)
        assert invitation(tenant, id_).address == ""
        assert Client().post(f"{guest.address}/stop").status_code == 200
        with activate(tenant.pk):
            assert opted_out([(None, address, "email"), (None, "someone@example.org", "email")]) == [True, False]
        again = ask_one(tenant, survey, address=address)
        assert invitation(tenant, again).reason == "opted_out"


def test_the_mail_programs_own_button_stops_it_all(box: Box) -> None:
    tenant = make_tenant()
    customer = make_customer(tenant, "C-1")
    survey = make_survey(tenant)
    ask_one(tenant, survey, customer_id=customer.id)
    messages.deliver_due(tenant.pk)
    address = re.sub(r"^\s*<http://[^/]+|>$", "", box.mails[0]["List-Unsubscribe"])
    assert Client().post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    after = ask_one(tenant, survey, customer_id=customer.id)
    by_address = ask_one(tenant, survey, address=" ANN@example.org ")
    assert messages.deliver_due(tenant.pk) == 0
    for id_ in (after, by_address):
        asked = invitation(tenant, id_)
        assert (asked.state, asked.reason, asked.address) == ("skipped", "opted_out", "")


def test_what_is_due_is_sent_once_by_any_number_of_workers(box: Box) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    with activate(tenant.pk):
        invite([Ask(survey_id=survey.pk, method="email", address=f"p{number}@example.org") for number in range(40)])

    def work() -> int:
        with activate(tenant.pk):
            taken = send_due(tenant.pk)
        messages.deliver_due(tenant.pk)
        return taken

    assert sum(at_once([work] * 4)) == 40
    assert messages.deliver_due(tenant.pk) == 0
    assert sorted(mail["to"] for mail in box.mails) == sorted(f"p{number}@example.org" for number in range(40))


def test_a_server_that_is_away_costs_time_and_in_the_end_the_invitation_says_so(settings: Any) -> None:
    class Away:
        def __init__(self, **kwargs: Any) -> None:
            pass

        def send_messages(self, mails: Any) -> int:
            raise smtplib.SMTPServerDisconnected("gone")

    settings.DELIVERY_BACKEND = f"{__name__}.away"
    globals()["away"] = Away
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant))
    tries = 0
    while True:
        with activate(tenant.pk), connection.cursor() as cursor:
            cursor.execute("UPDATE deliveries_outgoingmessage SET not_before = now() WHERE given_up_at IS NULL")
            if not cursor.rowcount:
                break
        assert messages.deliver_due(tenant.pk) == 0
        tries += 1
    assert tries == 8
    with activate(tenant.pk):
        expire(tenant.pk)
    asked = invitation(tenant, id_)
    assert (asked.state, asked.reason) == ("failed", "undeliverable")


@pytest.mark.parametrize("how", ["opt_out", "stop", "import", "answer"])
def test_what_waits_does_not_leave_once_somebody_said_no_or_answered(box: Box, how: str) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    id_, other = ask_one(tenant, survey), ask_one(tenant, survey, address="bob@example.org")
    with activate(tenant.pk):
        assert remind([id_]) == 1
        if how == "opt_out":
            opt_out(address="ann@example.org", how="staff")
        elif how == "import":
            optout_import._write([{"email": "Ann@example.org"}])
    if how == "stop":
        Client().post(f"/a/{token_of(tenant.pk, id_)}/stop")
    elif how == "answer":
        Guest(tenant, id_).press(a="9")
    assert invitation(tenant, id_).state == ("answered" if how == "answer" else "refused")
    assert messages.deliver_due(tenant.pk) == 1
    assert [mail["to"] for mail in box.mails] == ["bob@example.org"]
    with activate(tenant.pk):
        expire(tenant.pk)
        withdrawn = OutgoingMessage.objects.filter(about=id_)
        assert [(m.text, m.html, m.headers, m.to, m.sent_at) for m in withdrawn] == [("", "", {}, "", None)] * 2
        assert all(m.given_up_at for m in withdrawn)
    assert invitation(tenant, id_).state == ("answered" if how == "answer" else "refused")
    assert invitation(tenant, other).state == "sent"


def test_an_ask_that_cannot_go_says_why() -> None:
    tenant = make_tenant()
    with activate(tenant.pk):
        unpublished = Survey.objects.create(slug="draft", name="Draft")
    nowhere, nothing = ask_one(tenant, make_survey(tenant), address=""), ask_one(tenant, unpublished)
    link = ask_one(tenant, make_survey(tenant), method="link", address="")
    ivr = ask_one(tenant, make_survey(tenant), method="ivr", address="+358401234567")
    found = [invitation(tenant, id_) for id_ in (nowhere, nothing, link, ivr)]
    assert [(i.state, i.reason) for i in found] == [
        ("failed", "no_address"), ("failed", "closed"), ("sent", ""), ("planned", ""),
    ]  # fmt: skip


def test_a_reminder_has_the_same_link_and_goes_once(box: Box) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    silent, done = ask_one(tenant, survey), ask_one(tenant, survey)
    messages.deliver_due(tenant.pk)
    Guest(tenant, done).press(a="9")
    for expected in (1, 0):
        with activate(tenant.pk):
            assert remind([silent, done]) == expected
    messages.deliver_due(tenant.pk)
    _first, _, again = sorted(box.mails, key=lambda mail: mail["subject"].startswith("A reminder"))
    assert again["subject"].startswith("A reminder: how did we do?")
    assert Guest(tenant, silent).address in body(again, "plain")


def test_a_reminder_that_fails_takes_nothing_from_the_mail_that_arrived(box: Box) -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    arrived, never, moved, stopped = (ask_one(tenant, survey, address=f"{n}@example.org") for n in range(4))
    messages.deliver_due(tenant.pk)
    with activate(tenant.pk):
        OutgoingMessage.objects.filter(about=never).update(sent_at=None, given_up_at=timezone.now())
        Invitation.objects.filter(id=moved).update(address="")
        opt_out(address="3@example.org", how="staff")
        Invitation.objects.filter(id=stopped).update(state="sent", address="3@example.org")
        assert remind([arrived, never, moved, stopped]) == 4
        OutgoingMessage.objects.filter(sent_at=None).update(given_up_at=timezone.now())
        expire(tenant.pk)
    states = [(i.state, i.reason, i.address) for i in (invitation(tenant, j) for j in (arrived, never, moved, stopped))]
    assert states == [
        ("sent", "", "0@example.org"), ("failed", "undeliverable", ""), ("sent", "", ""), ("refused", "opted_out", ""),
    ]  # fmt: skip
    assert Guest(tenant, arrived).press(a="9").heading == "Thank you!"
    assert Guest(tenant, moved).status == 200
    assert Client().post(f"{Guest(tenant, never).address}/stop").status_code == 200


def test_time_over_means_no_address_is_kept() -> None:
    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant), days=0, send=False)
    with activate(tenant.pk):
        assert send_due(tenant.pk) == 0
        expire(tenant.pk)
    assert (invitation(tenant, id_).state, invitation(tenant, id_).address) == ("expired", "")


def test_a_trigger_asks_once_about_an_event() -> None:
    tenant = make_tenant()
    survey = make_survey(tenant)
    event = make_customer(tenant).id
    for _ in range(2):
        ask_one(tenant, survey, trigger_id=7, event_id=event, send=False)
    with activate(tenant.pk):
        assert Invitation.objects.count() == 1


def test_no_is_remembered_by_customer_address_and_method() -> None:
    tenant, other = make_tenant(), make_tenant()
    ann = make_customer(tenant).id
    with activate(tenant.pk):
        opt_out(customer_id=ann, address="ann@example.org", how="staff")
        opt_out(address="040 123 4567", method="sms", how="sms")
        asked = [
            (ann, "", "ivr"),
            (None, "Ann@Example.org", "email"),
            (None, "+358401234567", "sms"),
            (None, "00358 40 1234567", "sms"),
            (None, "+358401234567", "ivr"),
            (None, "", "link"),
            (None, "bob@example.org", "email"),
        ]
        assert opted_out(asked) == [True, True, True, True, False, False, False]
    with activate(other.pk):
        assert not any(opted_out(asked))


def test_a_no_outlives_a_change_of_the_secret_key(settings: Any) -> None:
    tenant = make_tenant()
    ann = [(None, "Ann@example.org", "email")]
    with activate(tenant.pk):
        opt_out(address="ann@example.org", how="link")
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another key " * 4, ["a third " * 5, settings.SECRET_KEY]
        assert opted_out(ann) == [True]
        opt_out(address="ann@example.org", how="link")
        settings.SECRET_KEY_FALLBACKS = []
        assert opted_out(ann) == [True]
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a fourth key " * 4, [settings.SECRET_KEY]
        assert opt_back_in(address="ann@example.org") == 1
        assert opted_out(ann) == [False]


def test_a_no_is_heard_when_it_is_decided_who_is_asked() -> None:
    tenant = make_tenant()
    ann = make_customer(tenant, email="ann@example.org", phone="040 1234567").id
    bob = make_customer(tenant, email="ANN@example.org").id
    with activate(tenant.pk):
        opt_out(address="ann@example.org", how="link")
        opt_out(customer_id=ann, method="sms", how="sms")
        people = read_people([ann, bob], since=timezone.now())
    assert people[ann].unwanted == {"email", "sms"}
    assert people[bob].unwanted == {"email"}


def test_one_link_answered_by_many_at_once_over_http_is_one_answer(live_server: Any) -> None:
    import http.client
    from urllib.parse import urlencode, urlsplit

    tenant = make_tenant()
    id_ = ask_one(tenant, make_survey(tenant, questions=[NPS, CES]))
    guest = Guest(tenant, id_)
    form = urlencode({**guest.form, "a": "9"})
    where = urlsplit(live_server.url)

    def post() -> int:
        line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        line.request("POST", guest.address, form, {"Content-Type": "application/x-www-form-urlencoded"})
        status = line.getresponse().status
        line.close()
        return status

    assert at_once([post] * 8) == [200] * 8
    assert [r.answers for r in answers(tenant)] == [{"nps": 9}]
    count_all(tenant)
    assert totals(tenant) == {"nps/0-10": [0] * 9 + [1, 0]}


def test_the_sweeps_wake_the_tenants_with_something_due(monkeypatch: Any) -> None:
    from surveys import tasks as survey_tasks

    tenant, idle = make_tenant(), make_tenant()
    ask_one(tenant, make_survey(tenant), send=False)
    woken: list[Any] = []
    monkeypatch.setattr(survey_tasks.send_tenant, "delay", lambda *args: woken.append(("ask", *args)))
    monkeypatch.setattr(tasks.send_messages, "delay", lambda *args: woken.append(("send", *args)))
    survey_tasks.send_due()
    survey_tasks.send_tenant(tenant.pk)
    tasks.sweep_messages()
    assert woken == [("ask", tenant.pk), ("send", tenant.pk), ("send", tenant.pk)]
    assert idle.pk not in {pk for _, pk in woken}
