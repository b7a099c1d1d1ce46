"""Survey rounds: a sample is drawn once somebody has approved, and each person drawn is decided about like anybody."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext

from cxplatform.ids import uuid7s
from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, Tenant, User
from cxplatform.tenancy.roles import PERMISSIONS, Permission
from surveys.asking import ledger, reasons
from surveys.asking.contact import ADDRESSED, Candidate
from surveys.asking.policy import open_from, policy_of
from surveys.asking.triggers import draw, published_surveys
from surveys.models import Invitation, SurveyRound

STEP = 2_000
State = SurveyRound.State
_DEFINERS = [role for role, permissions in PERMISSIONS.items() if Permission.DEFINE in permissions]

# The sample is the first of an order that the seed makes: it can be drawn in steps, and again.
_DRAW = """
SELECT id, key FROM (
    SELECT id, md5(%(seed)s || ':' || id::text) AS key FROM journeys_customer
    WHERE tenant_id = %(tenant)s AND erased_at IS NULL AND merged_into_id IS NULL
        AND (%(who)s <> 'dimension' OR dimensions ->> %(dimension)s = ANY(%(values)s))
        AND (%(who)s <> 'listed' OR external_id = ANY(%(customers)s))
) drawn
WHERE key > %(after)s ORDER BY key LIMIT %(most)s
"""


def approve(round_: SurveyRound, *, by: User) -> None:
    """Let a round of the active tenant be asked when its time comes.

    Raises ValidationError for one that is past drafting, whose survey is not published, and, where several people
    define surveys, for the one who made it.
    """
    if round_.state != State.DRAFT:
        raise ValidationError(gettext("Only a draft can be approved."))
    if round_.survey_id not in published_surveys({round_.survey_id}):
        raise ValidationError(gettext("Publish the survey first."))
    others = Membership.objects.filter(tenant_id=active_tenant_id(), role__in=_DEFINERS).exclude(user=by)
    if round_.made_by_id == by.pk and others.exists():
        raise ValidationError(gettext("Ask a colleague to approve it: who makes a round does not approve it."))
    _set(round_, "approved", state=State.APPROVED, approved_by=by, approved_at=timezone.now())


def withdraw(round_: SurveyRound) -> None:
    """Take an approved round back to a draft, before anybody was asked."""
    if round_.state != State.APPROVED:
        raise ValidationError(gettext("Only an approved round that has not begun can be taken back."))
    _set(round_, "changed", state=State.DRAFT, approved_by=None, approved_at=None)


def _set(round_: SurveyRound, action: str, **fields: Any) -> None:
    before = audit.stored(round_)
    for name, value in fields.items():
        setattr(round_, name, value)
    round_.save(update_fields=list(fields))
    audit.record(action, round_, before=before)


def due(*, now: datetime) -> list[int]:
    """Rounds of the active tenant that are to be asked, or are being asked."""
    waiting = SurveyRound.objects.in_use().filter(state__in=[State.APPROVED, State.RUNNING], scheduled_at__lte=now)
    return list(waiting.order_by("scheduled_at", "pk").values_list("pk", flat=True))


def step(round_id: int, *, now: datetime) -> bool:
    """Decide about the next people of a round's sample; False when it is done. Exact if it is run twice at once."""
    ledger.take_turn()
    round_ = SurveyRound.objects.select_for_update().get(pk=round_id)
    if round_.state not in (State.APPROVED, State.RUNNING):
        return False
    if round_.who == SurveyRound.Who.STAFF:
        _ask_staff(round_, now=now)
        more = False
    else:
        more = _ask_customers(round_, now=now)
    round_.state = State.RUNNING if more else State.DONE
    round_.save(update_fields=["state", "progress", "drawn"])
    return more


def _ask_customers(round_: SurveyRound, *, now: datetime) -> bool:
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "seed": str(round_.seed),
        "who": round_.who,
        "dimension": round_.dimension.slug if round_.dimension else "",
        "values": list(round_.values),
        "customers": list(round_.customers),
        "after": round_.progress,
        "most": min(STEP, round_.sample_size - round_.drawn),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DRAW, values)
        drawn = cursor.fetchall()
    kind, touchpoint_id = published_surveys({round_.survey_id}).get(round_.survey_id, ("", None))
    ledger.plan([_candidate(round_, id_, kind, touchpoint_id, now) for id_, _ in drawn], now=now)
    if drawn:
        round_.progress, round_.drawn = drawn[-1][1], round_.drawn + len(drawn)
    return len(drawn) == values["most"] and round_.drawn < round_.sample_size


def _candidate(round_: SurveyRound, id_: UUID, kind: str, touchpoint_id: int | None, now: datetime) -> Candidate:
    return Candidate(
        customer_id=id_,
        survey_id=round_.survey_id,
        kind=kind,
        due_at=max(round_.scheduled_at, now),
        methods=tuple(round_.methods),
        lifetime=timedelta(days=round_.lifetime_days),
        round_id=round_.pk,
        touchpoint_id=touchpoint_id,
        obstacle="" if kind else reasons.CLOSED,
    )


def _ask_staff(round_: SurveyRound, *, now: datetime) -> None:
    """A mirror round: members of the roles and units, by personal link to their own e-mail, without signing in."""
    tenant = Tenant.objects.get(pk=active_tenant_id())
    members = Membership.objects.filter(tenant=tenant, role__in=round_.roles, user__is_active=True)
    if round_.unit_ids:
        members = members.filter(unit_ids__overlap=round_.unit_ids)
    order = sorted(members.select_related("user"), key=lambda member: draw(f"{round_.seed}:{member.pk}"))
    kind, touchpoint_id = published_surveys({round_.survey_id}).get(round_.survey_id, ("", None))
    quiet = policy_of(kind, ledger.rules_in_use()).quiet
    wanted = max(round_.scheduled_at, now)
    due_at = open_from(wanted, quiet, tenant.zone)
    chosen = order[: round_.sample_size]
    method = next((m for m in round_.methods if m not in ADDRESSED - {"email"}), "email")
    rows = [
        {
            "id": id_,
            "survey_id": round_.survey_id,
            "method": method,
            "state": Invitation.State.PLANNED if kind else Invitation.State.SKIPPED,
            "reason": (reasons.QUIET if due_at > wanted else "") if kind else reasons.CLOSED,
            "member_id": member.pk,
            "address": member.user.email if kind and method == "email" else "",
            "language": (member.user.language or tenant.language)[:10],
            "touchpoint_id": touchpoint_id,
            "correlation": "",
            "round_id": round_.pk,
            "due_at": due_at,
            "expires_at": due_at + timedelta(days=round_.lifetime_days),
        }
        for id_, member in zip(uuid7s(len(chosen)), chosen, strict=True)
    ]
    if rows:
        ledger.write(rows, now=now)
    round_.drawn = len(rows)
