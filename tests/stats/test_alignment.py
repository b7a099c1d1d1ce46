"""Fitness of a trace to a designed journey: golden values, and the best of all words a model has."""

from itertools import pairwise, permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cxplatform.stats.alignment import CHOICE, FREE, PARALLEL, SEQUENCE, Model, Stage, Step, align, follows, shortest
from cxplatform.stats.peak_end import peak_end

A, B, C, D, X = 1, 2, 3, 4, 9


def stage(flow: str, *touchpoints: int, optional: bool = False, **about: bool) -> Stage:
    return Stage(flow, tuple(Step(10 * t, t, **about) for t in touchpoints), optional)


LINE = Model((stage(SEQUENCE, A, B), stage(SEQUENCE, C, D)))


def test_the_golden_trace() -> None:
    found = align([A, C, X, D], LINE)
    assert (found.cost, found.fitness) == (2, 0.75)
    assert (found.skipped, found.repeated, found.undesigned) == ((B,), (), (X,))


def test_what_was_designed_fits_wholly() -> None:
    assert align([A, B, C, D], LINE).fitness == 1
    assert shortest(LINE) == 4
    assert follows(LINE) == {(A, B), (B, C), (C, D)}


def test_nothing_of_it_happened() -> None:
    found = align([], LINE)
    assert (found.cost, found.fitness, found.skipped) == (4, 0, (A, B, C, D))
    assert align([X, X], LINE).fitness == 0
    assert align([], Model(())).fitness == 1
    assert align([X], Model(())).fitness == 0


def test_coming_again_is_told_from_what_was_never_designed() -> None:
    found = align([A, B, B, C, D], LINE)
    assert (found.cost, found.repeated, found.undesigned) == (1, (B,), ())
    assert align([A, B, B, B, C, D], Model((stage(SEQUENCE, A, B, C, D, repeats=True),))).cost == 0


def test_any_order_one_of_and_as_often_as_wanted() -> None:
    assert align([B, A, C], Model((stage(PARALLEL, A, B), stage(SEQUENCE, C)))).cost == 0
    assert align([A, B, A, C], Model((stage(PARALLEL, A, B), stage(SEQUENCE, C)))).repeated == (A,)
    assert align([B, C], Model((stage(CHOICE, A, B), stage(SEQUENCE, C)))).cost == 0
    assert align([A, B, C], Model((stage(CHOICE, A, B), stage(SEQUENCE, C)))).cost == 1
    assert align([B, A, B, B, C], Model((stage(FREE, A, B), stage(SEQUENCE, C)))).cost == 0
    assert align([C], Model((stage(FREE, A, B), stage(SEQUENCE, C)))).skipped == (A,)
    assert align([C], Model((stage(FREE, A, B, optional=True), stage(SEQUENCE, C)))).cost == 0


def test_a_loop_back_and_a_skip_ahead() -> None:
    loop = Model(LINE.stages, jumps=((10 * C, 10 * A), (10 * A, 10 * D)))
    assert align([A, B, C, A, B, C, D], loop).cost == 0
    assert align([A, D], loop).cost == 0
    assert shortest(loop) == 2
    assert (C, A) in follows(loop) and (A, D) in follows(loop) and (B, A) not in follows(loop)
    assert align([A, B, C, D], Model(LINE.stages, jumps=((10 * C, 777),))).cost == 0  # to a step that is gone


def test_a_model_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 8"):
        stage(PARALLEL, *range(9))
    with pytest.raises(ValueError, match="none of"):
        stage("zigzag", A)


def test_a_long_trace_of_loops_is_done_at_once() -> None:
    parallel = Model((stage(PARALLEL, 1, 2, 3, 4, 5, 6, 7, 8), stage(SEQUENCE, 9)))
    found = align([9, 8, 7, 6, 5, 4, 3, 2, 1] * 50, parallel)
    assert found.cost == 450 - 9


def words_of(one: Stage, most: int) -> set[tuple[int, ...]]:
    """Every word of a stage up to a length, by what the flows say and not by an automaton."""
    names = [step.touchpoint for step in one.steps]
    if one.flow == FREE:
        found = {word for length in range(1, most + 1) for word in product(names, repeat=length)}
        nothing = all(step.optional for step in one.steps)
    elif one.flow == CHOICE:
        found = {(name,) for name in names}
        nothing = any(step.optional for step in one.steps)
    else:
        kept = product(*(((True, False) if step.optional else (True,)) for step in one.steps))
        chosen = {tuple(name for name, keep in zip(names, keeps, strict=True) if keep) for keeps in kept}
        found = chosen if one.flow == SEQUENCE else {order for word in chosen for order in permutations(word)}
        nothing = False
    if one.optional or nothing or not names:
        found = found | {()}
    return {again for word in found for again in _repeated(word, one, most)}


def _repeated(word: tuple[int, ...], one: Stage, most: int) -> set[tuple[int, ...]]:
    repeats = {step.touchpoint for step in one.steps if step.repeats}
    ways = [[(name,) * times for times in range(1, most + 1)] if name in repeats else [(name,)] for name in word]
    return {sum(parts, ()) for parts in product(*ways) if len(sum(parts, ())) <= most} | {word}


def distance(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Insertions and deletions between two words, by their longest common subsequence."""
    row = [0] * (len(other) + 1)
    for left in one:
        before, row = row, [0]
        for place, right in enumerate(other):
            row.append(before[place] + 1 if left == right else max(before[place + 1], row[place]))
    return len(one) + len(other) - 2 * row[-1]


@st.composite
def models(draw: st.DrawFn) -> Model:
    stages, id_ = [], 0
    for _ in range(draw(st.integers(1, 3))):
        steps = []
        for touchpoint in draw(st.lists(st.sampled_from([A, B, C]), unique=True, max_size=2)):
            id_ += 1
            steps.append(Step(id_, touchpoint, draw(st.booleans()), draw(st.booleans())))
        flow = draw(st.sampled_from([FREE, SEQUENCE, PARALLEL, CHOICE]))
        stages.append(Stage(flow, tuple(steps), draw(st.booleans())))
    return Model(tuple(stages))


@settings(max_examples=150)
@given(models(), st.lists(st.sampled_from([A, B, C, X]), max_size=4))
def test_no_word_of_the_model_is_nearer(model: Model, trace: list[int]) -> None:
    parts = [sorted(words_of(one, len(trace) + 1)) for one in model.stages]
    words = {sum(word, ()) for word in product(*parts)}
    found = align(trace, model)
    assert found.cost == min(distance(word, tuple(trace)) for word in words)
    assert shortest(model) == min(map(len, words))
    assert 0 <= found.fitness <= 1
    assert set(found.repeated) <= set(trace) and set(found.undesigned) <= set(trace)
    assert not set(found.repeated) & set(found.undesigned)
    assert {(a, b) for word in words for a, b in pairwise(word)} <= follows(model)


def test_the_peak_and_the_end() -> None:
    assert peak_end([0.5, -1, 0.2, 0.8]) == pytest.approx(-0.1)
    assert peak_end([0.6, -0.6, 0]) == pytest.approx(-0.3)  # as far: the negative one
    assert peak_end([0.1, 0.2, 0.9]) == pytest.approx(0.9)
    assert peak_end([0.1, 0.9]) is None
    with pytest.raises(ValueError, match="neutral"):
        peak_end([1.2, 0, 0])


@given(st.lists(st.floats(-1, 1), min_size=3, max_size=9))
def test_it_lies_between_the_worst_and_the_best(values: list[float]) -> None:
    found = peak_end(values)
    assert found is not None and min(values) <= found <= max(values)
    assert abs(found) <= max(map(abs, values))
