"""The pipeline's consumer `surveys.followups`: a signal opens a follow-up in somebody's hands, or joins one.

Decided here:
- An event opens at most one: by the first rule, the most pressing cause first (surveys.followups.rules).
- Another signal of the same customer at the same touchpoint, or in the same case, joins the one in work: it is one
  matter, and the repeat is counted where it was the customer who had to come again. Its due times only get tighter.
  Praise joins nothing and nothing joins it.
- What happened over 30 days ago, tests, staff's answers and answers about a recovery open nothing; nor does what
  leaves no way to follow up (surveys.followups.reading).
- A break that is taken back closes its follow-up where nobody has begun.
- Sent again, as answers are when they grow, an event opens nothing twice; a wish that came with it later is added,
  and a cause more pressing than the first takes over (surveys.followups.pressing).

It has no rebuild: what people have done is no count to be made anew.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from journeys.claimed import ANSWERED, claimed
from surveys.followups import due, heard, owners, reading, rules, setting
from surveys.followups.heard import News
from surveys.followups.holding import hold
from surveys.followups.pressing import pressed, raise_causes
from surveys.followups.reading import BROKEN, COMPLAINT, RETRACTED, Found
from surveys.models import Cause, FollowUp, FollowUpRule, FollowUpStep

NAME = "surveys.followups"
Kind = FollowUpStep.Kind


def consume(claim: Claim) -> None:
    """Open what this claim's events give cause for, and close what lost its cause."""
    types = claimed(claim).types
    if RETRACTED in types:
        # Closed after the opening of what broke in the same claim, but locked with the others.
        open_for(claim.event_ids, among=types, beside=_untouched(claim.event_ids))
        take_back(claim.event_ids)
    else:
        open_for(claim.event_ids, among=types)


def open_for(event_ids: Sequence[UUID], *, among: Iterable[str], beside: Sequence[int] = ()) -> int:
    """Open follow-ups for these events of the active tenant, whose types are `among` these; how many were opened.

    Those `beside` (ids) are locked too, for what the caller does with them after.
    """
    in_force = rules.in_force()
    wanted = types_of(in_force) & set(among)
    if not wanted:
        hold(ids=beside)
        return 0
    now = timezone.now()
    if ANSWERED in wanted:
        event_ids = reading.without_idle_answers(event_ids, causes={rule.cause for rule in in_force})
    found = reading.read(event_ids, types=sorted(wanted), now=now)
    again = [each for each in found if each.follow_up_id]
    said, meant = _said(again), pressed(again, in_force)
    fresh = [
        (each, rule)
        for each in found
        if not each.follow_up_id and (rule := rules.first(in_force, each.signals())) is not None
    ]
    held = hold(ids={*beside, *said, *meant}, customers={each.customer_id for each, _ in fresh if each.customer_id})
    news = _wishes(said, held, now=now) + raise_causes(meant, held, now=now)
    joined, opened = _sort(fresh, held, now=now)
    news += _join(joined, now=now)
    news += _open(opened, now=now)
    heard.tell(news)
    return len(opened)


def types_of(in_force: Iterable[FollowUpRule]) -> set[str]:
    """The types of events that these rules listen to."""
    by_cause = {Cause.COMPLAINT: "", Cause.BROKEN_PROMISE: BROKEN, Cause.BY_HAND: ""}
    return {
        (rule.event_type or COMPLAINT) if rule.cause == Cause.COMPLAINT else by_cause.get(Cause(rule.cause), ANSWERED)
        for rule in in_force
    } - {""}


Fresh = tuple[Found, FollowUpRule]
Matter = tuple[UUID, bool, str]


def _matters(customer_id: UUID | None, touchpoint_id: int | None, correlation: str, praise: bool) -> list[Matter]:
    """What makes two signals one matter: the customer and the place, or the customer and the case."""
    if customer_id is None:
        return []
    keys = [f"at {touchpoint_id}"] if touchpoint_id else []
    return [(customer_id, praise, key) for key in [*keys, *([f"of {correlation}"] if correlation else [])]]


def _sort(
    fresh: Sequence[Fresh], held: Mapping[int, FollowUp], *, now: datetime
) -> tuple[list[tuple[FollowUp, Fresh]], list[tuple[FollowUp, Fresh, list[Fresh]]]]:
    """(to be joined to one in work, to be opened with those of the same claim that join them)."""
    work: dict[Matter, Any] = {}
    for follow_up in (row for row in held.values() if row.state in FollowUp.LIVE):
        praise = follow_up.cause == Cause.PROMOTER
        for key in _matters(follow_up.customer_id, follow_up.touchpoint_id, follow_up.correlation, praise):
            work.setdefault(key, follow_up)
    joined: list[tuple[FollowUp, Fresh]] = []
    opened: list[tuple[FollowUp, Fresh, list[Fresh]]] = []
    for each, rule in fresh:
        keys = _matters(each.customer_id, each.touchpoint_id, each.correlation, rule.cause == Cause.PROMOTER)
        known = next((work[key] for key in keys if key in work), None)
        if isinstance(known, FollowUp):
            joined.append((known, (each, rule)))
        elif known is not None:
            known[2].append((each, rule))
        else:
            opening: tuple[FollowUp, Fresh, list[Fresh]] = (_new(each, rule, now=now), (each, rule), [])
            opened.append(opening)
            work |= dict.fromkeys(keys, opening)
    return joined, opened


def _new(each: Found, rule: FollowUpRule, *, now: datetime) -> FollowUp:
    return FollowUp(
        rule=rule,
        cause=rule.cause,
        event_id=each.event_id,
        response_id=each.event_id if each.answer else None,
        customer_id=each.customer_id,
        touchpoint_id=each.touchpoint_id,
        channel_id=each.channel_id,
        unit_id=each.unit_id,
        correlation=each.correlation,
        signal_at=min(each.time, now),
        opened_at=now,
        wish=each.wish,
        value=each.value,
        contacts=_came(each),
    )


def _open(opened: Sequence[tuple[FollowUp, Fresh, list[Fresh]]], *, now: datetime) -> list[News]:
    if not opened:
        return []
    currency = setting.current().currency
    desk = owners.desk(follow_up.touchpoint_id for follow_up, _, _ in opened)
    by_rule: dict[int, list[FollowUp]] = defaultdict(list)
    for follow_up, (_, rule), _ in opened:
        follow_up.currency = currency
        follow_up.owner = desk.owner(rule=rule, unit_id=follow_up.unit_id, touchpoint_id=follow_up.touchpoint_id)
        by_rule[rule.pk].append(follow_up)
    for mine in by_rule.values():
        dues = due.due(mine[0].rule, [follow_up.signal_at for follow_up in mine], now=now)
        for follow_up, (contact, fix) in zip(mine, dues, strict=True):
            follow_up.contact_due, follow_up.fix_due = contact, fix
    rows = FollowUp.objects.bulk_create([follow_up for follow_up, _, _ in opened])
    nameless = [row for row in rows if not row.correlation]
    for row in nameless:
        row.correlation = f"followup:{row.pk}"
    FollowUp.objects.filter(pk__in=[row.pk for row in nameless]).update(
        correlation=Concat(Value("followup:"), Cast(F("pk"), CharField()))
    )
    steps = [
        FollowUpStep(
            follow_up=row,
            kind=Kind.OPENED,
            at=now,
            data={"cause": row.cause, "rule": row.rule_id, "event": str(row.event_id), "to": row.owner_id},
        )
        for row in rows
    ]
    FollowUpStep.objects.bulk_create(steps)
    news = [News(step.follow_up, step) for step in steps]
    return news + _join(
        [(row, more) for row, (_, _, others) in zip(rows, opened, strict=True) for more in others], now=now
    )


def _join(joined: Sequence[tuple[FollowUp, Fresh]], *, now: datetime) -> list[News]:
    """Add signals to those in work, each event once."""
    if not joined:
        return []
    steps = FollowUpStep.objects.filter(follow_up__in={follow_up.pk for follow_up, _ in joined}, kind=Kind.SIGNAL)
    known = set(steps.values_list("follow_up_id", "data__event"))
    made, changed = [], {}
    for follow_up, (each, rule) in joined:
        if (follow_up.pk, str(each.event_id)) in known:
            continue
        contact, fix = due.due(rule, [min(each.time, now)], now=now)[0]
        follow_up.contact_due, follow_up.fix_due = min(follow_up.contact_due, contact), min(follow_up.fix_due, fix)
        follow_up.contacts += _came(each)
        follow_up.wish = follow_up.wish or each.wish
        follow_up.version += 1
        changed[follow_up.pk] = follow_up
        data = {"cause": rule.cause, "event": str(each.event_id), "value": each.value}
        if each.answer:
            data["response"] = str(each.event_id)
        made.append(FollowUpStep(follow_up=follow_up, kind=Kind.SIGNAL, at=now, data=data))
    FollowUp.objects.bulk_update(changed.values(), ["contact_due", "fix_due", "contacts", "wish", "version"])
    FollowUpStep.objects.bulk_create(made)
    return [News(step.follow_up, step) for step in made]


def _came(each: Found) -> int:
    """Whether the customer was in touch by it: a promise breaks without them."""
    return int(each.type != BROKEN)


def _said(again: Sequence[Found]) -> Mapping[int, str]:
    """What would put it right, by the follow-up that its answer has opened already."""
    return {each.follow_up_id: each.wish for each in again if each.follow_up_id and each.wish}


def _wishes(said: Mapping[int, str], held: Mapping[int, FollowUp], *, now: datetime) -> list[News]:
    """What would put it right, said on a later page of an answer that has opened a follow-up already."""
    steps = []
    for row in (held[pk] for pk in sorted(said) if pk in held and not held[pk].wish):
        row.wish, row.version = said[row.pk], row.version + 1
        steps.append(FollowUpStep(follow_up=row, kind=Kind.WISH, at=now, text=row.wish))
    FollowUp.objects.bulk_update([step.follow_up for step in steps], ["wish", "version"])
    FollowUpStep.objects.bulk_create(steps)
    return [News(step.follow_up, step) for step in steps]


# Of the customer's follow-ups those that this outcome opened, and that nobody has touched; uses
# follow_up_by_customer and the steps' own index.
_UNTOUCHED = """
SELECT f.id FROM unnest(%(ids)s::uuid[]) AS c (id)
CROSS JOIN LATERAL (
    SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id LIMIT 1
) e
JOIN surveys_followup f ON f.tenant_id = (SELECT %(tenant)s::bigint) AND f.customer_id = e.customer_id
    AND f.cause = 'broken_promise' AND f.state = 'open'
CROSS JOIN LATERAL (
    SELECT properties FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = f.event_id LIMIT 1
) b
WHERE e.type = %(retracted)s AND b.properties ->> 'outcome' = e.properties ->> 'outcome' AND NOT EXISTS (
    SELECT FROM surveys_followupstep s
    WHERE s.tenant_id = (SELECT %(tenant)s::bigint) AND s.follow_up_id = f.id
        AND (s.by_id IS NOT NULL OR s.kind IN ('signal', 'mail_in'))
)
"""


def take_back(event_ids: Sequence[UUID]) -> int:
    """Close follow-ups of breaks that these events say did not stand, where nobody has begun; how many."""
    now = timezone.now()
    rows = [row for row in hold(ids=_untouched(event_ids)).values() if row.state == FollowUp.State.OPEN]
    steps = []
    for row in rows:
        row.state, row.closed_at, row.version = FollowUp.State.CLOSED, now, row.version + 1
        data = {"reason": "retracted", "state": row.state}
        steps.append(FollowUpStep(follow_up=row, kind=Kind.CLOSED, at=now, data=data))
    FollowUp.objects.bulk_update(rows, ["state", "closed_at", "version"])
    FollowUpStep.objects.bulk_create(steps)
    heard.tell([News(step.follow_up, step) for step in steps])
    return len(rows)


def _untouched(event_ids: Sequence[UUID]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _UNTOUCHED, {"tenant": active_tenant_id(), "ids": [str(id_) for id_ in event_ids], "retracted": RETRACTED}
        )
        return [id_ for (id_,) in cursor.fetchall()]
