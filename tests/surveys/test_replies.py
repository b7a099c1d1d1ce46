"""Replies by e-mail: read, cut, and taken into the follow-up they are about; what nobody wrote is left."""

import contextlib
import io
import socketserver
import sys
import threading
import time
from email.message import EmailMessage
from typing import Any

import pytest
from django.core.management import call_command

from cxplatform.deliveries.models import OutgoingMail, OutgoingMessage
from cxplatform.tenancy.context import activate
from surveys.followups import notices, work
from surveys.models import FollowUpStep
from surveys.replies import fetching
from surveys.replies.addresses import Addressee, read_address, reply_address
from surveys.replies.quoting import without_quotes
from surveys.replies.reading import LARGEST, Unreadable, read
from surveys.replies.take import take
from tests.factories import make_unit
from tests.surveys.followups.worlds import make_firm, make_follow_up

Kind = FollowUpStep.Kind


@pytest.fixture(autouse=True)
def mailbox(settings: Any) -> None:
    settings.MAIL_REPLIES_ADDRESS = "replies@example.org"


def mail(
    to: str = "replies@example.org", *, sender: str = "Asko <asko@example.org>", text: str = "Kiitos!", **headers: str
) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Message-ID"] = sender, to, f"<{hash((to, sender, text))}@example.org>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return bytes(message)


def test_an_address_says_what_it_is_about_and_cannot_be_made_by_others(settings: Any) -> None:
    for to in (Addressee(3, 2**40), Addressee(3, 7, user_id=12)):
        address = reply_address(to)
        assert len(address.partition("@")[0]) <= 64
        assert read_address(address.upper()) == to
        token = address.partition("+")[2].partition("@")[0]
        for place in range(len(token)):
            other = "a" if token[place] != "a" else "b"
            assert read_address(f"x+{token[:place]}{other}{token[place + 1 :]}@example.org") in (None, to)
    for nonsense in ("", "@", "replies@example.org", "replies+@x.org", f"replies+{'a' * 44}@x.org", "replies+ä@x.org"):
        assert read_address(nonsense) is None
    settings.MAIL_REPLIES_ADDRESS = ""
    assert reply_address(Addressee(3, 7)) == ""


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 23 Nov 2026 at 10.01, Rengas Oy <replies+x@example.org> wrote:\n> Hei",
        "ma 23. marrask. 2026 klo 10.01 Rengas Oy <replies+x@example.org>\nkirjoitti:\n\n> Hei\n> Asko",
        "Den mån 23 nov. 2026 kl 10:01 skrev Rengas Oy <replies+x@example.org>:\n\n> Hej",
        "-----Alkuperäinen viesti-----\nLähettäjä: Rengas Oy\nHei",
        "Lähettäjä: Rengas Oy <a@b.fi>\nLähetetty: ma 23. marraskuuta\nVastaanottaja: Asko\nAihe: VS: Kiitos\nHei",
        "________________________________\nFrom: Rengas Oy\nHello",
        "Lähetetty iPhonesta",
        "-- \nAsko Asiakas\nPuh. 040",
    ],
)
def test_only_what_was_written_now_is_kept(quoted: str) -> None:
    written = "Hei Maija,\n\ntiistaina sopii. Sanoin: kello 10 on hyvä."
    assert without_quotes(f"{written}\r\n\r\n{quoted}\n") == written


def test_a_mail_is_read_whatever_it_is_made_of() -> None:
    html = EmailMessage()
    html["From"] = "=?utf-8?q?=C3=84ij=C3=A4?= <AIJA@example.org>"
    html.set_content(
        "<html><head><style>p{}</style></head><body><div>Ensimmäinen<br>rivi &amp; toinen</div><script>x()</script>"
        '<blockquote>vanhaa</blockquote><p>Loppu</p><div class="gmail_quote">ma kirjoitti: vanhaa</div></body></html>',
        subtype="html",
    )
    html.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    letter = read(bytes(html))
    assert (letter.sender, letter.attachments) == ("aija@example.org", 1)
    assert [line for line in letter.text.split("\n") if line] == ["Ensimmäinen", "rivi & toinen", "Loppu"]
    for name, value in (
        ("Auto_Submitted", "auto-replied (vacation)"),
        ("Precedence", "bulk"),
        ("List_Id", "<x.example.org>"),
        ("Return_Path", "<>"),
    ):
        assert read(mail(**{name: value})).automatic, name
    assert read(mail(sender="MAILER-DAEMON@example.org")).automatic
    assert not read(mail(Auto_Submitted="no")).automatic
    long = read(mail(text="a" * 6_000))
    assert (len(long.text), long.shortened) == (5_000, True)
    for nonsense in (b"", b"\x00\xff" * 100, b"From: \n\nx", b"x" * (LARGEST + 1)):
        with pytest.raises(Unreadable):
            read(nonsense)
    odd = (
        b"From: a@example.org\nContent-Type: text/plain; charset=none-such\nContent-Transfer-Encoding: base64\n\n!!\xff"
    )
    with contextlib.suppress(Unreadable):
        assert read(odd).sender == "a@example.org"


@pytest.mark.django_db
def test_replies_go_where_they_belong() -> None:
    firm = make_firm(language="fi")
    row = make_follow_up(firm, owner=firm.manager.user)
    customer = reply_address(Addressee(firm.tenant.pk, row.pk))
    owner = reply_address(Addressee(firm.tenant.pk, row.pk, firm.manager.user.pk))
    manager = firm.manager.user.email

    assert take(mail(customer, text="Tiistaina sopii.")) == "customer"
    assert take(mail(customer, text="Tiistaina sopii.")) == "twice"
    assert take(mail(customer, sender="joku@example.net", text="Antakaa rahat!")) == "noted"
    assert take(mail(owner, sender=manager, text="Soitan tiistaina.")) == "staff"
    assert take(mail(owner, sender="joku@example.net", text="Ilmaiset renkaat!")) == "noted"
    assert take(mail(customer, text="Poissa.", Auto_Submitted="auto-replied")) == "automatic"
    assert take(mail(customer, sender=f"<{customer}>", text="Silmukka.")) == "automatic"
    assert take(mail(reply_address(Addressee(firm.tenant.pk, row.pk + 1)))) == "unknown"
    assert take(mail(reply_address(Addressee(make_firm().tenant.pk, row.pk)))) == "unknown"  # another company's
    assert take(b"\xff") == "unreadable"
    with activate(firm.tenant.pk):
        steps = {(step.kind, step.by_id): step.text for step in FollowUpStep.objects.filter(follow_up=row)}
        row.refresh_from_db()
        sent = [message for message in OutgoingMessage.objects.order_by("id") if "Soitan" in message.text]
        notes = [step.text for step in FollowUpStep.objects.filter(follow_up=row, kind=Kind.NOTE).order_by("id")]
    assert steps[Kind.MAIL_IN, None] == "Tiistaina sopii."
    assert steps[Kind.MAIL_OUT, firm.manager.user.pk] == "Soitan tiistaina."
    assert (
        notes[0] == "Tuntemattomasta osoitteesta joku@example.net, joten ehkä joku muu kuin asiakas:\n\nAntakaa rahat!"
    )
    assert "Ei lähetetty asiakkaalle" in notes[1]
    assert (row.state, row.contacts) == ("contacted", 2)
    assert [(message.to, message.subject) for message in sent] == [
        ("asko@example.org", f"Viesti asiastasi – {firm.tenant.name}")
    ]
    # Who has lost the role writes to no customer any more; and a machine that never stops is not listened to for ever.
    firm.manager.delete()
    assert take(mail(owner, sender=manager, text="Vielä yksi.")) == "noted"
    with activate(firm.tenant.pk):
        for number in range(30):
            work.note(follow_up_id=row.pk, version=None, by=None, text=f"{number}")
    assert take(mail(customer, text="Ja vielä.")) == "too_many"
    assert take(mail(customer, text="Eikä lopu.")) == "too_many"
    with activate(firm.tenant.pk):
        said = FollowUpStep.objects.filter(follow_up=row, kind=Kind.NOTE, text__contains="soita hänelle")
        assert said.count() == 1  # once, however many are left out


@pytest.mark.django_db
def test_a_reply_of_staff_holds_their_own_words_or_is_not_sent() -> None:
    firm = make_firm()
    row = make_follow_up(firm, owner=firm.manager.user)
    sender = firm.manager.user.email
    owner = reply_address(Addressee(firm.tenant.pk, row.pk, firm.manager.user.pk))
    with activate(firm.tenant.pk):
        notices.write_all()
    ours = OutgoingMail.objects.get(to=sender)
    assert ours.headers["Auto-Submitted"] == "auto-generated"  # no program says "I am away" to it
    intro = "On Mon, 23 Nov 2026 at 10.01, Rengas Oy <replies+x@example.org> wrote:\n"
    quoted = "\n".join(f"> {line}" for line in ours.text.split("\n"))
    headers = "From: Rengas Oy\nSent: Monday\nTo: Manu\nSubject: Follow-up\n"
    assert take(mail(owner, sender=sender, text=f"{headers}{ours.text}")) == "noted"
    assert take(mail(owner, sender=sender, text=intro + quoted)) == "noted"
    assert take(mail(owner, sender=sender, text="")) == "noted"
    assert take(mail(owner, sender=sender, text=f"{intro}{quoted}\n\nI call on Friday.")) == "staff"
    # Handed over to where its owner of before does not see it.
    with activate(firm.tenant.pk):
        row.refresh_from_db()
        row.owner, row.unit_id = firm.lead.user, make_unit(firm.tenant, slug="other").pk
        row.save()
    assert take(mail(owner, sender=sender, text="And one thing more.")) == "noted"
    with activate(firm.tenant.pk):
        sent = FollowUpStep.objects.filter(follow_up=row, kind=Kind.MAIL_OUT).values_list("text", flat=True)
        assert list(sent) == ["I call on Friday."]


def test_a_mail_made_to_trouble_us_is_read_at_once() -> None:
    half = b"From: a@example.org\nContent-Type: text/plain; charset=utf-7\n\nHei +2AA-\n"
    assert read(half).text == "Hei ?"
    unknown = b"From: a@example.org\nContent-Type: text/plain; charset=x-none\n\nKiitos!\n"
    assert read(unknown).text == "Kiitos!"
    began = time.process_time()
    deep = "<blockquote>" * 40_000 + "</a>" * 120_000
    read(f"From: a@example.org\nContent-Type: text/html\n\n{deep}".encode())
    for text in ("wrote " * 16_000 + "\ny", "sent from my " + " " * 80_000 + "x\ny"):
        without_quotes(f"x\n{text}")
    assert time.process_time() - began < 5


class Imap(socketserver.StreamRequestHandler):
    """A mailbox of one unread mail, as much of IMAP as is asked of it."""

    def handle(self) -> None:
        server: Any = self.server
        self.wfile.write(b"* OK ready\r\n")
        while line := self.rfile.readline().decode().strip():
            tag, _, command = line.partition(" ")
            server.said.append(command)
            if command.startswith("CAPABILITY"):
                self.wfile.write(b"* CAPABILITY IMAP4rev1\r\n")
            elif command.startswith("SELECT"):
                self.wfile.write(b"* 1 EXISTS\r\n")
            elif "SEARCH" in command:
                self.wfile.write(b"* SEARCH" + (b"" if server.seen else b" 7") + b"\r\n")
            elif "FETCH" in command:
                self.wfile.write(b"* 1 FETCH (UID 7 BODY[]<0> {%d}\r\n" % len(server.mail) + server.mail + b")\r\n")
            elif "STORE" in command:
                server.seen = True
            self.wfile.write(f"{tag} OK done\r\n".encode())
            if command.startswith("LOGOUT"):
                return


@pytest.mark.django_db
def test_the_mailbox_is_read_once_and_a_pipe_tells_the_mail_server(
    settings: Any, monkeypatch: Any, capsys: Any
) -> None:
    firm = make_firm()
    row = make_follow_up(firm)
    raw = mail(reply_address(Addressee(firm.tenant.pk, row.pk)), text="By the mailbox.")
    assert fetching.fetch() == 0  # off without an address
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Imap) as server:
        server.mail, server.said, server.seen = raw, [], False  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.MAIL_REPLIES_URL = f"imap://me%40example.org:pass@127.0.0.1:{server.server_address[1]}/INBOX"
        assert (fetching.fetch(), fetching.fetch()) == (1, 0)
        server.shutdown()
    assert 'LOGIN me@example.org "pass"' in server.said  # type: ignore[attr-defined]
    assert fetching.fetch() == 0  # nobody there: said in the log, tried again
    with activate(firm.tenant.pk):
        assert FollowUpStep.objects.get(follow_up=row, kind=Kind.MAIL_IN).text == "By the mailbox."
    for sent, code, said in ((raw, 0, "twice"), (mail("who@example.org"), 67, "unknown"), (b"", 65, "unreadable")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sent)))
        with pytest.raises(SystemExit) as ended:
            call_command("take_mail")
        assert (ended.value.code, capsys.readouterr().out.strip()) == (code, said)


@pytest.mark.django_db
def test_an_owner_replies_to_the_mail_of_one_follow_up() -> None:
    firm = make_firm()
    row = make_follow_up(firm, owner=firm.manager.user)
    with activate(firm.tenant.pk):
        notices.write_all()
    told = OutgoingMail.objects.get(to=firm.manager.user.email)
    assert read_address(told.headers["Reply-To"]) == Addressee(firm.tenant.pk, row.pk, firm.manager.user.pk)
    assert "Reply to this mail and the customer gets what you write." in told.text
