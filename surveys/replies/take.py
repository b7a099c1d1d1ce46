"""A mail that came to an address of ours: the customer's words for the follow-up, or the owner's for the customer."""

import hashlib
from datetime import timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.context import Actor, activate
from cxplatform.tenancy.models import Membership, Tenant, User
from journeys.models import Customer
from surveys.followups import owners, work
from surveys.followups.reach import reach
from surveys.followups.seen import seen_by
from surveys.models import FollowUp, FollowUpStep, Response
from surveys.replies.addresses import Addressee, read_address
from surveys.replies.reading import Letter, Unreadable, read

log = structlog.get_logger(__name__)

MOST_A_DAY = 30
"""Mails taken into one follow-up in a day: two programs that answer each other stop there."""
_LEFT_OUT = "left out"
_MAIL = Actor(label="mail")
Kind = FollowUpStep.Kind


class Became(StrEnum):
    """What became of a mail."""

    CUSTOMER = "customer"  # the customer's word
    STAFF = "staff"  # sent on to the customer
    NOTED = "noted"  # kept aside as a note: from a stranger, or nobody to send it to
    TWICE = "twice"
    AUTOMATIC = "automatic"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"  # to no address of ours, or about what is gone
    UNREADABLE = "unreadable"


def take(raw: bytes) -> Became:
    """Take one mail as it came. Nothing of it is logged but what became of it."""
    try:
        letter = read(raw)
    except Unreadable as error:
        log.warning("mail not taken", reason=str(error))
        return Became.UNREADABLE
    to = next(filter(None, map(read_address, letter.to)), None)
    if to is None:
        became = Became.UNKNOWN
    elif letter.automatic or _ours(letter):
        became = Became.AUTOMATIC
    else:
        with activate(to.tenant_id, actor=_MAIL):
            became = _take(letter, to, _key(letter, raw))
    log.info("mail taken", became=became)
    return became


def _take(letter: Letter, to: Addressee, key: str) -> Became:
    tenant = Tenant.objects.filter(pk=to.tenant_id).first()
    # Locked, so that the same mail fetched and piped in at once is seen to be the same.
    follow_up = FollowUp.objects.select_for_update().filter(pk=to.follow_up_id).first() if tenant else None
    if tenant is None or follow_up is None:
        return Became.UNKNOWN
    steps = FollowUpStep.objects.filter(follow_up=follow_up, kind__in=[Kind.MAIL_IN, Kind.MAIL_OUT, Kind.NOTE])
    if steps.filter(data__mail=key).exists():
        return Became.TWICE
    if steps.filter(at__gte=timezone.now() - timedelta(days=1)).count() >= MOST_A_DAY:
        with translation.override(tenant.language):
            _say_too_many(follow_up)
        return Became.TOO_MANY
    with translation.override(tenant.language):
        if to.user_id is None:
            return _of_customer(letter, follow_up, key)
        return _of_staff(letter, follow_up, to, tenant, key)


def _say_too_many(follow_up: FollowUp) -> None:
    """Say once a day, where it is worked on, that mail is left out."""
    day = timezone.now() - timedelta(days=1)
    if FollowUpStep.objects.filter(follow_up=follow_up, at__gte=day, data__mail=_LEFT_OUT).exists():
        return
    text = _(
        "More than %(n)d mails came here within a day. What comes beyond that is left out, as two programs may be "
        "answering each other. If the customer writes this much, call them."
    )
    work.note(follow_up_id=follow_up.pk, version=None, by=None, text=text % {"n": MOST_A_DAY}, mail=_LEFT_OUT)


def _of_customer(letter: Letter, follow_up: FollowUp, key: str) -> Became:
    if letter.sender not in _addresses(follow_up):
        text = _("From an unknown address, %(sender)s, so maybe not from the customer:") % {"sender": letter.sender}
        return _note(follow_up, f"{text}\n\n{_words(letter)}", None, key)
    work.mail_in(follow_up_id=follow_up.pk, version=None, by=None, text=_words(letter), mail=key)
    return Became.CUSTOMER


def _of_staff(letter: Letter, follow_up: FollowUp, to: Addressee, tenant: Tenant, key: str) -> Became:
    member = Membership.objects.filter(tenant_id=to.tenant_id, user_id=to.user_id or 0).select_related("user").first()
    user = member.user if member else None
    # Who has handed it over may see it no more, and then writes to its customer no more either.
    mine = member and owners.can_own(user) and seen_by(member).filter(pk=follow_up.pk).exists()
    if user is None or user.email.lower() != letter.sender or not mine:
        said = _("Not sent to the customer: %(sender)s is not the address of somebody who handles feedback here.")
        return _note(follow_up, f"{said % {'sender': letter.sender}}\n\n{_words(letter)}", None, key)
    if not reach([follow_up])[follow_up.pk].by:
        said = _("Not sent: there is no address to write to the customer.")
        return _note(follow_up, f"{said}\n\n{_words(letter)}", user, key)
    if not letter.text or absolute(tenant_url(tenant.slug, "follow_ups")) in letter.text:
        # That address stands in every mail to staff: what was sent holds the mail that it answers, which is ours.
        said = _("Not sent: nothing of your own could be told from the mail you replied to. Write above it, or here.")
        return _note(follow_up, f"{said}\n\n{_words(letter)}", user, key)
    work.mail_out(follow_up_id=follow_up.pk, version=None, by=user, text=_words(letter), mail=key)
    return Became.STAFF


def _note(follow_up: FollowUp, text: str, by: User | None, key: str) -> Became:
    work.note(follow_up_id=follow_up.pk, version=None, by=by, text=text, mail=key)
    return Became.NOTED


def _addresses(follow_up: FollowUp) -> set[str]:
    """The addresses the customer is known by, in small letters."""
    contacts = Response.objects.filter(id=follow_up.response_id).values_list("contact", flat=True)
    people = Customer.objects.filter(id=follow_up.customer_id, erased_at=None).values_list("email", flat=True)
    return {address.lower() for address in [*((one or {}).get("email", "") for one in contacts), *people] if address}


def _words(letter: Letter) -> str:
    """What was written, and what of it is not here."""
    left = []
    if letter.shortened:
        left.append(_("[The message went on.]"))
    if letter.attachments:
        n = letter.attachments
        left.append(ngettext("[%(n)s attachment was left out.]", "[%(n)s attachments were left out.]", n) % {"n": n})
    return "\n\n".join([letter.text or _("[The message had no text.]"), *left])


def _key(letter: Letter, raw: bytes) -> str:
    """What tells one mail from another without saying whose it is."""
    return hashlib.sha256(letter.id.encode("utf-8", "replace") or raw).hexdigest()[:32]


def _ours(letter: Letter) -> bool:
    """Whether our own address wrote it: an answer to it would come back for ever."""
    return read_address(letter.sender) is not None or letter.sender == settings.MAIL_REPLIES_ADDRESS.lower()
