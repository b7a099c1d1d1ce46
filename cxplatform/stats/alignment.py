"""How well what happened goes with what was designed: a best alignment of a trace with a model of stages.

Conformance checking after van der Aalst, Adriansyah, van Dongen (2012), "Replaying history on process models for
conformance checking and performance analysis". A move in the trace alone or in the model alone costs 1, a move in
both nothing; fitness = 1 - cost / (length of the trace + shortest way through the model).

A model is read as an automaton whose states stand after a step: where one is in the stage, and which step was last
where that matters. Its states are made as they are met.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

FREE, SEQUENCE, PARALLEL, CHOICE = "free", "sequence", "parallel", "choice"
MOST_PARALLEL = 8


@dataclass(frozen=True)
class Step:
    """A touchpoint's place; `id` is what jumps name. `repeats`: it may come again at once."""

    id: int
    touchpoint: int
    optional: bool = False
    repeats: bool = False


@dataclass(frozen=True)
class Stage:
    """Steps of which all come in order (sequence), all in any order (parallel), one (choice), or any as often as
    wanted and at least one (free). One without steps is passed through."""

    flow: str
    steps: tuple[Step, ...]
    optional: bool = False

    def __post_init__(self) -> None:
        if self.flow not in (FREE, SEQUENCE, PARALLEL, CHOICE):
            raise ValueError(f"flow: {self.flow!r} is none of {FREE}, {SEQUENCE}, {PARALLEL}, {CHOICE}")
        if self.flow == PARALLEL and len(self.steps) > MOST_PARALLEL:
            raise ValueError(f"steps: at most {MOST_PARALLEL} come in any order, not {len(self.steps)}")


class _State(NamedTuple):
    """After a step of stage `stage`; stage -1 is the start. `done` is the last place in a sequence plus one, the set
    of places in any order as bits, 0 or 1 else; `last` the step just made where it may repeat or jump, else None."""

    stage: int
    done: int
    last: int | None


_START = _State(-1, 0, None)


@dataclass(frozen=True)
class Model:
    """Stages in order; `jumps` are pairs (a, b) of ids of steps: right after a, b may come."""

    stages: tuple[Stage, ...]
    jumps: tuple[tuple[int, int], ...] = ()

    @cached_property
    def _places(self) -> dict[int, tuple[int, int]]:
        return {step.id: (at, place) for at, stage in enumerate(self.stages) for place, step in enumerate(stage.steps)}

    @cached_property
    def _targets(self) -> dict[int, tuple[int, ...]]:
        found: dict[int, list[int]] = {}
        for start, end in self.jumps:
            if start in self._places and end in self._places:
                found.setdefault(start, []).append(end)
        return {start: tuple(ends) for start, ends in found.items()}

    @cached_property
    def _known(self) -> dict[_State, tuple[tuple[Step, _State], ...]]:
        return {}

    @cached_property
    def _leading(self) -> dict[_State, tuple[tuple[Step, _State], ...]]:
        return {}

    @cached_property
    def _meeting(self) -> dict[tuple[_State, int], tuple[_State, ...]]:
        return {}

    @cached_property
    def shortest(self) -> int:
        """How many steps the shortest way through has."""
        return shortest(self)

    @cached_property
    def touchpoints(self) -> frozenset[int]:
        return frozenset(step.touchpoint for stage in self.stages for step in stage.steps)

    def moves(self, state: _State) -> tuple[tuple[Step, _State], ...]:
        """The steps that may come next, in the design's order, each with the state after it."""
        if state not in self._known:
            self._known[state] = tuple(dict.fromkeys(self._moves(state)))
        return self._known[state]

    def leads(self, state: _State) -> tuple[tuple[Step, _State], ...]:
        """Of the moves, the first to each state."""
        if state not in self._leading:
            first: dict[_State, Step] = {}
            for step, after in self.moves(state):
                first.setdefault(after, step)
            self._leading[state] = tuple((step, after) for after, step in first.items())
        return self._leading[state]

    def meets(self, state: _State, touchpoint: int) -> tuple[_State, ...]:
        """The states after the moves that meet a touchpoint."""
        found = self._meeting.get((state, touchpoint))
        if found is None:
            after = (after for step, after in self.moves(state) if step.touchpoint == touchpoint)
            found = self._meeting[state, touchpoint] = tuple(dict.fromkeys(after))
        return found

    def accepts(self, state: _State) -> bool:
        """Whether the journey may be over here."""
        return (state.stage < 0 or self._passes(state)) and all(map(_may_be_left_out, self.stages[state.stage + 1 :]))

    def _moves(self, state: _State) -> Iterator[tuple[Step, _State]]:
        if state.stage >= 0:
            yield from ((step, self._after(state, step, place)) for place, step in self._inside(state))
            if state.last is not None:
                yield from ((self._step(to), self._landed(state, to)) for to in self._targets.get(state.last, ()))
            if not self._passes(state):
                return
        for at in range(state.stage + 1, len(self.stages)):
            fresh = _State(at, 0, None)
            yield from ((step, self._after(fresh, step, place)) for place, step in self._inside(fresh))
            if not _may_be_left_out(self.stages[at]):
                return

    def _inside(self, state: _State) -> Iterator[tuple[int, Step]]:
        """The steps of the state's own stage that may come next, with their places."""
        stage = self.stages[state.stage]
        for place, step in enumerate(stage.steps):
            again = step.repeats and step.id == state.last
            if stage.flow == FREE:
                fits = True
            elif stage.flow == SEQUENCE:
                between = stage.steps[state.done : place]
                fits = place >= state.done and all(skipped.optional for skipped in between)
            elif stage.flow == PARALLEL:
                fits = not state.done >> place & 1
            else:
                fits = not state.done
            if fits or again:
                yield place, step

    def _after(self, state: _State, step: Step, place: int) -> _State:
        flow = self.stages[state.stage].flow
        done = place + 1 if flow == SEQUENCE else state.done | 1 << place if flow == PARALLEL else 1
        return _State(state.stage, done, step.id if step.repeats or step.id in self._targets else None)

    def _landed(self, state: _State, to: int) -> _State:
        at, place = self._places[to]
        inside = state if at == state.stage else _State(at, 0, None)
        return self._after(inside, self._step(to), place)

    def _step(self, id_: int) -> Step:
        at, place = self._places[id_]
        return self.stages[at].steps[place]

    def _passes(self, state: _State) -> bool:
        stage = self.stages[state.stage]
        if stage.flow == SEQUENCE:
            return all(step.optional for step in stage.steps[state.done :])
        if stage.flow == PARALLEL:
            return all(step.optional or state.done >> place & 1 for place, step in enumerate(stage.steps))
        return True


def _may_be_left_out(stage: Stage) -> bool:
    if stage.optional or not stage.steps:
        return True
    some = any if stage.flow == CHOICE else all
    return some(step.optional for step in stage.steps)


@dataclass(frozen=True)
class Alignment:
    """A best alignment. `cost` is a number of moves, `fitness` 0 ... 1. The touchpoints by which they part, each
    once: `skipped` the model asks for (of a stage in which any would do, the first), `repeated` came again where
    the model does not have it, `undesigned` came where the model does not have it at all."""

    cost: int
    fitness: float
    skipped: tuple[int, ...]
    repeated: tuple[int, ...]
    undesigned: tuple[int, ...]


_Node = tuple[int, _State]


def align(trace: Sequence[int], model: Model) -> Alignment:
    """A best alignment of a trace (touchpoints in order) with a model; of several the same one each time.

    Touchpoints the model does not have are moves of the trace alone in any alignment, so the search leaves them
    out. It is breadth first by cost: free moves go to the front of the line.
    """
    known = [touchpoint for touchpoint in trace if touchpoint in model.touchpoints]
    start: _Node = (0, _START)
    came: dict[_Node, tuple[_Node, int | None, int | None]] = {}  # from where; touchpoint in the trace, in the model
    costs: dict[_Node, int] = {start: 0}
    line = deque([(0, start)])
    while True:
        cost, node = line.popleft()
        if cost > costs[node]:
            continue
        place, state = node
        if place == len(known) and model.accepts(state):
            break
        if place < len(known):
            touchpoint = known[place]
            for after in model.meets(state, touchpoint):
                to = place + 1, after
                if cost < costs.get(to, cost + 1):
                    costs[to], came[to] = cost, (node, place, touchpoint)
                    line.appendleft((cost, to))
            to = place + 1, state
            if cost + 1 < costs.get(to, cost + 2):
                costs[to], came[to] = cost + 1, (node, place, None)
                line.append((cost + 1, to))
        for step, after in model.leads(state):
            to = place, after
            if cost + 1 < costs.get(to, cost + 2):
                costs[to], came[to] = cost + 1, (node, None, step.touchpoint)
                line.append((cost + 1, to))
    skipped, extra = _deviations(node, start, came)
    seen_before = _repeats(known, extra)
    unknown = {touchpoint for touchpoint in trace if touchpoint not in model.touchpoints}
    cost += len(trace) - len(known)
    longest = len(trace) + model.shortest
    return Alignment(
        cost=cost,
        fitness=1 - cost / longest if longest else 1.0,
        skipped=tuple(sorted(skipped)),
        repeated=tuple(sorted(seen_before)),
        undesigned=tuple(sorted({known[at] for at in extra} - seen_before | unknown)),
    )


def _deviations(
    node: _Node, start: _Node, came: dict[_Node, tuple[_Node, int | None, int | None]]
) -> tuple[set[int], list[int]]:
    """Touchpoints of the model alone, and places of the trace alone."""
    skipped: set[int] = set()
    extra = []
    while node != start:
        node, seen, asked = came[node]
        if seen is None and asked is not None:
            skipped.add(asked)
        elif asked is None and seen is not None:
            extra.append(seen)
    return skipped, extra


def _repeats(trace: Sequence[int], extra: Sequence[int]) -> set[int]:
    """Touchpoints at these places of the trace that stand at another place, too, which the model has."""
    others = {touchpoint for place, touchpoint in enumerate(trace) if place not in set(extra)}
    return {trace[place] for place in extra if trace[place] in others or trace.index(trace[place]) < place}


def shortest(model: Model) -> int:
    """How many steps the shortest way through the model has."""
    line = deque([(0, _START)])
    seen = {_START}
    while True:
        length, state = line.popleft()
        if model.accepts(state):
            return length
        for _step, after in model.moves(state):
            if after not in seen:
                seen.add(after)
                line.append((length + 1, after))


def follows(model: Model) -> frozenset[tuple[int, int]]:
    """Pairs of touchpoints of which the model lets the second come right after the first."""
    found: set[tuple[int, int]] = set()
    line: deque[tuple[_State, int | None]] = deque([(_START, None)])
    seen = set(line)
    while line:
        state, last = line.popleft()
        for step, after in model.moves(state):
            if last is not None:
                found.add((last, step.touchpoint))
            node = (after, step.touchpoint)
            if node not in seen:
                seen.add(node)
                line.append(node)
    return frozenset(found)
