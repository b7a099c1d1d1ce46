"""Mail goes out once, after commit, and a mail server that is away costs time and nothing else."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.utils import timezone

from cxplatform.deliveries import outbox, tasks
from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from tests.factories import make_tenant

pytestmark = pytest.mark.django_db


class AwayBackend(EmailBackend):
    def send_messages(self, messages):
        raise smtplib.SMTPServerDisconnected("gone")


def enqueue(**fields):
    return outbox.enqueue(**{"to": "a@example.org", "subject": "Hello", "text": "The code is 123"} | fields)


def come_due():
    OutgoingMail.objects.update(not_before=timezone.now())


def test_a_mail_is_sent_once_and_its_text_forgotten():
    row = enqueue(html="<p>The code is 123</p>", tenant_id=7)
    assert outbox.deliver(row.pk)
    assert not outbox.deliver(row.pk)
    (sent,) = mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@example.org"], "Hello", "The code is 123")
    assert sent.alternatives[0].content == "<p>The code is 123</p>"
    row.refresh_from_db()
    assert (row.text, row.html, row.attempts) == ("", "", 1)
    assert row.sent_at


def test_mail_sent_djangos_way_goes_through_the_outbox(settings):
    settings.EMAIL_BACKEND = "cxplatform.deliveries.backend.OutboxBackend"
    tenant = make_tenant()
    with activate(tenant.id):
        mail.send_mail("Hello", "Text", None, ["a@example.org", "b@example.org"], html_message="<p>Text</p>")
    assert mail.outbox == []
    rows = OutgoingMail.objects.order_by("to").values_list("to", "subject", "text", "html", "tenant_id")
    assert list(rows) == [(f"{name}@example.org", "Hello", "Text", "<p>Text</p>", tenant.id) for name in "ab"]


def test_a_subject_stays_on_one_line():
    outbox.deliver(enqueue(subject="Invitation to\nBcc: everybody@example.org").pk)
    assert mail.outbox[0].subject == "Invitation to Bcc: everybody@example.org"


def test_a_failure_waits_longer_each_time_and_is_given_up_in_the_end(settings):
    settings.DELIVERY_BACKEND = f"{__name__}.AwayBackend"
    row = enqueue()
    waits = []
    for _ in range(len(outbox.WAITS) + 1):
        come_due()
        assert outbox.due() == [row.pk]
        assert not outbox.deliver(row.pk)
        row.refresh_from_db()
        waits.append(round((row.not_before - timezone.now()) / timedelta(minutes=1)))
    assert waits == [1, 5, 15, 60, 240, 720, 1440, 0]
    assert "SMTPServerDisconnected: gone" in row.error
    come_due()
    assert outbox.due() == []
    assert not outbox.deliver(row.pk)


def test_the_sweep_sends_what_failed_once_its_time_has_come(settings):
    with_server = settings.DELIVERY_BACKEND
    settings.DELIVERY_BACKEND = f"{__name__}.AwayBackend"
    row = enqueue()
    outbox.deliver(row.pk)
    settings.DELIVERY_BACKEND = with_server
    assert outbox.due() == []
    come_due()
    for mail_id in outbox.due():
        outbox.deliver(mail_id)
    assert len(mail.outbox) == 1


def test_a_mail_being_sent_is_left_to_its_sender():
    row = enqueue()
    assert outbox._claim(row.pk)
    assert not outbox.deliver(row.pk)
    assert mail.outbox == []


def test_old_mails_are_forgotten():
    old, new = enqueue(), enqueue()
    OutgoingMail.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
    assert outbox.forget() == 1
    assert list(OutgoingMail.objects.all()) == [new]


@pytest.mark.django_db(transaction=True)
def test_what_is_rolled_back_is_never_sent(monkeypatch):
    woken = []
    monkeypatch.setattr(tasks.send, "delay", lambda *args: woken.append(args))
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        enqueue()
        raise ZeroDivisionError
    assert (outbox.due(), woken) == ([], [])
    with transaction.atomic():
        row = enqueue()
    assert (outbox.due(), woken) == ([row.pk], [(row.pk,)])


@pytest.mark.django_db(transaction=True)
def test_the_sweep_finds_a_mail_whose_wake_up_was_lost(monkeypatch, caplog):
    def lost(*args):
        raise ConnectionError("broker away")

    monkeypatch.setattr(tasks.send, "delay", lost)
    with transaction.atomic():
        enqueue()
    tasks.sweep()
    assert len(mail.outbox) == 1
