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
from itertools import count
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


class _Numbered(NamedTuple):
    """What a search asks of a state. `leads`: each state that may come next with the first touchpoint that leads
    there, in the design's order; `meets`: the states after a touchpoint; `accepts`: the journey may be over here."""

    leads: tuple[tuple[int, int], ...]
    meets: dict[int, tuple[int, ...]]
    accepts: bool


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
    def _numbers(self) -> tuple[dict[_State, int], dict[int, _State], Iterator[int]]:
        return {}, {}, count()

    @cached_property
    def nodes(self) -> "dict[int, _Numbered]":
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

    def number(self, state: _State) -> int:
        """The state's number, by which `numbered` knows it: a search compares and looks up numbers far faster."""
        numbers, states, unused = self._numbers
        found = numbers.get(state)
        if found is None:
            fresh = next(unused)
            states[fresh] = state
            found = numbers.setdefault(state, fresh)  # another thread may have met it meanwhile
        return found

    def numbered(self, number: int) -> "_Numbered":
        found = self.nodes.get(number)
        if found is None:
            found = self.nodes[number] = self._numbered(self._numbers[1][number])
        return found

    def _numbered(self, state: _State) -> "_Numbered":
        leads: dict[int, int] = {}
        meets: dict[int, dict[int, None]] = {}
        for step, after in self.moves(state):
            number = self.number(after)
            leads.setdefault(number, step.touchpoint)
            meets.setdefault(step.touchpoint, {})[number] = None
        return _Numbered(
            leads=tuple(leads.items()),
            meets={touchpoint: tuple(after) for touchpoint, after in meets.items()},
            accepts=self.accepts(state),
        )

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


def align(trace: Sequence[int], model: Model) -> Alignment:
    """A best alignment of a trace (touchpoints in order) with a model; of several the same one each time.

    Touchpoints the model does not have are moves of the trace alone in any alignment, so the search leaves them
    out. It is breadth first by cost: free moves go to the front of the line. A node is a place in the trace and a
    state of the model, as one number.
    """
    known = [touchpoint for touchpoint in trace if touchpoint in model.touchpoints]
    end = len(known)
    width = end + 1
    start = model.number(_START) * width
    came: dict[int, tuple[int, int | None, int | None]] = {}  # from where; touchpoint in the trace, in the model
    costs: dict[int, int] = {start: 0}
    nodes = model.nodes
    cost, dearer = 0, 1
    line, later = [start], list[int]()  # of nodes at this cost the last is next; those one move dearer, in their order
    while True:
        while not line:
            line, later = later[::-1], line
            cost, dearer = dearer, dearer + 1
        node = line.pop()
        if cost > costs[node]:
            continue
        number, place = divmod(node, width)
        leads, meets, accepts = nodes.get(number) or model.numbered(number)
        if place < end:
            touchpoint = known[place]
            for after in meets.get(touchpoint, ()):
                to = after * width + place + 1
                before = costs.get(to)
                if before is None or cost < before:
                    costs[to], came[to] = cost, (node, place, touchpoint)
                    line.append(to)
            to = node + 1
            if to not in costs:  # what is there came no dearer
                costs[to], came[to] = dearer, (node, place, None)
                later.append(to)
        elif accepts:
            break
        for after, touchpoint in leads:
            to = after * width + place
            if to not in costs:
                costs[to], came[to] = dearer, (node, None, touchpoint)
                later.append(to)
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
    node: int, start: int, came: dict[int, tuple[int, int | None, int | None]]
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
    if not extra:
        return set()
    left = set(extra)
    others = {touchpoint for place, touchpoint in enumerate(trace) if place not in left}
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
