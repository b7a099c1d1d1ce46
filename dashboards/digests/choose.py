"""What each member wants to be sent."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.digests.days import last_sending
from dashboards.models import DigestChoice

MOST = 20


class AlreadyChosen(ValueError):
    """The member has this digest, or as many as one may have; the text says which."""


def choose(*, user: User, kind: str, filters: str, day: int, language: str, today: date) -> DigestChoice:
    """Keep a digest for a member of the active tenant; the first comes on the next day of sending."""
    if DigestChoice.objects.filter(user=user).count() >= MOST:
        raise AlreadyChosen(_("You have %(most)d digests. Remove one first.") % {"most": MOST})
    weekly = kind == DigestChoice.Kind.HUDDLE
    try:
        with transaction.atomic():
            choice: DigestChoice = DigestChoice.objects.create(
                user=user,
                kind=kind,
                filters=filters,
                day=day,
                language=language,
                told_until=last_sending(today, weekly=weekly, on=day),
            )
    except IntegrityError:
        raise AlreadyChosen(_("You have this digest already. Change what it is about, or remove it first.")) from None
    audit.record("added", choice)
    return choice


def drop(choice: DigestChoice) -> None:
    """Send it no more."""
    audit.record("removed", choice)
    choice.delete()
