"""What is done with an improvement: proposed, begun, done or dropped, and begun again as its next iteration."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from cxplatform.tenancy import audit
from cxplatform.tenancy.models import User
from dashboards.changes.noted import note
from dashboards.improvements.tell import tell
from dashboards.models import Action, Improvement, KpiSeries, Source, TeamMember, Watched
from journeys.models import Journey, Stage, Touchpoint


class NotNow(ValueError):
    """It cannot be done in the improvement's state; the text says so to whoever tried."""


def propose(
    *,
    title: str,
    by: User | None,
    kind: str = Improvement.Kind.TACTICAL,
    why: str = "",
    touchpoint: Touchpoint | None = None,
    owner: User | None = None,
    due: date | None = None,
    signal_on: date | None = None,
    finding: Mapping[str, Any] | None = None,
    follow_ups: Iterable[int] = (),
    before: Improvement | None = None,
) -> Improvement:
    """A new improvement, told to its owner by mail unless they made it themselves. `follow_ups` are what it came of."""
    made: Improvement = Improvement.objects.create(
        title=title[:200],
        kind=kind,
        why=why,
        touchpoint=touchpoint,
        owner=owner,
        due=due,
        signal_on=signal_on,
        finding=dict(finding or {}),
        before=before,
        created_by=by,
    )
    Source.objects.bulk_create([Source(improvement=made, follow_up_id=pk) for pk in dict.fromkeys(follow_ups)])
    audit.record("added", made)
    tell(made, to=owner, by=by)
    return made


def change(improvement: Improvement, *, by: User | None, **fields: Any) -> Improvement:
    """Other words, kind, place, owner or days; a new owner is told."""
    with transaction.atomic():
        row = _locked(improvement)
        before, owner = audit.state(row), row.owner_id  # type: ignore[attr-defined]
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
        audit.record("changed", row, before=before)
    if row.owner_id != owner:  # type: ignore[attr-defined]
        tell(row, to=row.owner, by=by)
    return row


def begin(improvement: Improvement, *, today: date) -> Improvement:
    """Work on it begins: its cycle time runs from this day. One that was dropped is taken up again."""
    return _move(
        improvement,
        (Improvement.State.PROPOSED, Improvement.State.DROPPED),
        _("This improvement has begun already."),
        state=Improvement.State.DOING,
        started_on=today,
    )


def finish(improvement: Improvement, *, day: date, what: str, result: str = "") -> Improvement:
    """Customers meet it from `day` on: a dated change, whose effect is tested before against after.

    Its place is the improvement's touchpoint, else the stage or journey of its finding, else the whole company.
    Raises NotNow for one that is done or dropped.
    """
    with transaction.atomic():
        row = _locked(improvement)
        if row.state not in (Improvement.State.PROPOSED, Improvement.State.DOING):
            raise NotNow(_("This improvement is done or dropped already."))
        made = note(day=day, what=what, made_by=str(row.owner or "")[:200], **_place(row))
        before = audit.state(row)
        row.state, row.done_on, row.change, row.result = Improvement.State.DONE, day, made, result
        row.started_on = min(row.started_on or day, day)
        row.save()
        audit.record("changed", row, before=before)
    return row


def drop(improvement: Improvement, *, why: str) -> Improvement:
    """Let it go, and say why."""
    return _move(
        improvement,
        (Improvement.State.PROPOSED, Improvement.State.DOING),
        _("This improvement is done or dropped already."),
        state=Improvement.State.DROPPED,
        result=why,
    )


@transaction.atomic
def again(improvement: Improvement, *, by: User, today: date) -> Improvement:
    """The next iteration of one that is done: same place, owner, team and figures; what is left to do goes along."""
    _locked(improvement)
    if improvement.state != Improvement.State.DONE:
        raise NotNow(_("Only what is done has a next iteration."))
    if Improvement.objects.filter(before=improvement).exists():
        raise NotNow(_("The next iteration has begun already."))
    made = propose(
        title=improvement.title,
        by=by,
        kind=improvement.kind,
        why=improvement.result or improvement.why,
        touchpoint=improvement.touchpoint,
        owner=improvement.owner,
        signal_on=today,
        before=improvement,
    )
    TeamMember.objects.bulk_create([TeamMember(improvement=made, user=each.user) for each in improvement.team.all()])
    Watched.objects.bulk_create([Watched(improvement=made, series=each.series) for each in improvement.watched.all()])
    improvement.actions.filter(done_on=None).update(improvement=made)
    return made


def act(improvement: Improvement, *, text: str, owner: User | None, due: date | None, by: User | None) -> Action:
    """One more thing to do, told to who does it."""
    made: Action = Action.objects.create(improvement=improvement, text=text, owner=owner, due=due)
    audit.record("added", made)
    tell(improvement, to=owner, by=by, action=made)
    return made


def tick(action: Action, *, done: bool, today: date) -> Action:
    """Say that an action is done, or that it is not after all."""
    before = audit.stored(action)
    action.done_on = today if done else None
    action.save(update_fields=["done_on"])
    audit.record("changed", action, before=before)
    return action


def team(improvement: Improvement, *, people: Iterable[User], watched: Iterable[KpiSeries] | None = None) -> None:
    """Who is on the team, and which of the company's figures it keeps an eye on."""
    wanted = {user.pk for user in people}
    improvement.team.exclude(user_id__in=wanted).delete()
    TeamMember.objects.bulk_create(
        [TeamMember(improvement=improvement, user_id=pk) for pk in wanted], ignore_conflicts=True
    )
    if watched is not None:
        series = {each.pk for each in watched}
        improvement.watched.exclude(series_id__in=series).delete()
        Watched.objects.bulk_create(
            [Watched(improvement=improvement, series_id=pk) for pk in series], ignore_conflicts=True
        )


def _place(improvement: Improvement) -> dict[str, Any]:
    if improvement.touchpoint:
        return {"touchpoint": improvement.touchpoint}
    for name, model in (("stage", Stage), ("journey", Journey)):
        found = model.objects.in_use().filter(pk=improvement.finding.get(name)).first()
        if found:
            return {name: found}
    return {}


def _move(improvement: Improvement, allowed: tuple[str, ...], refusal: str, **fields: Any) -> Improvement:
    with transaction.atomic():
        row = _locked(improvement)
        if row.state not in allowed:
            raise NotNow(refusal)
        before = audit.state(row)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save(update_fields=list(fields))
        audit.record("changed", row, before=before)
    return row


def _locked(improvement: Improvement) -> Improvement:
    """Two people may act at once: the second sees what the first did."""
    row: Improvement = Improvement.objects.select_for_update().get(pk=improvement.pk)
    return row
