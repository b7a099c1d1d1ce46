"""The timeline in words: names for what entries refer to, and events gathered by the passage they belong to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import METRICS, Metric, metric, value_of
from cxplatform.tenancy.models import User
from dashboards.customers.timeline import ANSWER, ASK, EVENT, FOLLOW_UP, PROMISE, Entry
from dashboards.labels import choice_label
from dashboards.measures import short_name
from journeys.known_types import name_of
from journeys.models import Channel, EventType, Journey, Passage, ReplayOrigin, Touchpoint, Unit
from promises.judging.reasons import in_words
from promises.models import Rule
from promises.models.outcomes import Status
from surveys.models import Cause, FollowUp, Invitation, Survey
from surveys.models.invitations import Method

REPLAY, CONSENT = "session_replay", "session_replay_consent"
"""Properties of an event: the address of a recording of the visit, and that the visitor consented to it."""
MOST_PROPERTIES = 20
_LONGEST = 300


@dataclass(frozen=True)
class Score:
    """One scored answer: what was asked, in short, and what was said."""

    name: str
    value: str


@dataclass(frozen=True)
class Line:
    """One entry as it is read. `mood` is good, bad or empty; `state` a word on its outcome.

    `type` is an event's own, for integrators, where the title says it in other words.
    """

    time: datetime
    kind: str
    title: str
    type: str = ""
    places: tuple[str, ...] = ()
    state: str = ""
    mood: str = ""
    scores: tuple[Score, ...] = ()
    texts: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    replay: str = ""
    note: str = ""
    follow_up: int | None = None


@dataclass
class Group:
    """Lines that follow each other within one passage; `journey` is empty for what belongs to none."""

    journey: str = ""
    started_at: datetime | None = None
    over: bool = False
    key: UUID | None = None
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Names:
    """What ids on a page of the timeline are called, read in a fixed number of queries."""

    touchpoints: Mapping[int, str]
    channels: Mapping[int, str]
    units: Mapping[int, str]
    surveys: Mapping[int, str]
    rules: Mapping[int, Rule]
    types: Mapping[str, EventType]
    journeys: Mapping[int, str]
    replays: frozenset[str]
    people: Mapping[int, str]


def tell(customer_id: UUID | None, entries: Sequence[Entry]) -> list[Group]:
    """The page's entries as lines, consecutive ones of the same passage together; of several people, one by one."""
    names = _names(entries)
    passages = _passages(customer_id, entries) if customer_id else []
    groups: list[Group] = []
    for entry in entries:
        passage = _passage_of(entry, passages)
        key = passage.id if passage else None
        if not groups or groups[-1].key != key:
            groups.append(Group(key=key))
            if passage:
                groups[-1].journey = names.journeys.get(passage.journey_id, _("Belongs to no journey"))
                groups[-1].started_at, groups[-1].over = passage.started_at, passage.ended
        groups[-1].lines.append(_TELL[entry.kind](entry, names))
    return groups


def _names(entries: Sequence[Entry]) -> Names:
    def ids(name: str) -> set[Any]:
        return {entry.facts[name] for entry in entries if entry.facts.get(name) is not None}

    owners = ids("owner")
    return Names(
        touchpoints=dict(Touchpoint.objects.filter(pk__in=ids("touchpoint")).values_list("pk", "name")),
        channels=dict(Channel.objects.filter(pk__in=ids("channel")).values_list("pk", "name")),
        units=dict(Unit.objects.filter(pk__in=ids("unit")).values_list("pk", "name")),
        surveys=dict(Survey.objects.filter(pk__in=ids("survey")).values_list("pk", "name")),
        rules=Rule.objects.filter(pk__in=ids("rule")).select_related("promise").in_bulk(),
        types={kind.type: kind for kind in EventType.objects.filter(type__in=ids("type"))},
        journeys=dict(Journey.objects.values_list("pk", "name")),
        replays=frozenset(ReplayOrigin.objects.values_list("origin", flat=True)),
        people={user.pk: str(user) for user in User.objects.filter(pk__in=owners)} if owners else {},
    )


def _passages(customer_id: UUID, entries: Sequence[Entry]) -> list[Passage]:
    """The passages that the page's entries may belong to, the latest first. Uses passage_by_customer."""
    if not entries:
        return []
    newest, oldest = entries[0].time, entries[-1].time
    found = Passage.objects.filter(customer_id=customer_id, started_at__lte=newest, last_at__gte=oldest)
    return list(found.order_by("-started_at")[:200])


def _passage_of(entry: Entry, passages: Iterable[Passage]) -> Passage | None:
    if entry.kind != EVENT:
        return None
    correlation = entry.facts["correlation"]
    within = [one for one in passages if one.started_at <= entry.time <= one.last_at]
    by_case = next((one for one in within if correlation and one.subject == correlation), None)
    return by_case or next((one for one in within if one.trace_by == Journey.TraceBy.CUSTOMER), None)


def _event(entry: Entry, names: Names) -> Line:
    facts = entry.facts
    kind = names.types.get(facts["type"])
    meaning = kind.meaning if kind else ""
    states: dict[str, str] = {
        EventType.Meaning.FAILURE: _("a failure"),
        EventType.Meaning.REFERRAL: _("recommended us"),
        EventType.Meaning.REPURCHASE: _("bought again"),
    }
    good = (EventType.Meaning.REFERRAL, EventType.Meaning.REPURCHASE)
    properties = facts["properties"]
    shown = [(name, value) for name, value in properties.items() if name not in (REPLAY, CONSENT)]
    title, places = name_of(facts["type"], kind), _places(facts, names)
    if not title and _touchpoint(facts, names):  # where it happened says more than an integrator's word
        title, places = places[0], places[1:]
    return Line(
        time=entry.time,
        kind=EVENT,
        title=title or facts["type"],
        type=facts["type"] if title else "",
        places=places,
        state=states.get(meaning, ""),
        mood="bad" if meaning == EventType.Meaning.FAILURE else "good" if meaning in good else "",
        properties=tuple((name, _plain(value)) for name, value in shown[:MOST_PROPERTIES]),
        replay=replay_of(properties, names.replays),
        note=facts["correlation"],
    )


def replay_of(properties: Mapping[str, Any], origins: frozenset[str]) -> str:
    """The address of an event's recording: only where its visitor consented, and where the company keeps them."""
    address = properties.get(REPLAY)
    if properties.get(CONSENT) is not True or not isinstance(address, str) or not address.isprintable():
        return ""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "\\" in address or parts.username is not None:
        return ""
    origin = f"{parts.scheme}://{parts.hostname}" + (f":{port}" if port else "")
    return address if origin in origins else ""


def _answer(entry: Entry, names: Names) -> Line:
    facts = entry.facts
    texts = [text for name, text in facts["texts"].items() if isinstance(text, str) and name != "link"]
    return Line(
        time=entry.time,
        kind=ANSWER,
        title=names.surveys.get(facts["survey"], ""),
        places=_places(facts, names),
        scores=tuple(scores_of(facts["scores"])),
        texts=tuple(texts),
        state=_("test, not counted") if facts["test"] else "",
    )


def scores_of(scores: Mapping[str, int]) -> list[Score]:
    """An answer's scores in words; free choices and words of an image are left out."""
    return [_score(metric(name), place) for name, place in scores.items() if _is_asked(name)]


def _is_asked(name: str) -> bool:
    """Whether a score is an answer of its own: pairs made of two answers say nothing new."""
    return name in METRICS and METRICS[name].key not in ("fcr_expected", "cx3d", "value")


def _score(of: Metric, place: int) -> Score:
    said = choice_label(of.choices[place], of) if of.choices else str(value_of(of, place))
    return Score(short_name(of), f"{said}" if of.choices else f"{said} ({of.scale})")


def _promise(entry: Entry, names: Names) -> Line:
    facts = entry.facts
    rule = names.rules.get(facts["rule"])
    mood = {Status.KEPT: "good", Status.KEPT_BY_FALLBACK: "good", Status.BROKEN: "bad"}.get(facts["status"], "")
    return Line(
        time=entry.time,
        kind=PROMISE,
        title=rule.promise.name if rule else "",
        places=_places(facts, names),
        state=str(Status(facts["status"]).label),
        mood=mood,
        note=in_words(facts["reason"]),
    )


def _ask(entry: Entry, names: Names) -> Line:
    facts = entry.facts
    return Line(
        time=entry.time,
        kind=ASK,
        title=names.surveys.get(facts["survey"], ""),
        places=tuple(filter(None, (str(Method(facts["method"]).label), names.touchpoints.get(facts["touchpoint"])))),
        state=str(Invitation.State(facts["state"]).label),
    )


def _follow_up(entry: Entry, names: Names) -> Line:
    facts = entry.facts
    state, owner = FollowUp.State(facts["state"]), names.people.get(facts["owner"] or 0, "")
    good, bad = state == FollowUp.State.CONFIRMED, facts["fixed"] in (FollowUp.Fixed.NO, FollowUp.Fixed.PARTLY)
    return Line(
        time=entry.time,
        kind=FOLLOW_UP,
        title=str(Cause(facts["cause"]).label).capitalize(),
        places=(*_places(facts, names), *((owner,) if owner else ())),
        state=str(state.label),
        mood="good" if good else "bad" if bad else "",
        follow_up=facts["follow_up"],
    )


def _places(facts: Mapping[str, Any], names: Names) -> tuple[str, ...]:
    found = (
        _touchpoint(facts, names),
        names.channels.get(facts["channel"]) or facts.get("channel_text", ""),
        names.units.get(facts["unit"]) or facts.get("unit_text", ""),
    )
    return tuple(filter(None, found))


def _touchpoint(facts: Mapping[str, Any], names: Names) -> str:
    return names.touchpoints.get(facts["touchpoint"]) or facts.get("touchpoint_text", "")


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


_TELL = {EVENT: _event, ANSWER: _answer, PROMISE: _promise, ASK: _ask, FOLLOW_UP: _follow_up}
