"""Tell the other rooms what broke, by events: they know of promises nothing but these.

`promise.broken` comes once for each break of a promise (not of an instruction to staff), dated when it fell
due. If it turns out later that the break does not stand, as a closing came in late, `promise.break_retracted`
follows with the same correlation and customer.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from journeys.models import Channel, Customer, Touchpoint, Unit
from journeys.record import IncomingEvent, record
from promises.judging.counting import Change
from promises.judging.judge import BROKEN
from promises.models import Rule

SOURCE = "promises"
BROKE, RETRACTED = "promise.broken", "promise.break_retracted"
_BATCH = 5_000


def announce(changes: Sequence[Change], *, cause: str = "") -> None:
    """Record the events of what broke and what no longer is broken, in the transaction that counted it.

    `cause` is what turned them where that was no event and no falling due.
    """
    moved = [change for change in changes if (change.before == BROKEN) != (change.after == BROKEN)]
    if not moved:
        return
    rules = {
        rule.pk: rule
        for rule in Rule.objects.filter(
            pk__in={change.rule_id for change in moved}, part=Rule.Part.PROMISE
        ).select_related("promise")
    }
    moved = [change for change in moved if change.rule_id in rules]
    for start in range(0, len(moved), _BATCH):
        batch = moved[start : start + _BATCH]
        record(events=list(_events(batch, rules, _names(batch), cause)), source=SOURCE)


def _names(changes: Sequence[Change]) -> dict[str, Mapping[Any, str]]:
    customers = {change.customer_id for change in changes if change.customer_id}
    return {
        "customer": {
            str(id_): number
            for id_, number in Customer.objects.filter(id__in=customers).values_list("id", "external_id")
        },
        "touchpoint": _slugs(Touchpoint, {change.touchpoint_id for change in changes}),
        "channel": _slugs(Channel, {change.channel_id for change in changes}),
        "unit": _slugs(Unit, {change.unit_id for change in changes}),
    }


def _slugs(model: Any, ids: set[int | None]) -> dict[int, str]:
    known = ids - {None}
    return dict(model.objects.filter(pk__in=known).values_list("pk", "slug")) if known else {}


def _events(
    changes: Iterable[Change], rules: Mapping[int, Rule], names: Mapping[str, Mapping[Any, str]], cause: str
) -> Iterable[IncomingEvent]:
    for change in changes:
        rule = rules[change.rule_id]
        broke = change.after == BROKEN
        yield IncomingEvent(
            id=_id(change, broke, cause),
            type=BROKE if broke else RETRACTED,
            source=SOURCE,
            # Not before the opening: a due time read from a property may be any year.
            time=max(change.due_at or change.opened_at, change.opened_at) if broke else None,
            customer=names["customer"].get(change.customer_id),
            touchpoint=names["touchpoint"].get(change.touchpoint_id),
            channel=names["channel"].get(change.channel_id),
            unit=names["unit"].get(change.unit_id),
            correlation=change.subject if rule.match == Rule.Match.CORRELATION else None,
            properties={
                "promise": rule.promise.slug,
                "lifecycle": rule.promise.lifecycle,
                "rule": rule.pk,
                "opening_type": rule.opening_type,
                "outcome": str(change.outcome_id),
                "status": change.after or "none",
                "due_at": change.due_at.isoformat() if change.due_at else None,
                "closed_at": change.closed_at.isoformat() if change.closed_at else None,
            },
        )


def _id(change: Change, broke: bool, cause: str) -> str:
    """One id for each way this outcome can turn: the same closing event never turns it twice."""
    return f"{change.outcome_id}:{cause or change.closed_by or 'due'}:{'broken' if broke else 'retracted'}"
