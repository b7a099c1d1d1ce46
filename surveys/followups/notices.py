"""Mail to those who answer for follow-ups: what is theirs now, what falls due soon, and what is late already.

A first follow-up is told at once. What comes to the same person soon after waits for one mail of them all. A mail
holds masked words and a link, never who the customer is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import ngettext

from cxplatform.deliveries import outbox
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant, User
from cxplatform.tenancy.roles import Role
from journeys.models import Touchpoint, Unit
from surveys.followups import owners
from surveys.followups.heard import News
from surveys.followups.reach import reach
from surveys.followups.said import Heard, heard_of
from surveys.models import FollowUp, FollowUpStep, OwnerNotice
from surveys.replies.addresses import Addressee, reply_address

Kind = FollowUpStep.Kind
# What an owner is told of, unless it was their own doing.
TOLD = (Kind.OPENED, Kind.ASSIGNED, Kind.HANDED_OVER, Kind.REOPENED, Kind.SIGNAL, Kind.MAIL_IN, Kind.ANSWERED)
QUIET = timedelta(minutes=5)
"""Between mails of new follow-ups to one person."""
AHEAD = timedelta(hours=2)
"""Before the due time one is reminded, or later where all the time given is short."""
LISTED, AT_ONCE = 20, 500


def note(news: Sequence[News]) -> int:
    """Note whose follow-ups have something new that is not of their own doing; how many follow-ups."""
    told = [each for each in news if each.step.kind in TOLD and each.follow_up.owner_id]
    fresh = {each.follow_up.pk for each in told if each.step.by_id != each.follow_up.owner_id}
    return FollowUp.objects.filter(pk__in=fresh).update(owner_told=False) if fresh else 0


def waiting(*, now: datetime) -> bool:
    """Whether the active tenant has anything to write about. Uses follow_up_untold and follow_up_due."""
    return _untold().exists() or _soon(now).exists() or _late(now).exists()


def write_all(*, now: datetime | None = None) -> int:
    """Write what is due to be written in the active tenant; how many mails."""
    now = now or timezone.now()
    tenant = Tenant.objects.get(pk=active_tenant_id())
    return tell_owners(tenant, now=now) + remind(tenant, now=now) + escalate(tenant, now=now)


def tell_owners(tenant: Tenant, *, now: datetime) -> int:
    """One mail each of everything new; who was written to a moment ago waits."""
    able = {user.pk: user for user in owners.able()}
    mails = 0
    for owner_id in _untold().order_by("owner_id").values_list("owner_id", flat=True).distinct():
        OwnerNotice.objects.get_or_create(user_id=owner_id)
        # Locked: of two that write at once the later finds nothing left.
        notice = OwnerNotice.objects.select_for_update().get(user_id=owner_id)
        if notice.mailed_at and now - notice.mailed_at < QUIET:
            continue
        # Nobody is waited for, as rows of others are locked already: what somebody works on now is told the next time.
        free = _untold().select_for_update(of=("self",), skip_locked=True)
        theirs = list(free.filter(owner_id=owner_id).order_by("due_at", "id")[:AT_ONCE])
        _untold().filter(pk__in=[each.pk for each in theirs]).update(owner_told=True)
        if theirs and owner_id in able:
            _write(tenant, able[owner_id], theirs, "new", now)
            mails += 1
            OwnerNotice.objects.filter(pk=notice.pk).update(mailed_at=now)
    return mails


def remind(tenant: Tenant, *, now: datetime) -> int:
    """Each owner once of each due time, shortly before it."""
    rows = list(_soon(now).select_for_update(of=("self",), skip_locked=True).order_by("due_at", "id")[:AT_ONCE])
    FollowUp.objects.filter(pk__in=[each.pk for each in rows]).update(reminded_of=F("due_at"))
    able = {user.pk: user for user in owners.able()}
    return _each(tenant, [(able[each.owner_id], each) for each in rows if each.owner_id in able], "soon", now)


def escalate(tenant: Tenant, *, now: datetime) -> int:
    """Once of each due time that passed: the person in reserve, else the CX leads, else the admins; the trail tells."""
    late = _late(now).select_for_update(of=("self",), skip_locked=True).select_related("rule__backup")
    rows = list(late.order_by("due_at", "id")[:AT_ONCE])
    FollowUp.objects.filter(pk__in=[each.pk for each in rows]).update(escalated_for=F("due_at"))
    able = {user.pk: user for user in owners.able()}
    above = _above(tenant, able)
    pairs: list[tuple[User, FollowUp]] = []
    steps: list[FollowUpStep] = []
    for each in rows:
        backup = able.get(each.rule.backup_id or 0) if each.rule else None
        told = [person for person in ([backup] if backup else above) if person.pk != each.owner_id]
        pairs += [(person, each) for person in told]
        steps += [FollowUpStep(follow_up=each, kind=Kind.NOTE, at=now, data={"told": person.pk}) for person in told]
    # The version stays: nobody's typing is to be disturbed by it.
    FollowUpStep.objects.bulk_create(steps)
    return _each(tenant, pairs, "late", now)


def _untold() -> "QuerySet[FollowUp]":
    return FollowUp.objects.filter(state__in=FollowUp.LIVE, owner_told=False, owner__isnull=False)  # type: ignore[no-any-return]


def _soon(now: datetime) -> "QuerySet[FollowUp]":
    """Due within AHEAD, but not before half of the time given is gone."""
    near = FollowUp.objects.filter(state__in=FollowUp.LIVE, due_at__gt=now, due_at__lte=now + AHEAD, owner_told=True)
    unsaid = Q(reminded_of=None) | ~Q(reminded_of=F("due_at"))
    at = Value(now, output_field=DateTimeField())
    gone = ExpressionWrapper(at - F("opened_at"), output_field=DurationField())
    half = Q(due_at__lte=ExpressionWrapper(at + gone, output_field=DateTimeField()))
    return near.filter(unsaid, half, owner__isnull=False)  # type: ignore[no-any-return]


def _late(now: datetime) -> "QuerySet[FollowUp]":
    unsaid = Q(escalated_for=None) | ~Q(escalated_for=F("due_at"))
    return FollowUp.objects.filter(unsaid, state__in=FollowUp.LIVE, due_at__lte=now)  # type: ignore[no-any-return]


def _above(tenant: Tenant, able: dict[int, User]) -> list[User]:
    roles = dict(tenant.memberships.values_list("user_id", "role"))
    leads = [user for pk, user in able.items() if roles.get(pk) == Role.CX_LEAD]
    return leads or [user for pk, user in able.items() if roles.get(pk) == Role.ADMIN]


def _each(tenant: Tenant, pairs: Iterable[tuple[User, FollowUp]], what: str, now: datetime) -> int:
    """One mail to each person of everything that concerns them."""
    theirs: dict[int, tuple[User, list[FollowUp]]] = {}
    for person, each in pairs:
        theirs.setdefault(person.pk, (person, []))[1].append(each)
    for person, rows in theirs.values():
        _write(tenant, person, rows, what, now)
    return len(theirs)


@dataclass(frozen=True)
class Line:
    follow_up: FollowUp
    said: Heard
    place: str
    unit: str
    link: str


def _write(tenant: Tenant, person: User, rows: Sequence[FollowUp], what: str, now: datetime) -> None:
    shown = rows[:LISTED]
    heard = heard_of(shown)
    places = dict(Touchpoint.objects.filter(pk__in={each.touchpoint_id for each in shown}).values_list("pk", "name"))
    units = dict(Unit.objects.filter(pk__in={each.unit_id for each in shown}).values_list("pk", "name"))
    with translation.override(person.language or tenant.language), timezone.override(tenant.zone):
        lines = [
            Line(
                follow_up=each,
                said=heard[each.pk],
                place=places.get(each.touchpoint_id or 0, ""),
                unit=units.get(each.unit_id or 0, ""),
                link=absolute(tenant_url(tenant.slug, "follow_up", each.pk)),
            )
            for each in shown
        ]
        # Of one matter a reply to the mail writes to its customer.
        mine = len(rows) == 1 and rows[0].owner_id == person.pk and reach(rows)[rows[0].pk].by
        reply = reply_address(Addressee(tenant.pk, rows[0].pk, person.pk)) if mine else ""
        context = {
            "what": what,
            "reply": reply,
            "lines": lines,
            "more": len(rows) - len(shown),
            "inbox": absolute(tenant_url(tenant.slug, "follow_ups")),
        }
        outbox.enqueue(
            to=person.email,
            subject=f"{tenant.name}: {_subject(what, len(rows))}",
            text=render_to_string("surveys/followups/mail/owner.txt", context),
            # Else a machine's "I am away" would come back by the reply address and go to the customer.
            headers={"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
            | ({"Reply-To": reply} if reply else {}),
            tenant_id=tenant.pk,
            about=[id_ for each in shown for id_ in (each.customer_id, each.response_id) if id_],
        )


def _subject(what: str, n: int) -> str:
    if what == "soon":
        return ngettext("%d follow-up falls due soon", "%d follow-ups fall due soon", n) % n
    if what == "late":
        return ngettext("%d follow-up is late", "%d follow-ups are late", n) % n
    return ngettext("%d follow-up waits for you", "%d follow-ups wait for you", n) % n
