"""Decisions: written down in the meeting, come up first in the next ones, settled there or on the list."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from cxplatform.deliveries import outbox
from cxplatform.tenancy import audit
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Membership, Tenant, User
from dashboards.improvements.tell import came_of
from dashboards.meeting.hold import of_member
from dashboards.meeting.words import CHAIR
from dashboards.models import Decision, Improvement, Meeting


def write(
    *,
    meeting: Meeting | None,
    text: str,
    owner: User,
    due: date,
    about: str,
    by: User,
    improvement: Improvement | None = None,
) -> Decision:
    """Write a decision down; the history tells of it, and a mail its owner, unless they wrote it themselves.

    One without a meeting is of an improvement, and is on the agenda of the whole company's next meeting.
    """
    decision: Decision = Decision.objects.create(
        meeting=meeting, improvement=improvement, text=text, owner=owner, due=due, about=about
    )
    audit.record("created", decision)
    if owner != by:
        _tell(decision, decision.tenant, by)
    return decision


def _tell(decision: Decision, tenant: Tenant, by: User) -> None:
    """Mail to the owner in their own language, with the words of the decision and where it can be settled."""
    owner = decision.owner
    if owner is None:
        return
    with translation.override(owner.language or tenant.language), timezone.override(tenant.zone):
        outbox.enqueue(
            to=owner.email,
            subject=f"{_('A decision for you')}: {' '.join(decision.text.split())}"[:150],
            text=render_to_string(
                "dashboards/meeting/decision_mail.txt",
                {
                    "decision": decision,
                    "tenant": tenant,
                    "by": by,
                    "link": absolute(tenant_url(tenant.slug, "meetings")),
                },
            ),
            tenant_id=tenant.pk,
            about=_heard(decision),
        )


def _heard(decision: Decision) -> list[UUID]:
    """Whose words may stand in it: of the customer in the chair, or of those whose improvement it is of."""
    of = came_of(decision.improvement) if decision.improvement else []
    in_chair = decision.meeting.case_id if decision.meeting and decision.about == CHAIR else None
    return [*of, in_chair] if in_chair else of


def settle(decision: Decision, *, state: str, by: User | None) -> None:
    """Say whether it was done; `open` takes that back."""
    before = audit.stored(decision)
    decision.state = state
    opened = state == Decision.State.OPEN
    decision.settled_at, decision.settled_by = (None, None) if opened else (timezone.now(), by)
    decision.save(update_fields=["state", "settled_at", "settled_by"])
    audit.record("changed", decision, before=before)


def decisions_of(membership: Membership) -> "QuerySet[Decision]":
    """Decisions of the meetings that a member may open, with their owners."""
    found: QuerySet[Decision] = Decision.objects.select_related("owner", "meeting", "settled_by", "improvement")
    return found.filter(meeting__in=of_member(membership)) if membership.own_units else found


def earlier(meeting: Meeting, membership: Membership) -> Sequence[Decision]:
    """What comes up first: decided before this meeting and still open then, the soonest due first."""
    before = Q(meeting__started_at__lt=meeting.started_at, meeting__unit_ids=meeting.unit_ids)
    if not meeting.unit_ids:
        before |= Q(meeting=None, written_at__lt=meeting.started_at)
    return list(
        decisions_of(membership)
        .filter(before)
        .filter(Q(state=Decision.State.OPEN) | Q(settled_at__gte=meeting.started_at))
        .order_by("due", "id")
    )
