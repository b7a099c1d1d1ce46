"""Whether a person is asked now, later or not at all, and the contact ledger in which every such decision stands.

`decide` is pure. `plan` reads what it needs of the people in one statement, decides, and writes one row of the
ledger for each candidate, asked or not, while it holds the tenant's turn to decide: so rules and quotas are exact
whoever else decides at the same time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from surveys.asking import reasons
from surveys.asking.policy import Policy, open_from, policy_of

METHODS = frozenset({"email", "sms", "ivr", "link"})
ADDRESSED = METHODS - {"link"}


@dataclass(frozen=True)
class Past:
    """One earlier ask of a person, over any channel: when it was due, and what became of it."""

    kind: str
    due_at: datetime
    state: str = "planned"
    answered_at: datetime | None = None
    refused_at: datetime | None = None
    abandoned_at: datetime | None = None


@dataclass(frozen=True)
class Person:
    """What the decision knows of a customer. `addresses` are by method; a personal link needs none.

    `unwanted` are the methods by which the customer does not want to be asked.
    """

    addresses: Mapping[str, str]
    zone: ZoneInfo
    language: str = ""
    erased: bool = False
    unwanted: frozenset[str] = frozenset()
    past: tuple[Past, ...] = ()


@dataclass(frozen=True)
class Quota:
    """At most so many of a trigger in the period (d, w, m) that begins on `start`."""

    trigger_id: int
    period: str
    start: date
    most: int


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody who might be asked: whom, what, from when, how, and what caused it.

    `chance` in [0, 1) is drawn by the caller from what never changes; the candidate is in the sample when it is
    below `share`.
    """

    customer_id: UUID
    survey_id: int
    kind: str
    due_at: datetime
    methods: tuple[str, ...]
    lifetime: timedelta = timedelta(days=14)
    event_id: UUID | None = None
    trigger_id: int | None = None
    round_id: int | None = None
    touchpoint_id: int | None = None
    channel_id: int | None = None
    unit_id: int | None = None
    correlation: str = ""
    share: float = 1.0
    chance: float = 0.0
    quotas: tuple[Quota, ...] = ()
    obstacle: str = ""
    """A reason known beforehand: test, late, closed, happened."""


@dataclass(frozen=True)
class Verdict:
    """What was decided of a candidate. Asked with no reason, or `quiet` when it had to be put off."""

    candidate: Candidate
    asked: bool
    reason: str
    due_at: datetime
    method: str
    address: str = ""
    language: str = ""


Spent = dict[tuple[int, str, date], int]


def decide(
    candidates: Iterable[Candidate],
    *,
    people: Mapping[UUID, Person],
    rules: Mapping[str, Policy],
    spent: Mapping[tuple[int, str, date], int],
    now: datetime,
) -> list[Verdict]:
    """Judge candidates in the order given; each knows of those asked before it in the same go.

    `rules` are by kind, "" for all. `spent` says how much of each quota is used already. Nobody in `people` is
    erased to us.
    """
    spent = dict(spent)
    past = {customer_id: list(person.past) for customer_id, person in people.items()}
    verdicts = []
    for candidate in candidates:
        person = people.get(candidate.customer_id)
        policy = policy_of(candidate.kind, rules)
        wanted = max(candidate.due_at, now).astimezone(UTC)
        due_at = open_from(wanted, policy.quiet, person.zone) if person else wanted
        method = _method(candidate, person)
        asked_before = past.get(candidate.customer_id, [])
        reason = _obstacle(candidate, person, method, policy, due_at, asked_before, spent)
        if reason or person is None:
            verdicts.append(Verdict(candidate, False, reason, wanted, method or candidate.methods[0]))
            continue
        for quota in candidate.quotas:
            spent[quota.trigger_id, quota.period, quota.start] = (
                spent.get((quota.trigger_id, quota.period, quota.start), 0) + 1
            )
        asked_before.append(Past(candidate.kind, due_at))
        reason = reasons.QUIET if due_at > wanted else ""
        address = person.addresses.get(method, "")
        verdicts.append(Verdict(candidate, True, reason, due_at, method, address, person.language))
    return verdicts


def _method(candidate: Candidate, person: Person | None) -> str:
    if person is None:
        return ""
    return next((m for m in _reaching(candidate, person) if m not in person.unwanted), "")


def _reaching(candidate: Candidate, person: Person) -> list[str]:
    """The ways by which the person can be reached, wanted or not."""
    return [m for m in candidate.methods if m not in ADDRESSED or person.addresses.get(m)]


def _obstacle(
    candidate: Candidate,
    person: Person | None,
    method: str,
    policy: Policy,
    due_at: datetime,
    past: Sequence[Past],
    spent: Mapping[tuple[int, str, date], int],
) -> str:
    """The first thing that speaks against asking, what never changes first; "" when nothing does."""
    if candidate.obstacle:
        return candidate.obstacle
    if person is None or person.erased:
        return reasons.ERASED
    if not method:
        return reasons.OPTED_OUT if _reaching(candidate, person) else reasons.NO_ADDRESS
    if candidate.chance >= candidate.share:
        return reasons.SAMPLED_OUT
    reason, _until = rest(past, kind=candidate.kind, policy=policy, due_at=due_at)
    if reason:
        return reason
    if any(spent.get((q.trigger_id, q.period, q.start), 0) >= q.most for q in candidate.quotas):
        return reasons.QUOTA_FULL
    return ""


def rest(past: Sequence[Past], *, kind: str, policy: Policy, due_at: datetime) -> tuple[str, datetime | None]:
    """Why a person is left in peace at `due_at`, and until when; ("", None) when they may be asked."""
    counted = [ask for ask in past if not policy.own_kind or ask.kind == kind]
    rests = (
        (reasons.REFUSED, policy.after_refusal, [ask.refused_at for ask in counted]),
        (reasons.ANSWERED, policy.after_answer, [ask.answered_at for ask in counted]),
        (reasons.ABANDONED, policy.after_abandon, [ask.abandoned_at for ask in counted]),
    )
    for reason, length, times in rests:
        until = max((at + length for at in times if at is not None), default=None)
        if until is not None and due_at < until:
            return reason, until
    # An ask planned for later is as near as one made before.
    near = [ask.due_at for ask in counted if abs(ask.due_at - due_at) < policy.every]
    return (reasons.TOO_SOON, max(near) + policy.every) if near else ("", None)


def next_free(person: Person, *, kind: str, policy: Policy, now: datetime) -> datetime | None:
    """When the person may next be asked, not before `now`; None when never (erased, or wants no way of it)."""
    if person.erased or person.unwanted >= METHODS:
        return None
    moment = open_from(now, policy.quiet, person.zone)
    for _ in range(len(person.past) + 4):
        _reason, until = rest(person.past, kind=kind, policy=policy, due_at=moment)
        if until is None:
            break
        moment = open_from(until, policy.quiet, person.zone)
    return moment
