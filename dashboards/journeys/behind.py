"""Which passages a number of paths stands for: its name, its key and their state, as an address and as a value.

The names are those of `journeys.paths.measures`, and those below of what pages make of several counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dashboards.query import BadQuery
from journeys.paths import measures

DROPPED = "dropped"  # "stage 7": over, reached the stage and met no later one
SOURCE_DONE = "source_done"  # what brought them: over, came as far as the design may end
DIGITAL = "digital"  # "": steps over digital channels
KNOWN_CHANNEL = "known_channel"  # "": steps of which the channel is known
ENTRY_OVER = "entry_over"  # "3": over, began over that channel
ENTRY_DONE = "entry_done"  # the same keys: of those, came as far as the design may end
ENTRY_SCORE = "entry_score"  # the same keys: of those, gave a score
ENTRY_ALONE = "entry_alone"  # the same keys: of those, met no other channel
BEGAN_DIGITAL = "began_digital"  # "": over, began digitally; all channels known, or one met that is not digital
CROSSED, CROSSED_DONE = "crossed", "crossed_done"  # "": of those, met a channel that is not digital; came to the end
STAYED, STAYED_DONE = "stayed", "stayed_done"  # "": of those, met digital channels alone; came to the end
WAY = "way"  # "7>9": times a touchpoint of the second stage followed one of the first
WAITED, WITHIN = "waited", "within"  # "stage 7": times it was come to from before it; from inside it
AFTER = "after"  # "": each customer's first one over in the period; what the customer did after it
AFTER_RECOMMENDED, AFTER_BOUGHT = "after_recommended", "after_bought"  # "": of those
FELT = "felt"  # "stage 7": scores given at its touchpoints

# Counted in times, of which one passage may hold several.
TIMES = frozenset(
    {
        measures.EDGE,
        measures.ENCOUNTERS,
        measures.SWITCH,
        measures.HANDOFF,
        measures.HANDOFF_SCORE,
        measures.PING_PONG,
        measures.FAILURE,
        measures.CURVE,
        DIGITAL,
        KNOWN_CHANNEL,
        WAY,
        WAITED,
        WITHIN,
        FELT,
    }
)
_ALONE = frozenset(
    {
        measures.PASSAGES,
        measures.TRUNCATED,
        measures.WENT_ON,
        measures.UNITS,
        measures.FITNESS,
        measures.TO_HUMAN,
        measures.PEAK_END,
        measures.PLAIN_MEAN,
        DIGITAL,
        KNOWN_CHANNEL,
        BEGAN_DIGITAL,
        CROSSED,
        CROSSED_DONE,
        STAYED,
        STAYED_DONE,
        AFTER,
        AFTER_RECOMMENDED,
        AFTER_BOUGHT,
    }
)
TEXTS = frozenset({measures.SOURCE, measures.SOURCE_OVER, measures.SOURCE_SCORE, SOURCE_DONE, measures.FAILURE})
OF_TEXT = TEXTS | {measures.SOURCE_VARIANT}
OF_CHANNEL = frozenset({measures.ENCOUNTERS, measures.ENTRY, ENTRY_OVER, ENTRY_DONE, ENTRY_SCORE, ENTRY_ALONE})
UNITS = frozenset({measures.HANDOFF, measures.HANDOFF_SCORE, measures.PING_PONG})
OF_STAGE = frozenset({measures.REACHED, DROPPED, WAITED, WITHIN, FELT})
_OF_TOUCHPOINT = frozenset(
    {
        measures.VISITED,
        measures.LAST,
        measures.SKIPPED,
        measures.REPEATED,
        measures.UNDESIGNED,
        measures.CURVE,
    }
)
KINDS: Mapping[str, tuple[str, ...]] = {
    measures.SWITCH: ("", "forced", "designed", "other"),
    measures.HANDOFF: ("", "designed", "unplanned"),
    measures.HANDOFF_SCORE: ("designed", "unplanned"),
}
_VARIANTS = frozenset({measures.VARIANT, measures.SOURCE_VARIANT})
_PAIRS = frozenset({measures.EDGE, WAY, measures.PING_PONG, *KINDS})
MEASURES = _ALONE | TEXTS | OF_CHANNEL | OF_STAGE | _OF_TOUCHPOINT | _VARIANTS | _PAIRS
STATES = ("", "open", "over")
_MOST_ID = 2**63


@dataclass(frozen=True)
class Behind:
    """Which passages: those that `measure` counts under `key`, all or only the open ones or those over."""

    measure: str = measures.PASSAGES
    key: str = ""
    state: str = ""

    def parameters(self) -> dict[str, str]:
        """What an address says to ask for them."""
        given = {"of": self.measure, "key": self.key, "state": self.state}
        return {name: text for name, text in given.items() if text}


@dataclass(frozen=True)
class Key:
    """What a key names. `a` and `b` are ids, of a pair its ends, None = any; `either`: a pair from or to `a`."""

    a: int | None = None
    b: int | None = None
    kind: str = ""
    text: str = ""
    digest: UUID | None = None
    either: bool = False


def read_behind(given: Any) -> Behind:
    """What an address asks for. Raises BadQuery naming the parameter."""
    # A source is as it was sent, spaces and all.
    measure, key, state = given.get("of", "").strip(), given.get("key", ""), given.get("state", "").strip()
    measure = measure or measures.PASSAGES
    if measure not in MEASURES:
        raise BadQuery("of", _("This is not a count of paths. Open the list from the number itself."))
    if state not in STATES:
        raise BadQuery("state", _("Use open, over or nothing at all."))
    if "\x00" in key:
        raise BadQuery("key", _("Nothing is counted under this key. Open the list from the number itself."))
    behind = Behind(measure, key, state)
    key_of(behind)
    return behind


def key_of(behind: Behind) -> Key:
    """What its key names. Raises BadQuery where it is not one of the measure's."""
    try:
        return _key_of(behind)
    except ValueError:
        raise BadQuery("key", _("Nothing is counted under this key. Open the list from the number itself.")) from None


def _key_of(behind: Behind) -> Key:
    measure, key = behind.measure, behind.key
    if measure in _ALONE:
        return Key()
    if measure in TEXTS:
        return Key(text=key)
    if measure in _VARIANTS:
        digest, _space, source = key.partition(" ")
        return Key(digest=UUID(digest), text=source)
    if measure in OF_STAGE:
        return Key(a=_id(key.removeprefix("stage ")))
    if measure not in _PAIRS:
        return Key(a=_id(key))
    ids, _space, kind = key.partition(" ")
    if kind not in KINDS.get(measure, ("",)):
        raise ValueError(key)
    ends = [_id(part) if part else None for part in ids.split(">")]
    if measure == measures.PING_PONG:
        first, second, third = ends
        if first != third or second is None:
            raise ValueError(key)
        return Key(a=first, b=second)
    if len(ends) == 1 and ends[0] is not None and measure == measures.HANDOFF:
        return Key(a=ends[0], kind=kind, either=True)
    a, b = ends if ends != [None] else (None, None)
    known = sum(each is not None for each in (a, b))
    if known < {measures.EDGE: 1, WAY: 2, measures.HANDOFF_SCORE: 2}.get(measure, 0):
        raise ValueError(key)
    return Key(a=a, b=b, kind=kind)


def _id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < _MOST_ID):
        raise ValueError(text)
    return int(text)
