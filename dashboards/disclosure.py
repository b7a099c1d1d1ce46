"""Which scores of places and channels may be told beside each other, so that no small group follows by subtraction.

A reader may ask for any touchpoint, stage, journey or the whole company, in any channel, one after the other. All these
sums over the same answers are weighed once, the same way for every screen: those that matter most first, the large
before the small, each told unless with those before it a small one could be had. Periods are not held against each
other: whoever may ask for any days has the difference of two of them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cxplatform.stats import anonymity
from cxplatform.stats.anonymity import Known, Sums
from cxplatform.stats.histogram import total
from dashboards.load import COMPANY, Counted
from dashboards.structure import Place, Structure

Cell = tuple[int, int]  # a touchpoint, COMPANY for all that are not in use or not known, and a channel


@dataclass(frozen=True)
class Plane:
    """The answers of one metric in one window by touchpoint and channel. `sets` are the sets of touchpoints that
    screens show, those that matter most first."""

    answers: Mapping[Cell, int]
    sets: Sequence[Sequence[frozenset[int]]]
    minimum: int

    def shows(self, places: Collection[int] | None, channel: int | None) -> bool:
        """Whether the sum over these places, in this channel, may be told; None = all of them."""
        if not len(self._closed):
            return True
        told = self._of_places(None if places is None else frozenset(places))
        if channel is None:
            return self._known.safe(told)
        return self._known_by_channel.safe(told * self._channels[self._columns.get(channel, -1)])

    @cached_property
    def _cells(self) -> list[Cell]:
        return sorted(cell for cell, n in self.answers.items() if n > 0)

    @cached_property
    def _n(self) -> Sums:
        return np.array([self.answers[cell] for cell in self._cells], dtype=float)

    @cached_property
    def _columns(self) -> dict[int, int]:
        """The row of `_channels` of each channel."""
        return {channel: at for at, channel in enumerate(sorted({channel for _place, channel in self._cells}), 1)}

    @cached_property
    def _channels(self) -> Sums:
        """The cells of all channels, of each channel, and of one that nobody answered in."""
        by = np.array([channel for _place, channel in self._cells], dtype=np.int64)
        return np.vstack([np.ones(len(by)), *(by == channel for channel in self._columns), np.zeros(len(by))])

    def _of_places(self, places: frozenset[int] | None) -> Sums:
        return np.array([places is None or at in places for at, _channel in self._cells], dtype=float)

    @cached_property
    def _alone(self) -> Sums:
        """The cells of each touchpoint that was answered at."""
        at = np.array([place for place, _channel in self._cells], dtype=np.int64)
        each = dict.fromkeys(at.tolist())
        return np.array([at == place for place in each], dtype=float).reshape(len(each), len(at))

    @cached_property
    def _kinds(self) -> list[Sums]:
        """The cells of the company, then of the sets of each kind."""
        company = np.ones((1, len(self._cells)))
        return [company, *(np.array([self._of_places(each) for each in sets]) for sets in self.sets if sets)]

    @cached_property
    def _known(self) -> Known:
        """After all that is told of all channels together."""
        return self._telling(Known(self._closed), self._channels[:1])

    @cached_property
    def _known_by_channel(self) -> Known:
        return self._telling(self._known.copy(), self._channels[1:-1])

    def _telling(self, known: Known, channels: Sums) -> Known:
        """Tell every sum that is large enough and safe: of the company, then of sets of touchpoints; of a kind the
        large first."""
        for sets in self._kinds:
            sums = (channels[:, None, :] * sets).reshape(-1, len(self._cells))
            sums = np.unique(sums[self._enough(sums @ self._n)], axis=0)
            for told in sums[np.argsort(-(sums @ self._n), kind="stable")]:
                known.tell(told)
        return known

    @cached_property
    def _closed(self) -> Sums:
        """The small groups: each that has a name, and small ones of one division together where they are few still."""
        channels, alone = self._channels[:-1], self._alone
        sets = np.concatenate(self._kinds)
        sizes = (alone * self._n) @ channels.T, (sets * self._n) @ channels.T
        rest = (1 - sets) * self._n @ channels.T
        closed = [
            groups[at] * channels[by]
            for groups, n in ((alone, sizes[0]), (sets, sizes[1]), (1 - sets, rest))
            for at, by in [np.nonzero(self._is_small(n))]
        ]
        if not any(map(len, closed)):
            return closed[0]
        # A touchpoint is in a set where all its cells are.
        within = (sets @ alone.T >= alone.sum(axis=1)).astype(float)
        for channel, n in zip(channels, sizes[0].T, strict=True):
            few = np.flatnonzero(self._is_small(n))
            closed.append(self._together(within[:, few], n[few]) @ (alone[few] * channel))
        for groups, n in zip((alone, sets), sizes, strict=True):
            small = self._is_small(n[:, 1:])
            at = np.flatnonzero((small.sum(axis=1) > 1) & self._is_small((n[:, 1:] * small).sum(axis=1)))
            closed.append(groups[at] * (small[at].astype(float) @ channels[1:]))
        return np.unique(np.concatenate(closed), axis=0)

    def _together(self, within: Sums, n: Sums) -> Sums:
        """Of sets in which small groups are, those where two or more of them are few together still."""
        return within[(within.sum(axis=1) > 1) & self._is_small(within @ n)]

    def _is_small(self, n: Sums) -> npt.NDArray[np.bool_]:
        return (n > 0) & ~self._enough(n)

    def _enough(self, n: Sums) -> npt.NDArray[np.bool_]:
        return n >= max(self.minimum, anonymity.FLOOR)


@dataclass(frozen=True)
class Disclosure:
    """What may be told of some metrics in some windows. `counted` is by touchpoint, channel and value. Unless asked for
    others, told is of `channel` (None = all) and of the group that `group` names for the window ("" = everybody)."""

    sets: Sequence[Sequence[frozenset[int]]]
    counted: Counted
    minimum: int
    channel: int | None
    group: Callable[[str], tuple[str, str]]
    _planes: dict[tuple[str, str, str], Plane] = field(default_factory=dict)

    def shows(
        self,
        metric: str,
        window: str,
        places: Iterable[Place] | None,
        *,
        channel: int | None = None,
        value: str | None = None,
    ) -> bool:
        """Whether a sum over some touchpoints, None = the whole company, may be told."""
        within, group = self.group(window)
        key = metric, within, group if value is None else value
        if key not in self._planes:
            self._planes[key] = self._plane(*key)
        at = None if places is None else [place.id for place in places]
        return self._planes[key].shows(at, self.channel if channel is None else channel)

    def _plane(self, metric: str, window: str, value: str) -> Plane:
        answers: dict[Cell, int] = {}
        for (name, within, at, channel, of), histogram in self.counted.histograms.items():
            if (name, within, of) == (metric, window, value):
                answers[at, channel] = total(histogram)
        elsewhere = {channel: n for (at, channel), n in answers.items() if at == COMPANY}
        for (at, channel), n in answers.items():
            if at != COMPANY:
                elsewhere[channel] = max(0, elsewhere.get(channel, 0) - n)
        answers |= {(COMPANY, channel): n for channel, n in elsewhere.items()}
        return Plane(answers, self.sets, self.minimum)


def sets_of(structure: Structure, places: Iterable[Place]) -> list[list[frozenset[int]]]:
    """The journeys, the stages and the touchpoints that are of these places alone."""
    among = {place.id for place in places}
    stages = [frozenset(place.id for place in stage.touchpoints) for stage in structure.stages()]
    journeys = [frozenset(place.id for place in journey.touchpoints) for journey in structure.journeys]
    return [[each for each in kind if each <= among] for kind in (journeys, stages, [frozenset([id]) for id in among])]
