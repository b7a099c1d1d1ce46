"""Rounds of asking: opened with a mail to those who are asked, answered once by each, closed for good."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date

from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy import audit, numbers
from cxplatform.tenancy.addresses import absolute, root_url, tenant_url
from cxplatform.tenancy.models import Membership, Tenant, User
from dashboards.models import Round, RoundAnswer, RoundVoice

_SALT = "dashboards.plan.rounds"
MOST_OUTSIDE = 500
"""Answers taken by the outsiders' link: whoever has it may answer, so that it could be answered without end."""


class NotNow(ValueError):
    """An answer that cannot be taken; the text says why."""


def open_round(
    *, tenant: Tenant, kind: str, name: str, closes_on: date, roles: Sequence[str], outside: bool, by: User, today: date
) -> Round:
    """Open a round and write to the members in these roles, each in their own language. `outside` makes a link too."""
    members = list(_members(tenant, roles))
    made = Round.objects.create(
        kind=kind,
        name=name,
        opened_on=today,
        closes_on=closes_on,
        roles=list(roles),
        asked=len(members),
        link=secrets.token_urlsafe(12) if outside else "",
        opened_by=by,
    )
    audit.record("added", made)
    _write(tenant, made, [member.user for member in members])
    return made


def remind(*, tenant: Tenant, round_: Round) -> int:
    """Write to those who have not answered; how many."""
    heard = RoundVoice.objects.filter(round=round_).values_list("user_id", flat=True)
    members = _members(tenant, round_.roles).exclude(user_id__in=list(heard))
    users = [member.user for member in members]
    _write(tenant, round_, users)
    return len(users)


def close(*, round_: Round, today: date) -> None:
    """No more answers; the results are shown from now on."""
    if round_.closed_on:
        return
    before = audit.stored(round_)
    round_.closed_on = today
    round_.save()
    audit.record("changed", round_, before=before)


def is_open(round_: Round, today: date) -> bool:
    return round_.closed_on is None and round_.opened_on <= today <= round_.closes_on


def answer(
    *, round_: Round, user: User, group: str, unit_id: int | None, answers: Mapping[str, int], other: str, today: date
) -> None:
    """Take a member's answer. Raises NotNow when the round is over or they have answered already."""
    held = _held(round_, today)
    try:
        with transaction.atomic():
            RoundVoice.objects.create(round=held, user=user)
    except IntegrityError as error:
        if "round_voice_once" not in str(error):
            raise
        raise NotNow(_("You have answered already. Thank you!")) from None
    RoundAnswer.objects.create(round=held, group=group, unit_id=unit_id, answers=dict(answers), other=other)


def answer_outside(*, round_: Round, key: str, answers: Mapping[str, int], other: str, today: date) -> None:
    """Take an outsider's answer. `key` is the page's own: the same page sent twice is taken once."""
    held, outside = _held(round_, today), RoundAnswer.Group.OUTSIDE
    # Asked under the lock: of two presses at once the second finds the first's.
    if RoundAnswer.objects.filter(pk=key).exists():
        return
    if RoundAnswer.objects.filter(round=held, group=outside).count() >= MOST_OUTSIDE:
        raise NotNow(_("This round has as many answers as it takes. Thank you!"))
    RoundAnswer.objects.create(pk=key, round=held, group=outside, answers=dict(answers), other=other)


def address_of(round_: Round) -> str:
    """The outsiders' whole address; "" where the round has none."""
    if not round_.link:
        return ""
    token = signing.dumps([round_.tenant_id, round_.pk, round_.link], salt=_SALT, compress=True)
    return absolute(root_url("round_outside", token))


def read_address(token: str) -> tuple[int, int, str] | None:
    """The tenant, the round and the secret in a token of ours; None for any other."""
    try:
        tenant_id, round_id, link = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return tenant_id, round_id, link


def today_in(tenant: Tenant) -> date:
    return timezone.localdate(timezone=tenant.zone)


def _held(round_: Round, today: date) -> Round:
    """The round read again, under a lock that a closing waits for: no answer comes in after results were shown."""
    held: Round = Round.objects.select_for_update(of=("self",)).get(pk=round_.pk)
    if not is_open(held, today):
        raise NotNow(_("This round is over. Its results are shown to everybody whose role includes results."))
    return held


def _write(tenant: Tenant, round_: Round, people: Sequence[User]) -> None:
    for person in people:
        with translation.override(person.language or tenant.language):
            text = "\n\n".join(
                [
                    f"{round_.get_kind_display()}: {round_.name}",  # type: ignore[attr-defined]
                    _("Your answer is wanted by %(day)s. It takes a few minutes, and nobody sees who answered what.")
                    % {"day": numbers.day(round_.closes_on)},
                    absolute(tenant_url(tenant.slug, "round_answer", round_.pk)),
                ]
            )
            subject = f"{tenant.name}: {round_.name}"
        outbox.enqueue(to=person.email, subject=subject, text=text, tenant_id=tenant.pk)


def _members(tenant: Tenant, roles: Sequence[str]) -> QuerySet[Membership]:
    rows = Membership.objects.filter(tenant=tenant, role__in=roles, user__is_active=True)
    return rows.select_related("user").order_by("pk")
