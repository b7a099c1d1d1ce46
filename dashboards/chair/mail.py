"""One real case a day to each leader by mail, in their own language; silence where there is none to tell."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core import signing
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy.addresses import absolute, root_url, tenant_url
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import Permission, Role
from dashboards.chair.cases import Case, cases, choose
from dashboards.models import CaseChoice, ChairCase
from dashboards.structure import load_structure

SENT_AT = time(7)
_SALT = "dashboards.chair.stop"


@dataclass(frozen=True)
class Reader:
    """A member and the language they read in."""

    user: User
    language: str


def wants(member: Membership, choice: CaseChoice | None) -> bool:
    """Whether a member gets the day's case: as they chose, else leaders do."""
    if not member.may(Permission.SEE_RESULTS) or member.of_units:
        return False
    return choice.wanted if choice else member.role == Role.VIEWER


def readers(tenant: Tenant, *, now: datetime) -> list[Reader]:
    """Who has not had the day's case of the active tenant yet and is to get it."""
    today = now.astimezone(tenant.zone).date()
    chosen = {choice.user_id: choice for choice in CaseChoice.objects.all()}
    members = Membership.objects.filter(tenant=tenant, user__is_active=True).select_related("user").order_by("pk")
    return [
        Reader(member.user, member.user.language or tenant.language)
        for member in members
        for choice in [chosen.get(member.user_id)]
        if wants(member, choice) and (choice is None or choice.sent_on != today)
    ]


def due(tenant: Tenant, *, now: datetime) -> bool:
    """Whether the active tenant's day has begun and its case is still to be chosen, or to be sent to somebody."""
    local = now.astimezone(tenant.zone)
    if local.time() < SENT_AT:
        return False
    return not ChairCase.objects.filter(day=local.date()).exists() or bool(readers(tenant, now=now))


def send(tenant: Tenant, *, now: datetime | None = None) -> int:
    """Choose the day's case of the active tenant and write it to whom it is due, from seven in the morning; how many
    mails. Where there is no case nothing is sent."""
    now = now or timezone.now()
    local = now.astimezone(tenant.zone)
    if local.time() < SENT_AT:
        return 0
    due = readers(tenant, now=now)
    if choose(tenant=tenant, day=local.date()) is None or not due:
        return 0
    sent = 0
    for reader in due:
        with translation.override(reader.language):
            # Names of scores and places are read in the reader's language.
            case = next(iter(cases(until=local.date(), structure=load_structure(), days=1)), None)
            if case is None:  # its customer took the consent back
                return sent
            _write(tenant, reader.user, case)
        CaseChoice.objects.update_or_create(
            user=reader.user, defaults={"sent_on": local.date()}, create_defaults={"sent_on": local.date()}
        )
        sent += 1
    return sent


def stop_token(tenant: Tenant, user: User) -> str:
    return signing.dumps([tenant.pk, user.pk], salt=_SALT)


def read_stop_token(token: str) -> tuple[int, int] | None:
    """Tenant and user of a link in a mail; None for anything else."""
    try:
        tenant_id, user_id = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(tenant_id), int(user_id)


def _write(tenant: Tenant, user: User, case: Case) -> None:
    context: dict[str, Any] = {
        "case": case,
        "tenant": tenant,
        "link": absolute(tenant_url(tenant.slug, "chair")),
        "stop": absolute(root_url("chair_stop", stop_token(tenant, user))),
    }
    outbox.enqueue(
        to=user.email,
        subject=_("%(company)s: one customer today") % {"company": tenant.name},
        text=render_to_string("dashboards/chair/mail.txt", context),
        html=render_to_string("dashboards/chair/mail.html", context),
        tenant_id=tenant.pk,
        about=[case.response_id],
    )
