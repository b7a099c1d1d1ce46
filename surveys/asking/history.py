"""Reading the contact ledger: what one person was asked and why not, and the calendar of all asks."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from surveys.asking import ledger, reasons
from surveys.asking.contact import next_free, rest
from surveys.asking.policy import policy_of
from surveys.models import Invitation, Survey, SurveyRound, SurveyTrigger

SHOWN = 200


@dataclass(frozen=True)
class Ask:
    """One decision about one person. `why` is in words; empty where they were simply asked."""

    id: UUID
    survey: str
    survey_slug: str
    kind: str
    state: str
    state_name: str
    reason: str
    why: str
    method: str
    method_name: str
    cause: str
    decided_at: datetime
    due_at: datetime
    sent_at: datetime | None
    opened_at: datetime | None
    answered_at: datetime | None
    reminders: int


@dataclass(frozen=True)
class Next:
    """When a person may next be asked surveys of a kind: None = never. `reason` says why not now."""

    kind: str
    kind_name: str
    at: datetime | None
    reason: str
    why: str


@dataclass(frozen=True)
class Explained:
    """Everything a company decided about asking one person, newest first, and what may come next."""

    asks: list[Ask] = field(default_factory=list)
    next: list[Next] = field(default_factory=list)


def explain(customer_id: UUID, *, now: datetime) -> Explained:
    """Every ask and every skip of a customer of the active tenant, with reasons, and when they may next be asked."""
    # Uses invitation_by_customer, backwards.
    rows = Invitation.objects.filter(customer_id=customer_id).order_by("-due_at", "-id")[:SHOWN]
    return Explained(described(list(rows)), _next(customer_id, now=now))


def described(rows: list[Invitation]) -> list[Ask]:
    """Rows of the ledger with the names of what caused them."""
    surveys = {s.pk: s for s in Survey.objects.filter(pk__in={row.survey_id for row in rows})}
    triggers = dict(SurveyTrigger.objects.filter(pk__in={row.trigger_id for row in rows}).values_list("pk", "name"))
    rounds = dict(SurveyRound.objects.filter(pk__in={row.round_id for row in rows}).values_list("pk", "name"))
    return [
        Ask(
            id=row.id,
            survey=surveys[row.survey_id].name,
            survey_slug=surveys[row.survey_id].slug,
            kind=surveys[row.survey_id].kind,
            state=row.state,
            state_name=str(row.get_state_display()),
            reason=row.reason,
            why=reasons.words(row.reason) if row.reason else "",
            method=row.method,
            method_name=str(row.get_method_display()),
            cause=triggers.get(row.trigger_id) or rounds.get(row.round_id) or "",
            decided_at=row.decided_at,
            due_at=row.due_at,
            sent_at=row.sent_at,
            opened_at=row.opened_at,
            answered_at=row.answered_at,
            reminders=row.reminders,
        )
        for row in rows
    ]


def _next(customer_id: UUID, *, now: datetime) -> list[Next]:
    kinds = list(Survey.objects.in_use().order_by("kind").values_list("kind", flat=True).distinct())
    rules = ledger.rules_in_use()
    policies = {kind: policy_of(kind, rules) for kind in kinds}
    longest = max((policy.longest for policy in policies.values()), default=timedelta(0))
    people = ledger.read_people([customer_id], since=now - ledger.LONGEST_LIFE - longest)
    person = people.get(customer_id)
    if person is None:
        return []
    names = dict(Survey.Kind.choices)
    found = []
    for kind, policy in policies.items():
        at = next_free(person, kind=kind, policy=policy, now=now)
        reason = reasons.ERASED if person.erased else reasons.OPTED_OUT if at is None else ""
        if at is not None:
            reason = rest(person.past, kind=kind, policy=policy, due_at=now)[0] or (reasons.QUIET if at > now else "")
        found.append(Next(kind, str(names.get(kind, kind)), at, reason, reasons.words(reason) if reason else ""))
    return found


@dataclass
class Day:
    """A day of the calendar: how many asks by state, and how many were not asked by reason."""

    day: date
    states: dict[str, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)
    rounds: list[SurveyRound] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why some were not asked, in words, the most frequent first."""
        ordered = sorted(self.skipped.items(), key=lambda pair: (-pair[1], pair[0]))
        return [(reasons.words(code), count) for code, count in ordered]

    @property
    def asked(self) -> int:
        return sum(count for state, count in self.states.items() if state != Invitation.State.SKIPPED)


# By survey, as invitation_by_survey (tenant, survey, due_at) is there: days that are not shown are not read.
_DAYS = """
SELECT (i.due_at AT TIME ZONE %(zone)s)::date AS day, i.state, CASE WHEN i.state = 'skipped' THEN i.reason ELSE '' END,
    count(*)
FROM unnest(%(surveys)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT due_at, state, reason FROM surveys_invitation
    WHERE tenant_id = %(tenant)s AND survey_id = asked.id AND due_at >= %(start)s AND due_at < %(end)s
        AND (%(trigger)s::bigint IS NULL OR trigger_id = %(trigger)s)
        AND (%(round)s::bigint IS NULL OR round_id = %(round)s)
) i
GROUP BY 1, 2, 3 ORDER BY 1
"""


def calendar(
    *,
    start: datetime,
    end: datetime,
    zone: str,
    survey_id: int | None = None,
    trigger_id: int | None = None,
    round_id: int | None = None,
) -> list[Day]:
    """The days of the active tenant from `start` until before `end` on which anybody is asked or a round begins."""
    surveys = list(Survey.objects.values_list("pk", flat=True)) if survey_id is None else [survey_id]
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "zone": zone,
        "surveys": surveys,
        "start": start,
        "end": end,
        "trigger": trigger_id,
        "round": round_id,
    }
    days: dict[date, Day] = {}
    with connection.cursor() as cursor:
        cursor.execute(_DAYS, values)
        for day, state, reason, count in cursor.fetchall():
            here = days.setdefault(day, Day(day))
            here.states[state] = here.states.get(state, 0) + count
            if reason:
                here.skipped[reason] = here.skipped.get(reason, 0) + count
    if trigger_id is None:
        rounds = SurveyRound.objects.in_use().filter(scheduled_at__gte=start, scheduled_at__lt=end)
        rounds = rounds.filter(survey_id__in=surveys, **({} if round_id is None else {"pk": round_id}))
        for round_ in rounds.order_by("scheduled_at", "pk"):
            day = round_.scheduled_at.astimezone(start.tzinfo).date()
            days.setdefault(day, Day(day)).rounds.append(round_)
    return [days[day] for day in sorted(days)]


@dataclass(frozen=True)
class Lag:
    """How long after the encounter a trigger's asks went out, in minutes; over `asks` sent."""

    trigger_id: int
    name: str
    delay_minutes: int
    asks: int
    median: float
    p90: float


_LAG = """
SELECT i.trigger_id, count(*), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (
    ORDER BY extract(epoch FROM i.sent_at - e.time) / 60
)
FROM unnest(%(surveys)s::bigint[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT trigger_id, event_id, sent_at FROM surveys_invitation
    WHERE tenant_id = %(tenant)s AND survey_id = asked.id AND due_at >= %(start)s AND due_at < %(end)s
        AND trigger_id IS NOT NULL AND sent_at IS NOT NULL
) i
CROSS JOIN LATERAL (SELECT time FROM journeys_event WHERE tenant_id = %(tenant)s AND id = i.event_id LIMIT 1) e
GROUP BY 1
"""


def lags(*, start: datetime, end: datetime) -> list[Lag]:
    """Encounter to ask, by trigger of the active tenant, for asks due from `start` until before `end`."""
    triggers = {trigger.pk: trigger for trigger in SurveyTrigger.objects.all()}
    surveys = sorted({trigger.survey_id for trigger in triggers.values()})
    values: dict[str, Any] = {"tenant": active_tenant_id(), "surveys": surveys, "start": start, "end": end}
    with connection.cursor() as cursor:
        cursor.execute(_LAG, values)
        rows = cursor.fetchall()
    found = [
        Lag(trigger_id, triggers[trigger_id].name, triggers[trigger_id].delay_minutes, asks, float(mid), float(high))
        for trigger_id, asks, (mid, high) in rows
        if trigger_id in triggers
    ]
    return sorted(found, key=lambda lag: lag.name)
