"""Every metric and scale, declared once.

An answer is stored as one count in a histogram over the scale. What the histogram means (which bins are
promoters, what is outside the denominator, what leads, how it reads on 0-100) is said here and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from numbers import Real
from types import MappingProxyType
from typing import Literal

Unit = Literal["points", "percent", "mean"]
Direction = Literal["higher", "lower"]

NET = "net"
MEAN = "mean"


@dataclass(frozen=True, kw_only=True, eq=False)
class Metric:
    """One metric on one scale.

    `parts` names sets of bins whose shares are reported; they may overlap ("solved" holds "first").
    `bar` lists the parts that split the denominator without a gap or an overlap, in the order to draw them.
    `lead` and `beside` name quantities: a part (its share), "net" (share of `net[0]` minus share of `net[1]`)
    or "mean" (of `numbers`, one per bin). `normal` is the 0-100 value of each bin, None where the answer is
    outside the denominator ("too early to say"). A metric `by_subject` is asked of one thing at a time (does this
    word describe us?), and each `subject` has counts of its own: two are two metrics, never pooled.
    """

    key: str
    scale: str
    bins: int
    lowest: int
    higher_is_better: bool
    lead: str
    better: Direction = "higher"
    beside: tuple[str, ...] = ()
    parts: Mapping[str, tuple[int, ...]]
    bar: tuple[str, ...]
    net: tuple[str, str] | None = None
    numbers: tuple[float, ...] | None = None
    normal: tuple[float | None, ...]
    choices: tuple[str, ...] = ()
    outside: tuple[int, ...] = ()
    answered: bool = True
    by_subject: bool = False
    subject: str = ""

    @property
    def name(self) -> str:
        """The key of the registry, "nps/0-10", with the subject where there is one: "image/3:reliable"."""
        return f"{self.key}/{self.scale}{':' if self.subject else ''}{self.subject}"

    @property
    def unit(self) -> Unit:
        """Of the leading quantity: points (-100..100), percent (0..100) or mean (the unit of `numbers`)."""
        if self.lead == NET:
            return "points"
        return "mean" if self.lead == MEAN else "percent"

    @property
    def highest(self) -> int:
        """The value of the last bin."""
        return self.lowest + self.bins - 1

    @property
    def limits(self) -> tuple[float, float]:
        """The least and the greatest that the leading quantity can be, in its unit."""
        if self.numbers is not None and self.lead == MEAN:
            return min(self.numbers), max(self.numbers)
        return (-100, 100) if self.unit == "points" else (0, 100)


def metric(key_with_scale: str) -> Metric:
    """The metric declared as "key/scale"; one asked of several subjects also as "key/scale:subject".

    Raises ValueError listing what there is.
    """
    name, _, subject = key_with_scale.partition(":")
    found = METRICS.get(name)
    if found is not None and subject and found.by_subject:
        return replace(found, subject=subject)
    if found is None or subject:
        key = key_with_scale.partition("/")[0]
        near = [name for name in METRICS if name.partition("/")[0] == key] or list(METRICS)
        raise ValueError(f"metric: {key_with_scale!r} is not known; use one of {', '.join(near)}")
    return found


def as_metric(of: Metric | str) -> Metric:
    """The metric itself, or the one declared under that name."""
    return of if isinstance(of, Metric) else metric(of)


def bin_of(of: Metric | str, value: float | str) -> int:
    """The bin of one answer: a whole number on the scale or, on a scale of choices, the choice's name.

    Raises ValueError naming the metric and what it takes.
    """
    m = as_metric(of)
    if isinstance(value, str) and value in m.choices:
        return m.choices.index(value)
    # bool is an int in Python, and True on a 0-10 scale is a mistake, not a 1.
    if isinstance(value, Real) and not isinstance(value, bool) and value == value // 1:
        place = int(value) - m.lowest
        if 0 <= place < m.bins:
            return place
    names = f" or one of {', '.join(m.choices)}" if m.choices else ""
    raise ValueError(
        f"{m.name}: {value!r} is not on the scale; give a whole number from {m.lowest} to {m.highest}{names}"
    )


def value_of(of: Metric | str, place: int) -> int:
    """The answer counted in bin `place`. Raises ValueError outside the histogram."""
    m = as_metric(of)
    if not 0 <= place < m.bins:
        raise ValueError(f"{m.name}: there is no bin {place}; bins are 0 to {m.bins - 1}")
    return m.lowest + place


def normalised(of: Metric | str, value: float | str) -> float | None:
    """The answer on 0-100, 100 the best for the customer; None for "too early to say" and "can't say"."""
    m = as_metric(of)
    return m.normal[bin_of(m, value)]


def target_of(of: Metric | str, target: float) -> float:
    """A target in the unit of the metric's leading quantity. Raises ValueError off its limits."""
    m = as_metric(of)
    least, greatest = m.limits
    if not least <= target <= greatest:
        raise ValueError(f"target: {target} is not a value of {m.name}; give {m.unit} from {least:g} to {greatest:g}")
    return float(target)


def paired_fcr(*, fcr: int | str, expected: int | str) -> int:
    """The answer of fcr_expected/15 for one person who answered both questions.

    Strict FCR is "first contact *and* as expected": separate histograms lose which answers belong together.
    """
    return bin_of("fcr/5", fcr) * 3 + bin_of("expected/3", expected)


def cx3d_sum(*, effectiveness: int, ease: int, emotion: int) -> int:
    """The answer of cx3d/3-21 for one person who answered all three."""
    answers = {"effectiveness": effectiveness, "ease": ease, "emotion": emotion}
    return sum(1 + bin_of(f"cx3d_{dimension}/1-7", value) for dimension, value in answers.items())


def perceived_value(*, benefit: int, sacrifice: int) -> int:
    """The answer of value/-6..6 for one person: benefit minus sacrifice."""
    # Both scales start at 1, so their bins subtract as their values do.
    return bin_of("benefit/1-7", benefit) - bin_of("sacrifice/1-7", sacrifice)


def _linear(bins: int, *, higher_is_better: bool = True) -> tuple[float, ...]:
    up = tuple(100 * place / (bins - 1) for place in range(bins))
    return up if higher_is_better else up[::-1]


def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


def _nps(scale: str, lowest: int) -> Metric:
    top = 10 - lowest
    return Metric(
        key="nps",
        scale=scale,
        bins=top + 1,
        lowest=lowest,
        higher_is_better=True,
        lead=NET,
        net=("promoters", "detractors"),
        parts={
            "promoters": _span(top - 1, top),
            "passives": _span(top - 3, top - 2),
            "detractors": _span(0, top - 4),
        },
        bar=("promoters", "passives", "detractors"),
        normal=_linear(top + 1),
    )


def _rated(key: str, *, higher_is_better: bool = True, zero_to_hundred: bool = False) -> Metric:
    """A 1-7 rating read by its mean."""
    normal = _linear(7, higher_is_better=higher_is_better)
    return Metric(
        key=key,
        scale="1-7",
        bins=7,
        lowest=1,
        higher_is_better=higher_is_better,
        lead=MEAN,
        better="higher" if higher_is_better or zero_to_hundred else "lower",
        parts={"low": _span(0, 2), "middle": (3,), "high": _span(4, 6)},
        bar=("low", "middle", "high"),
        numbers=normal if zero_to_hundred else tuple(range(1, 8)),
        normal=normal,
    )


def _best(key: str, highest: int, *, by_subject: bool = False) -> Metric:
    """A short number scale read by the share of its best answer, with the mean beside."""
    middle = (highest - 1) // 2
    return Metric(
        key=key,
        scale=f"1-{highest}",
        bins=highest,
        lowest=1,
        higher_is_better=True,
        lead="best",
        beside=(MEAN,),
        parts={
            "best": (highest - 1,),
            "good": _span(middle + 1, highest - 2),
            "middle": (middle,),
            "low": _span(0, middle - 1),
        },
        bar=("best", "good", "middle", "low"),
        numbers=tuple(range(1, highest + 1)),
        normal=_linear(highest),
        by_subject=by_subject,
    )


def _yes_partly_no(key: str, *, cant_say: bool = False, by_subject: bool = False) -> Metric:
    """A short scale read by the share of its best answer."""
    choices = ("yes", "partly", "no", *(("cant_say",) if cant_say else ()))
    return Metric(
        key=key,
        scale=str(len(choices)),
        bins=len(choices),
        lowest=0,
        higher_is_better=False,
        lead="yes",
        parts={"yes": (0,), "partly": (1,), "no": (2,)},
        bar=("yes", "partly", "no"),
        normal=(100.0, 50.0, 0.0, None)[: len(choices)],
        choices=choices,
        outside=(3,) if cant_say else (),
        by_subject=by_subject,
    )


def _fcr() -> Metric:
    return Metric(
        key="fcr",
        scale="5",
        bins=5,
        lowest=0,
        higher_is_better=False,
        lead="first",
        beside=("solved",),
        parts={"first": (0,), "later": (1,), "partly": (2,), "no": (3,), "solved": (0, 1)},
        bar=("first", "later", "partly", "no"),
        normal=(*_linear(4, higher_is_better=False), None),
        choices=("first", "later", "partly", "no", "too_early"),
        outside=(4,),
    )


def _fcr_expected() -> Metric:
    """FCR and "as you expected?" of the same person: bin = 3 x FCR + expected (METRICS, FCR asked)."""
    fcr, expected = _fcr(), _yes_partly_no("expected")
    halves = [(a, b) for a in fcr.normal for b in expected.normal]
    return Metric(
        key="fcr_expected",
        scale="15",
        bins=15,
        lowest=0,
        higher_is_better=False,
        lead="strict",
        beside=("first", "solved"),
        parts={
            "strict": (0,),
            "first_unexpected": (1, 2),
            "later": _span(3, 5),
            "partly": _span(6, 8),
            "no": _span(9, 11),
            "first": _span(0, 2),
            "solved": _span(0, 5),
        },
        bar=("strict", "first_unexpected", "later", "partly", "no"),
        normal=tuple(None if a is None or b is None else (a + b) / 2 for a, b in halves),
        choices=tuple(f"{a}+{b}" for a in fcr.choices for b in expected.choices),
        outside=_span(12, 14),
        answered=False,
    )


def _emotion() -> Metric:
    names = ("pleased", "valued", "reassured", "nothing", "unsure", "disappointed", "frustrated")
    return Metric(
        key="emotion",
        scale="7",
        bins=7,
        lowest=0,
        higher_is_better=False,
        lead=NET,
        net=("positive", "negative"),
        parts={name: (place,) for place, name in enumerate(names)}
        | {"positive": (0, 1, 2), "neutral": (3,), "negative": (4, 5, 6)},
        bar=names,
        # The seven are kinds of feeling, not steps of one scale: only the valence is a number.
        normal=(100.0, 100.0, 100.0, 50.0, 0.0, 0.0, 0.0),
        choices=names,
    )


_DECLARED = (
    _nps("0-10", 0),
    _nps("1-10", 1),
    # History of which only the three counts are known: the same NPS, and a scale of its own, as what was answered
    # within each part is not known.
    Metric(
        key="nps",
        scale="3",
        bins=3,
        lowest=0,
        higher_is_better=True,
        lead=NET,
        net=("promoters", "detractors"),
        parts={"promoters": (2,), "passives": (1,), "detractors": (0,)},
        bar=("promoters", "passives", "detractors"),
        normal=_linear(3),
        choices=("detractors", "passives", "promoters"),
        answered=False,
    ),
    Metric(
        key="ces",
        scale="1-7",
        bins=7,
        lowest=1,
        higher_is_better=True,
        lead="easy",
        beside=("struggling", MEAN),
        parts={"easy": _span(4, 6), "neutral": (3,), "struggling": _span(0, 2)},
        bar=("easy", "neutral", "struggling"),
        numbers=tuple(range(1, 8)),
        normal=_linear(7),
    ),
    Metric(
        key="ces",
        scale="1-5",
        bins=5,
        lowest=1,
        higher_is_better=False,
        lead="easy",
        parts={"easy": (0, 1), "neutral": (2,), "struggling": (3, 4)},
        bar=("easy", "neutral", "struggling"),
        normal=_linear(5, higher_is_better=False),
    ),
    _fcr(),
    _yes_partly_no("expected"),
    _fcr_expected(),
    Metric(
        key="csat",
        scale="1-5",
        bins=5,
        lowest=1,
        higher_is_better=True,
        lead="satisfied",
        parts={"satisfied": (3, 4), "neutral": (2,), "dissatisfied": (0, 1)},
        bar=("satisfied", "neutral", "dissatisfied"),
        normal=_linear(5),
    ),
    Metric(
        key="csat",
        scale="1-10",
        bins=10,
        lowest=1,
        higher_is_better=True,
        lead="satisfied",
        parts={"satisfied": (8, 9), "other": _span(0, 7)},
        bar=("satisfied", "other"),
        normal=_linear(10),
    ),
    Metric(
        key="faces",
        scale="4",
        bins=4,
        lowest=0,
        higher_is_better=True,
        lead="very_good",
        beside=("pleased",),
        parts={"very_bad": (0,), "bad": (1,), "good": (2,), "very_good": (3,), "pleased": (2, 3)},
        bar=("very_good", "good", "bad", "very_bad"),
        normal=_linear(4),
        choices=("very_bad", "bad", "good", "very_good"),
    ),
    Metric(
        key="expectation",
        scale="3",
        bins=3,
        lowest=0,
        higher_is_better=True,
        lead="worse",
        better="lower",
        beside=(NET,),
        net=("better", "worse"),
        parts={"worse": (0,), "as_expected": (1,), "better": (2,)},
        bar=("worse", "as_expected", "better"),
        normal=_linear(3),
        choices=("worse", "as_expected", "better"),
    ),
    _emotion(),
    _rated("cx3d_effectiveness", zero_to_hundred=True),
    _rated("cx3d_ease", zero_to_hundred=True),
    _rated("cx3d_emotion", zero_to_hundred=True),
    Metric(
        key="cx3d",
        scale="3-21",
        bins=19,
        lowest=3,
        higher_is_better=True,
        lead=MEAN,
        parts={"low": _span(0, 8), "middle": (9,), "high": _span(10, 18)},
        bar=("low", "middle", "high"),
        numbers=_linear(19),
        normal=_linear(19),
        answered=False,
    ),
    _yes_partly_no("heard"),
    _yes_partly_no("promise_kept", cant_say=True),
    _yes_partly_no("fixed"),
    _rated("importance"),
    _rated("benefit"),
    _rated("sacrifice", higher_is_better=False),
    *(_rated(f"benefit_{part}") for part in ("features", "service", "feeling")),
    *(_rated(f"sacrifice_{part}", higher_is_better=False) for part in ("price", "time", "effort")),
    _best("image", 7, by_subject=True),
    _yes_partly_no("image", by_subject=True),
    Metric(
        key="competitors",
        scale="3",
        bins=3,
        lowest=0,
        higher_is_better=True,
        lead=NET,
        beside=("worse",),
        net=("better", "worse"),
        parts={"worse": (0,), "same": (1,), "better": (2,)},
        bar=("worse", "same", "better"),
        normal=_linear(3),
        choices=("worse", "same", "better"),
    ),
    _best("relevance", 5),
    _yes_partly_no("relevance"),
    Metric(
        key="value",
        scale="-6..6",
        bins=13,
        lowest=-6,
        higher_is_better=True,
        lead=MEAN,
        parts={"sacrifice": _span(0, 5), "balance": (6,), "benefit": _span(7, 12)},
        bar=("sacrifice", "balance", "benefit"),
        numbers=tuple(range(-6, 7)),
        normal=_linear(13),
        answered=False,
    ),
    _rated("stay", zero_to_hundred=True),
    # EX3D, the employees' pulse.
    *(_rated(f"pulse_{part}", zero_to_hundred=True) for part in ("knowledge", "action", "emotion")),
)

METRICS: Mapping[str, Metric] = MappingProxyType({m.name: m for m in _DECLARED})
