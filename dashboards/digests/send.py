"""Writing the digests that are due into the outbox, each once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy.addresses import absolute, tenant_url, within
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Permission
from dashboards.digests.build import Digest, digest, query_for
from dashboards.digests.days import last_sending
from dashboards.digests.stopping import stop_address
from dashboards.leadership.page import load_page
from dashboards.models import DigestChoice
from dashboards.query import BadQuery, Query

log = structlog.get_logger(__name__)

SENT_AT = time(6)
"""Of the company's clock: before the day begins."""
LATE = timedelta(days=3)
"""What could not be sent for longer than this is left out: its days are past."""


@dataclass(frozen=True)
class Due:
    """A digest to write, of the day of sending `sending`."""

    choice: DigestChoice
    member: Membership
    sending: date


def due(tenant: Tenant, *, now: datetime | None = None) -> list[Due]:
    """Digests of the active tenant whose day of sending has come, of members who may see results; two queries."""
    local = (now or timezone.now()).astimezone(tenant.zone)
    today = local.date() if local.time() >= SENT_AT else local.date() - timedelta(days=1)
    waiting = [
        (choice, sending)
        for choice in DigestChoice.objects.filter(told_until__lt=today)
        if (sending := last_sending(today, weekly=choice.weekly, on=choice.day)) > choice.told_until
        and today - sending <= LATE
    ]
    if not waiting:
        return []
    members = {member.user_id: member for member in _members(tenant, [choice.user_id for choice, _day in waiting])}
    return [Due(choice, members[choice.user_id], day) for choice, day in waiting if choice.user_id in members]


def send_due(tenant: Tenant, *, now: datetime | None = None) -> int:
    """Write what is due into the outbox; how many mails. Who asks the same of the same days is answered from one
    reading of the counts; one that fails stops none of the others, and is tried again."""
    if not _my_turn(tenant):
        return 0
    digests: dict[tuple[Query, str, bool], Digest] = {}
    sent = 0
    for each in due(tenant, now=now):
        try:
            with transaction.atomic(), within(tenant.slug):
                _write(tenant, each, digests)
                sent += 1
        except Exception:
            log.exception("digest not written", tenant=tenant.pk, digest=each.choice.pk)
    return sent


def subject_of(tenant: Tenant, found: Digest, *, weekly: bool) -> str:
    """ "Rengasala: the week in figures, 9 Nov 2026–15 Nov 2026 · Unit: Helsinki" in the language that is on."""
    name = _("the week in figures") if weekly else _("the month in figures")
    about = f" · {', '.join(found.whose)}" if found.whose else ""
    return f"{tenant.name}: {name}, {found.days}{about}"


def context_of(tenant: Tenant, found: Digest, *, weekly: bool) -> dict[str, object]:
    """What the templates of a digest need, in a mail and in a preview."""
    return {
        "tenant": tenant,
        "digest": found,
        "subject": subject_of(tenant, found, weekly=weekly),
        "link": absolute(f"{tenant_url(tenant.slug, 'leadership')}{found.query.querystring()}"),
        "choices": absolute(tenant_url(tenant.slug, "digests")),
    }


def _my_turn(tenant: Tenant) -> bool:
    """Whether no other worker writes this company's digests; the turn ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('dashboards.digests', %s))", [tenant.pk])
        return bool(cursor.fetchone()[0])


def _members(tenant: Tenant, user_ids: Iterable[int]) -> list[Membership]:
    found = Membership.objects.filter(tenant=tenant, user_id__in=user_ids, user__is_active=True).select_related("user")
    return [member for member in found if member.may(Permission.SEE_RESULTS)]


def _write(tenant: Tenant, each: Due, digests: dict[tuple[Query, str, bool], Digest]) -> None:
    choice, member = each.choice, each.member
    language = choice.language or member.user.language or tenant.language
    with translation.override(language), timezone.override(tenant.zone):
        try:
            query = query_for(filters=choice.filters, weekly=choice.weekly, sending=each.sending, member=member)
            asked = (query, language, choice.weekly)
            if asked not in digests:
                page = load_page(query=query, today=each.sending, tenant=tenant)
                digests[asked] = digest(page, weekly=choice.weekly)
        except BadQuery as error:
            _without_figures(tenant, each, str(error))
            return
        found = digests[asked]
        about = [said.response_id for said in found.heard]
        _enqueue(tenant, each, "digest", context_of(tenant, found, weekly=choice.weekly), about)
    _told(each, trouble="")


def _without_figures(tenant: Tenant, each: Due, said: str) -> None:
    """A digest that asks for what is no more there says so: one that stays away would be taken for good news."""
    subject = f"{tenant.name}: {_('a digest that could not be made')}"
    choices = absolute(tenant_url(tenant.slug, "digests"))
    _enqueue(tenant, each, "trouble", {"tenant": tenant, "subject": subject, "said": said, "choices": choices})
    _told(each, trouble=said)


def _enqueue(tenant: Tenant, each: Due, template: str, context: dict[str, object], about: Iterable[UUID] = ()) -> None:
    stop = stop_address(each.choice)
    outbox.enqueue(
        to=each.member.user.email,
        subject=str(context["subject"]),
        text=render_to_string(f"dashboards/digests/{template}.txt", {**context, "stop": stop}),
        html=render_to_string(f"dashboards/digests/{template}.html", {**context, "stop": stop}),
        # One-click unsubscription, RFC 8058.
        headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"},
        tenant_id=tenant.pk,
        about=about,
    )


def _told(each: Due, *, trouble: str) -> None:
    DigestChoice.objects.filter(pk=each.choice.pk).update(told_until=each.sending, trouble=trouble[:300])
