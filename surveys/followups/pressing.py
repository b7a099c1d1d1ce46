"""A signal that grew: an answer that opened a follow-up comes again with a cause that is more pressing.

Who first gave a two, and then asked on a later page to be called, is no more just a detractor: the rule of the more
pressing cause decides whose it is and by when.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from surveys.followups import due, owners, rules
from surveys.followups.heard import News
from surveys.followups.reading import Found
from surveys.models import Cause, FollowUp, FollowUpRule, FollowUpStep

Kind = FollowUpStep.Kind


Pressed = tuple[Found, FollowUpRule]


def pressed(again: Sequence[Found], in_force: Sequence[FollowUpRule]) -> Mapping[int, Pressed]:
    """Events that opened a follow-up, each with the rule that fits it now, by the follow-up.

    Praise presses nobody: what somebody opened by hand of a praise has work in it that a thank-you would hide.
    """
    found = [(each, rules.first(in_force, each.signals())) for each in again]
    return {
        each.follow_up_id: (each, rule)
        for each, rule in found
        if each.follow_up_id and rule and rule.cause != Cause.PROMOTER
    }


def raise_causes(meant: Mapping[int, Pressed], held: Mapping[int, FollowUp], *, now: datetime) -> list[News]:
    """Let those in work that these events opened fall under the rule meant for them where it is a more pressing one.

    Due times only get tighter. The owner is the new rule's where nobody has begun; whoever has goes on.
    """
    known = [held[pk] for pk in sorted(meant) if pk in held and held[pk].state in FollowUp.LIVE]
    rows = [row for row in known if rules.PRESSING[meant[row.pk][1].cause] < rules.PRESSING[row.cause]]
    if not rows:
        return []
    steps_of = FollowUpStep.objects.filter(follow_up__in=[row.pk for row in rows], by__isnull=False)
    begun = set(steps_of.values_list("follow_up_id", flat=True))
    desk, steps = owners.desk(row.touchpoint_id for row in rows), []
    for row in rows:
        each, rule = meant[row.pk]
        data = {"cause": rule.cause, "was": row.cause, "event": str(each.event_id)}
        steps.append(FollowUpStep(follow_up=row, kind=Kind.SIGNAL, at=now, data=data))
        contact, fix = due.due(rule, [now], now=now)[0]
        row.rule, row.cause = rule, rule.cause
        row.contact_due, row.fix_due = min(row.contact_due, contact), min(row.fix_due, fix)
        row.version += 1
        meant_for = desk.owner(rule=rule, unit_id=row.unit_id, touchpoint_id=row.touchpoint_id)
        to = row.owner if row.pk in begun else meant_for
        if to != row.owner:
            moved = {"from": row.owner_id, "to": to.pk if to else None}
            steps.append(FollowUpStep(follow_up=row, kind=Kind.ASSIGNED, at=now, data=moved))
            row.owner = to
    changed = ["rule", "cause", "contact_due", "fix_due", "version", "owner"]
    FollowUp.objects.bulk_update(rows, changed)
    FollowUpStep.objects.bulk_create(steps)
    return [News(step.follow_up, step) for step in steps]
