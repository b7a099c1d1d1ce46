"""What closed rounds say: only what at least five have answered, the outside view apart from the company's own."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cxplatform.stats import anonymity
from cxplatform.stats.change import Verdict
from cxplatform.stats.discoveries import benjamini_hochberg
from cxplatform.stats.intervals import wilson
from cxplatform.stats.sums import Mean, Sums, apart, mean_of, welch_p
from dashboards.models import Round, RoundAnswer
from dashboards.plan.asked import AGREE, BARRIERS, FRONTLINE, LEEWAY, STRATEGY, THEMES, Text, Theme

FEWEST = 5
OWN = tuple(group for group in RoundAnswer.Group if group != RoundAnswer.Group.OUTSIDE)
QUADRANTS = ("luuppi", "loiste", "lotto", "laidun")
"""As they lie: a concrete strategy above, wide leeway to the right."""


@dataclass(frozen=True)
class Assessed:
    """One theme on 1-5. `own` are the company's people (None: too few), `outside` the others; `groups` are the own
    by group, those that may be shown. `course` is against the round before, no clear change where nothing is."""

    theme: Theme
    own: Mean | None
    outside: Mean | None
    groups: Mapping[str, Mean]
    course: Verdict


@dataclass(frozen=True)
class Part:
    """How many of n, in per cent with the 95 % interval (Wilson)."""

    key: str
    name: Text
    count: int
    n: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Square:
    """The two-by-two of one group of people: `parts` in the order of QUADRANTS."""

    n: int
    parts: tuple[Part, ...]

    @property
    def first(self) -> Part:
        """The quadrant where most stand."""
        return max(self.parts, key=lambda part: part.count)


def fewest_of(minimum: int) -> int:
    """Of staff at least five, whatever the company's own minimum is."""
    return max(minimum, FEWEST)


def answers_of(rounds: Sequence[Round]) -> dict[int, list[RoundAnswer]]:
    """By round; one query."""
    found: dict[int, list[RoundAnswer]] = {each.pk: [] for each in rounds}
    for row in RoundAnswer.objects.filter(round__in=rounds).defer("other"):
        found[row.round_id].append(row)
    return found


def assessed(now: Sequence[RoundAnswer], then: Sequence[RoundAnswer] = (), *, minimum: int) -> tuple[Assessed, ...]:
    """Every theme of a round, against the round before. The false discovery rate of the whole list is controlled.

    Who answers is not known, so that two rounds are compared as different people (Welch), which is the cautious way.
    """
    fewest = fewest_of(minimum)
    pairs = [(_own(now, theme), _own(then, theme)) for theme in THEMES]
    p_values = [welch_p(a, b, fewest=fewest) for a, b in pairs]
    stands = benjamini_hochberg(p_values)
    found = []
    for theme, (own, before), p, stand in zip(THEMES, pairs, p_values, stands, strict=True):
        outside = _sums(now, theme, (RoundAnswer.Group.OUTSIDE,))
        groups = {group.value: _sums(now, theme, (group,)) for group in OWN}
        seen = anonymity.visible({group: sums.n for group, sums in groups.items()}, minimum=fewest)
        found.append(
            Assessed(
                theme=theme,
                own=_shown(own, fewest),
                outside=_shown(outside, fewest),
                groups={
                    group: _mean(sums)
                    for group, sums in groups.items()
                    if group in seen and sums.n and anonymity.enough(own.n, minimum=fewest)
                },
                course="not_enough" if p is None else _course(own, before) if stand else "no_clear_change",
            )
        )
    return tuple(found)


def square(answers: Iterable[RoundAnswer], *, minimum: int) -> Square | None:
    """The quadrants of those who answered both; None of too few."""
    placed = Counter(quadrant for each in answers if (quadrant := quadrant_of(each.answers)))
    n = placed.total()
    if not anonymity.enough(n, minimum=fewest_of(minimum)):
        return None
    return Square(n, tuple(_part(key, key.capitalize(), placed[key], n) for key in QUADRANTS))


def squares_by_unit(answers: Sequence[RoundAnswer], *, minimum: int) -> dict[int, Square]:
    """By unit, those that may be shown beside the whole; who told no unit is a group too."""
    of: dict[int | None, list[RoundAnswer]] = {}
    for each in answers:
        if quadrant_of(each.answers):
            of.setdefault(each.unit_id, []).append(each)  # type: ignore[attr-defined]
    seen = anonymity.visible({unit: len(rows) for unit, rows in of.items()}, minimum=fewest_of(minimum))
    found = {unit: square(rows, minimum=minimum) for unit, rows in of.items() if unit is not None and unit in seen}
    return {unit: each for unit, each in found.items() if each is not None}


def quadrant_of(answers: Mapping[str, int]) -> str:
    """Where one respondent stands; "" where one of the two is unanswered."""
    strategy, leeway = answers.get(STRATEGY), answers.get(FRONTLINE)
    if strategy is None or leeway is None:
        return ""
    concrete, wide = strategy > LEEWAY // 2, leeway > LEEWAY // 2
    return QUADRANTS[(0 if concrete else 2) + (1 if wide else 0)]


def barriers(answers: Sequence[RoundAnswer], *, minimum: int) -> tuple[Part, ...]:
    """Each barrier by how many named it, the most named first; none of too few respondents."""
    n = len(answers)
    if not anonymity.enough(n, minimum=fewest_of(minimum)):
        return ()
    named = Counter(key for each in answers for key in each.answers)
    parts = [_part(key, name, named[key], n) for key, name in BARRIERS]
    return tuple(sorted(parts, key=lambda part: -part.count))


def own(answers: Iterable[RoundAnswer]) -> list[RoundAnswer]:
    """The company's own people's."""
    return [each for each in answers if each.group != RoundAnswer.Group.OUTSIDE]


def _own(answers: Sequence[RoundAnswer], theme: Theme) -> Sums:
    return _sums(answers, theme, OWN)


def _sums(answers: Sequence[RoundAnswer], theme: Theme, groups: Sequence[str]) -> Sums:
    """Over people: each by the mean of the statements they answered."""
    keys = [key for key, _words in theme.statements]
    values = []
    for each in answers:
        told = [each.answers[key] for key in keys if key in each.answers]
        if each.group in groups and told:
            values.append(sum(told) / len(told))
    return Sums(len(values), sum(values), sum(value**2 for value in values))


def _shown(sums: Sums, fewest: int) -> Mean | None:
    return _mean(sums) if anonymity.enough(sums.n, minimum=fewest) else None


def _mean(sums: Sums) -> Mean:
    return mean_of(sums, least=1, greatest=AGREE)


def _course(now: Sums, then: Sums) -> Verdict:
    difference = apart(now, then, fewest=FEWEST).difference or 0
    return "better" if difference > 0 else "worse"


def _part(key: str, name: Text, count: int, n: int) -> Part:
    low, high = (100 * float(end) for end in wilson(count, n))
    return Part(key, name, count, n, 100 * count / n, low, high)
