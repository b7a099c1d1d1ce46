"""Holding a meeting: it begins with the page as it is, and ends without what customers said."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone, translation

from cxplatform.tenancy.models import Membership, Tenant
from dashboards.chair.cases import may_be_told
from dashboards.improvements.keys import keys_now
from dashboards.meeting.frozen import Frozen
from dashboards.meeting.words import CHAIR, without_words
from dashboards.models import Meeting
from dashboards.query import Query, kept_address
from journeys.keepers import Erasing


def of_member(membership: Membership) -> "QuerySet[Meeting]":
    """The meetings that a member may open, newest first: all, or those over nothing but the member's own units."""
    found: QuerySet[Meeting] = Meeting.objects.order_by("-started_at")
    own = membership.own_units
    return found.filter(unit_ids__contained_by=list(own), unit_ids__len__gt=0) if own else found


def begin(*, query: Query, membership: Membership, show: Callable[[], Frozen]) -> Meeting:
    """The meeting that this member has going over this page, else a new one.

    `show` gives the page in the language that is on, and is called in each of ours. A meeting that the member
    left open ends now. Raises BadQuery for a query that cannot be kept.
    """
    with connection.cursor() as cursor:  # pressed twice, the second press finds the meeting that the first began
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"meeting:{membership.pk}"])
    mine = of_member(membership).filter(started_by=membership.user, ended_at=None)
    address = kept_address(query)
    going = mine.filter(query=address, started_at__gte=_midnight(membership.tenant)).first()
    if going is not None:
        return going
    for left in mine:
        end(left)
    page: dict[str, dict[str, str]] = {}
    # The reader's own first: what is wrong with the query is said in the language in which it comes up.
    for language, _name in sorted(settings.LANGUAGES, key=lambda pair: pair[0] != translation.get_language()):
        with translation.override(language):
            seen = show()
            page[language] = dict(seen.steps)
    created: Meeting = Meeting.objects.create(
        query=address,
        start=query.period.start,
        last=query.period.last,
        unit_ids=list(membership.own_units),
        page=page,
        case_id=seen.case_id,
        found=[] if membership.own_units else keys_now(),
        started_by=membership.user,
    )
    return created


def end(meeting: Meeting) -> None:
    """End a meeting that goes on; its figures and decisions stay, what customers said does not."""
    if meeting.ended_at is None:
        meeting.ended_at = timezone.now()
        meeting.page = without_words(meeting.page)
        meeting.save(update_fields=["ended_at", "page"])


def shown(meeting: Meeting) -> dict[str, str]:
    """Each step's HTML in the language that is on; the chair is empty at once when its customer says no after all."""
    keep_consent(meeting)
    page: dict[str, Any] = meeting.page
    found: dict[str, str] = page.get(translation.get_language() or "") or page.get(settings.LANGUAGE_CODE, {})
    return found


def keep_consent(meeting: Meeting) -> bool:
    """Whether the case in the chair, if any, may still be told; of one that may not nothing is kept."""
    if meeting.case_id is None or meeting.ended_at is not None or may_be_told(meeting.case_id):
        return True
    meeting.page = {language: {**steps, CHAIR: ""} for language, steps in meeting.page.items()}
    meeting.case_id = None
    meeting.save(update_fields=["page", "case_id"])
    return False


def erase(erasing: Erasing) -> None:
    """Somebody's words may be on the screen of any meeting that goes on: none keeps any."""
    for meeting in Meeting.objects.filter(ended_at=None):
        meeting.page = without_words(meeting.page)
        meeting.save(update_fields=["page"])


def _midnight(tenant: Tenant) -> datetime:
    return datetime.combine(timezone.localdate(timezone=tenant.zone), time(), tenant.zone)
