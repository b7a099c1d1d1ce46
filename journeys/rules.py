"""The pipeline's consumer `journeys.rules`: events that meet a rule open an encounter, tell a next step, or both.

It has no rebuild: a rebuild makes counts anew, and must write to nobody again. What an event set off stays, as
(tenant, rule, event) is unique; so the same event delivered twice sets it off once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from cxplatform.ids import as_array, uuid7s
from cxplatform.pipeline.consumers import Claim
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.claimed import claimed
from journeys.conditions import BadDefinition, Condition, parse, verdict
from journeys.models import Customer, EventRule, RuleFiring
from journeys.prompts import Prompt, tell
from journeys.record import IncomingEvent, record

NAME = "journeys.rules"
SOURCE = "journeys.rules"
JUST_AFTER = timedelta(milliseconds=1)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Happened:
    """An event of a type some rule listens to, with the properties rules read, as texts."""

    id: UUID
    type: str
    time: datetime
    customer_id: UUID | None
    touchpoint_id: int | None
    correlation: str
    properties: Mapping[str, str | None]

    @property
    def subject(self) -> str:
        """Whose quiet hours it begins: the customer's, else the case's; "" has none."""
        return str(self.customer_id) if self.customer_id else self.correlation


@dataclass(frozen=True)
class Listening:
    """A rule that may be set off, read once."""

    rule: Any
    conditions: tuple[Condition, ...]

    def meets(self, event: Happened) -> bool:
        """Whether the event is what the rule is about, whenever it came."""
        rule = self.rule
        here = rule.at_touchpoint_id is None or rule.at_touchpoint_id == event.touchpoint_id
        return event.type == rule.event_type and here and verdict(self.conditions, event.properties) is True

    @property
    def quiet(self) -> timedelta:
        return timedelta(hours=self.rule.quiet_hours)


def consume(claim: Claim) -> None:
    """Do what a claim's events set off; one query where no rule is in force."""
    listening = listen(in_force())
    if listening and claimed(claim).types & {one.rule.event_type for one in listening}:
        set_off(claim.event_ids, listening, now=timezone.now())


def in_force() -> QuerySet[EventRule]:
    """The active tenant's rules that may be set off."""
    rules = EventRule.objects.in_use().filter(active=True).select_related("opens_touchpoint", "opens_unit")
    return rules.order_by("pk")  # type: ignore[no-any-return]


def listen(rules: Iterable[EventRule]) -> list[Listening]:
    """The rules as values. One that makes no sense is left out and logged: it must not stop the others."""
    found = []
    for rule in rules:
        try:
            conditions = parse(property="", operator="all", value=rule.conditions) if rule.conditions else ()
        except BadDefinition as error:
            log.warning("event rule not followed", rule=rule.pk, field=error.field)
            continue
        found.append(Listening(rule, conditions))
    return found


def set_off(event_ids: Sequence[UUID], listening: Sequence[Listening], *, now: datetime) -> int:
    """Do what these events of the active tenant set off by these rules; how many times. Set-based: a fixed number of
    statements. The caller holds the tenant's turn to count."""
    earliest = now - timedelta(hours=max(one.rule.latest_hours for one in listening))
    events = _happened(event_ids, listening, earliest)
    met = [
        (one, event)
        for event in events
        for one in listening
        if event.time >= now - timedelta(hours=one.rule.latest_hours) and one.meets(event)
    ]
    if not met:
        return 0
    done = _done(met)
    met = [(one, event) for one, event in met if (one.rule.pk, event.id) not in done]
    firing = cooled(met, _earlier(met))
    if firing:
        _act(firing, now)
    return len(firing)


def cooled(
    met: Sequence[tuple[Listening, Happened]], earlier: Mapping[tuple[int, str], Sequence[datetime]]
) -> list[tuple[Listening, Happened]]:
    """Those that are not within the quiet hours of another, before or after: a late event sets off nothing that one
    heard of before it has set off already. In the order given. Pure."""
    taken: dict[tuple[int, str], list[datetime]] = defaultdict(
        list, {key: list(times) for key, times in earlier.items()}
    )
    firing = []
    for one, event in met:
        key = (one.rule.pk, event.subject)
        if event.subject and any(abs(event.time - time) < one.quiet for time in taken[key]):
            continue
        taken[key].append(event.time)
        firing.append((one, event))
    return firing


# Each event by its key, whatever the planner believes of the table. Our own and tests set nothing off.
_HAPPENED = """
SELECT e.id, e.type, e.time, e.customer_id, e.touchpoint_id, e.correlation,
    ARRAY(SELECT e.properties ->> name FROM unnest(%(names)s::text[]) WITH ORDINALITY AS t (name, n) ORDER BY n)
FROM (SELECT DISTINCT unnest(%(ids)s::uuid[]) AS id) c
CROSS JOIN LATERAL (SELECT * FROM journeys_event WHERE tenant_id = (SELECT %(tenant)s::bigint) AND id = c.id LIMIT 1) e
WHERE e.type = ANY(%(types)s) AND e.time >= %(earliest)s AND e.source <> %(own)s
    AND coalesce(lower(e.properties ->> 'test'), '') NOT IN ('true', '1')
ORDER BY e.time, e.sequence NULLS FIRST, e.source_id COLLATE "C", e.source COLLATE "C"
"""
# Uses firing_by_subject (tenant, rule, subject, time).
_EARLIER = """
SELECT f.rule_id, f.subject, f.time
FROM unnest(%(rules)s::bigint[], %(subjects)s::text[], %(since)s::timestamptz[], %(until)s::timestamptz[])
    AS asked (rule_id, subject, since, until)
CROSS JOIN LATERAL (
    SELECT * FROM journeys_rulefiring
    WHERE tenant_id = (SELECT %(tenant)s::bigint) AND rule_id = asked.rule_id AND subject = asked.subject
        AND time BETWEEN asked.since AND asked.until
) f
"""


def _happened(event_ids: Sequence[UUID], listening: Sequence[Listening], earliest: datetime) -> list[Happened]:
    names = sorted({condition.property for one in listening for condition in one.conditions})
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "ids": as_array(event_ids),
        "types": sorted({one.rule.event_type for one in listening}),
        "names": names,
        "earliest": earliest,
        "own": SOURCE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAPPENED, values)
        return [read(row, names) for row in cursor.fetchall()]


def read(row: Sequence[Any], names: Sequence[str]) -> Happened:
    """A row of the database, the last column of which are the texts of these properties."""
    id_, type_, time, customer_id, touchpoint_id, correlation, texts = row
    properties = dict(zip(names, texts, strict=True))
    return Happened(id_, type_, time, customer_id, touchpoint_id, correlation, properties)


def _done(met: Sequence[tuple[Listening, Happened]]) -> set[tuple[int, UUID]]:
    rows = RuleFiring.objects.filter(
        rule_id__in={one.rule.pk for one, _ in met}, event_id__in={event.id for _, event in met}
    )
    return set(rows.values_list("rule_id", "event_id"))


def _earlier(met: Sequence[tuple[Listening, Happened]]) -> Mapping[tuple[int, str], Sequence[datetime]]:
    spans: dict[tuple[int, str], tuple[datetime, datetime]] = {}
    for one, event in met:
        key = (one.rule.pk, event.subject)
        since, until = spans.get(key, (event.time, event.time))
        spans[key] = (min(since, event.time - one.quiet), max(until, event.time + one.quiet))
    rows = [(rule_id, subject, since, until) for (rule_id, subject), (since, until) in spans.items() if subject]
    if not rows:
        return {}
    columns = dict(zip(("rules", "subjects", "since", "until"), map(list, zip(*rows, strict=True)), strict=True))
    found: dict[tuple[int, str], list[datetime]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, {"tenant": active_tenant_id(), **columns})
        for rule_id, subject, time in cursor.fetchall():
            found[rule_id, subject].append(time)
    return found


def _act(firing: Sequence[tuple[Listening, Happened]], now: datetime) -> None:
    ids = uuid7s(len(firing))
    known = {event.customer_id for _, event in firing if event.customer_id}
    customers = {customer.id: customer for customer in Customer.objects.filter(id__in=known)}
    rows, opened, prompts = [], [], []
    for id_, (one, event) in zip(ids, firing, strict=True):
        rule, customer = one.rule, customers.get(event.customer_id) if event.customer_id else None
        gone = rule.opens and rule.opens_touchpoint.archived_at is not None
        if rule.opens and not gone:
            opened.append(_opened(id_, rule, event, customer))
        if rule.prompts:
            prompts.append(Prompt(id_, customer, rule.texts))
        rows.append(
            RuleFiring(
                id=id_,
                rule_id=rule.pk,
                event_id=event.id,
                subject=event.subject[:200],
                customer_id=event.customer_id,
                time=event.time,
                opened=rule.opens and not gone,
                reason="place_gone" if gone else "",
            )
        )
    told = tell(prompts, tenant=Tenant.objects.get(pk=active_tenant_id()), now=now)
    for row in rows:
        if row.id in told:
            row.prompted, why = told[row.id]
            row.reason = why or row.reason
    RuleFiring.objects.bulk_create(rows, batch_size=1000)
    if opened:
        record(events=opened, source=SOURCE)


def _opened(id_: UUID, rule: Any, event: Happened, customer: Any) -> IncomingEvent:
    return IncomingEvent(
        id=f"{rule.pk}:{event.id}",
        type=rule.opens_type,
        source=SOURCE,
        time=event.time + JUST_AFTER,
        customer=customer.external_id if customer else None,
        touchpoint=rule.opens_touchpoint.slug,
        unit=rule.opens_unit.slug if rule.opens_unit and rule.opens_unit.archived_at is None else None,
        correlation=f"service-{id_}",
        properties={"rule": rule.slug, "because": str(event.id), "because_type": event.type},
    )
