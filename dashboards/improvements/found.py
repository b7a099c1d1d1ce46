"""Improvements in one press: of a finding, of follow-ups, of a focus theme, of a decision."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import connection
from django.utils import translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership, Tenant, User
from dashboards.changes import channels, declines, divergence, faults, handoffs, levels
from dashboards.changes.lines import lines
from dashboards.improvements.keys import key_of, live_of
from dashboards.improvements.work import propose
from dashboards.models import Decision, FocusTheme, Improvement, Insight
from dashboards.structure import load_structure
from journeys.models import Touchpoint
from surveys.followups.seen import seen_by
from surveys.models import Cause, FollowUp

WHAT: Mapping[str, str | Promise] = {
    faults.KIND: gettext_lazy("a sudden fault"),
    declines.KIND: gettext_lazy("a slow decline"),
    divergence.KIND: gettext_lazy("looks well, and is not"),
    channels.KIND: gettext_lazy("channels disagree"),
    handoffs.KIND: gettext_lazy("a hand-off breaks the experience"),
    levels.KIND: gettext_lazy("an uneven experience"),
}
"""What an improvement of a finding is called, after its place."""


def of_finding(insight: Insight, *, tenant: Tenant, by: User | None, today: date) -> Improvement:
    """The improvement there is of this finding, else a new one with the finding's sentence and figures as they are."""
    key = key_of(insight)
    if there := _there(key):
        return there
    with translation.override(tenant.language):
        said = lines([insight], load_structure())
        sentence = " · ".join([said[0].text, *said[0].figures]) if said else ""
        place = said[0].place.name if said else ""
        # No figures in a title: who is on the team may not see the company's.
        title = f"{place}: {WHAT[insight.kind]}" if place else str(WHAT[insight.kind]).capitalize()
    touchpoint = Touchpoint.objects.in_use().filter(pk=insight.touchpoint_id).select_related("owner").first()  # type: ignore[attr-defined]
    return propose(
        title=title,
        by=by,
        kind=_kind(insight),
        touchpoint=touchpoint,
        owner=touchpoint.owner if touchpoint else None,
        signal_on=date.fromisoformat(insight.data["began"]) if "began" in insight.data else today,
        finding={
            "key": key,
            "kind": insight.kind,
            "place": place,
            "sentence": sentence,
            "stage": insight.stage_id,  # type: ignore[attr-defined]
            "journey": insight.journey_id,  # type: ignore[attr-defined]
        },
    )


def _there(key: str) -> Improvement | None:
    """The live improvement of this key. Whoever asks for the same one at the same time waits until this one commits:
    pressed twice, it makes one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('dashboards.improvements.' || %s, %s))",
            [key, active_tenant_id()],
        )
    return live_of([key]).get(key)


def _kind(insight: Insight) -> str:
    """What goes over the border of a channel or a unit is not put right at one place."""
    structural = insight.stage_id is not None or insight.kind == handoffs.KIND  # type: ignore[attr-defined]
    return Improvement.Kind.STRUCTURAL if structural else Improvement.Kind.TACTICAL


def follow_ups_of(membership: Membership, pks: Sequence[int]) -> list[FollowUp]:
    """Those of these follow-ups that the member may work with."""
    return list(seen_by(membership).filter(pk__in=list(pks)).order_by("signal_at"))


def of_follow_ups(follow_ups: Sequence[FollowUp], *, tenant: Tenant, by: User | None) -> Improvement:
    """One improvement of what these customers met: its place is where most of them met it. `follow_ups` not empty.

    Customers' own words stay with the follow-ups, where they are masked and can be erased.
    """
    cause = Counter(each.cause for each in follow_ups).most_common(1)[0][0]
    at = Counter(each.touchpoint_id for each in follow_ups if each.touchpoint_id).most_common(1)
    touchpoint = Touchpoint.objects.filter(pk=at[0][0]).select_related("owner").first() if at else None
    with translation.override(tenant.language):
        parts = [str(Cause(cause).label).capitalize(), touchpoint.name if touchpoint else ""]
        title = ": ".join(part for part in parts if part)
    return propose(
        title=title,
        by=by,
        touchpoint=touchpoint,
        owner=touchpoint.owner if touchpoint else None,
        signal_on=min(each.signal_at for each in follow_ups).astimezone(tenant.zone).date(),
        follow_ups=[each.pk for each in follow_ups],
    )


def of_theme(theme: FocusTheme, *, tenant: Tenant, by: User | None) -> Improvement:
    """What is done for a focus theme: the improvement there is of it, else a new one."""
    if there := _there(f"theme:{theme.pk}"):
        return there
    with translation.override(tenant.language):
        sentence = f"{_('Focus theme')}: {theme.title}, {date_format(theme.chosen_on, 'SHORT_DATE_FORMAT')}"
    return propose(
        title=theme.title,
        by=by,
        touchpoint=theme.touchpoint,
        owner=theme.owner,
        due=theme.due_on,
        signal_on=theme.chosen_on,
        finding={
            "key": f"theme:{theme.pk}",
            "kind": "theme",
            "place": str(theme.touchpoint or ""),
            "sentence": sentence,
        },
    )


def of_decision(decision: Decision, *, by: User | None) -> Improvement:
    """What a decision sets going; the decision then names it, and one decision makes one."""
    decision = (
        Decision.objects.select_for_update(of=("self",)).select_related("improvement", "owner").get(pk=decision.pk)
    )
    if decision.improvement is not None:
        return decision.improvement
    made = propose(title=decision.text, by=by, owner=decision.owner, due=decision.due, signal_on=None)
    decision.improvement = made
    decision.save(update_fields=["improvement"])
    return made
