"""How a promise was made and what has become of it, for the tabs of its page."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from promises.making import facts
from promises.making.evidence import Evidence, evidence, own_rules
from promises.making.gate import MOVES, PILOT, RETIRED, Reason, missing
from promises.making.questions import CRITERIA, SEVEN, VIEWS, VISION
from promises.models import Criterion, Instruction, LifecycleStep, Participation, Promise, Rule


@dataclass(frozen=True)
class Answer:
    asks: Any
    text: str


@dataclass(frozen=True)
class Judgement:
    """One of the five criteria; `row` is None where nobody has judged it, `history` what it said then."""

    label: str
    asks: Any
    row: Criterion | None
    history: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """The answers, the chain from vision to target, who took part, and the criteria."""

    answers: tuple[Answer, ...]
    views: tuple[Answer, ...]
    vision: Answer
    participation: tuple[Participation, ...]
    criteria: tuple[Judgement, ...]
    instructions: tuple[Instruction, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Move:
    """A way on or back; `missing` keeps it shut."""

    to: str
    label: str
    onwards: bool
    missing: list[Reason]

    @property
    def primary(self) -> bool:
        """Whether it is what one came for: on, and open. Out of use is not."""
        return self.onwards and not self.missing and self.to != RETIRED


@dataclass(frozen=True)
class Life:
    """Where a promise stands; `pilot` is what its pilot has shown so far, None where there is none.

    Not `whole`: for who sees some units only, without figures of the whole company.
    """

    states: tuple[tuple[str, str], ...]
    moves: tuple[Move, ...]
    steps: tuple[LifecycleStep, ...]
    pilot: Evidence | None
    versions: tuple[Rule, ...]
    whole: bool


def made_tab(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    """What the tab "How it was made" shows; who sees some units only is not told the whole company's history."""
    return {"made": load_made(promise, whole=not request.membership.of_units)}  # type: ignore[attr-defined]


def life_tab(request: HttpRequest, promise: Promise) -> dict[str, Any]:
    """What the tab "Life" shows; who sees some units only is not told the whole company's pilot."""
    return {"life": load_life(promise, whole=not request.membership.of_units)}  # type: ignore[attr-defined]


def load_made(promise: Promise, *, whole: bool = True) -> Made:
    """Not `whole`: without figures of the whole company."""
    judged = {each.name: each for each in Criterion.objects.filter(promise=promise).select_related("judged_by")}
    return Made(
        answers=tuple(Answer(each.asks, _text(promise, each.field)) for each in SEVEN),
        views=tuple(Answer(each.asks, _text(promise, each.field)) for each in VIEWS),
        vision=Answer(VISION.asks, promise.vision),
        participation=tuple(Participation.objects.filter(promise=promise).select_related("logged_by", "unit")),
        criteria=tuple(
            Judgement(str(label), CRITERIA[name].asks, row := judged.get(name), _history(row) if whole else ())
            for name, label in Criterion.Name.choices
        ),
        instructions=tuple(Instruction.objects.in_use().filter(promise=promise)),
        rules=tuple(own_rules(promise)),
    )


def load_life(promise: Promise, *, whole: bool = True) -> Life:
    names = dict(Promise.Lifecycle.choices)
    ways = MOVES[promise.lifecycle]
    versions = Rule.objects.filter(promise=promise, archived_at=None, version__gt=1).select_related("made_by", "first")
    return Life(
        states=tuple((value, str(label)) for value, label in names.items()),
        moves=tuple(Move(to, str(names[to]), to == ways[0], missing(promise=promise, to=to)) for to in ways),
        steps=tuple(LifecycleStep.objects.filter(promise=promise).select_related("by")),
        pilot=evidence(promise=promise) if whole and promise.lifecycle == PILOT else None,
        versions=tuple(versions.order_by("-valid_from")),
        whole=whole,
    )


def _history(row: Criterion | None) -> tuple[str, ...]:
    return tuple(facts.said(each) for each in row.facts.get("history", ())) if row else ()


def _text(promise: Promise, field: str) -> str:
    answer = getattr(promise, field)
    return ", ".join(answer) if isinstance(answer, list) else answer
