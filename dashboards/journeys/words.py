"""Feelings, fitness and counts of paths in words."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from cxplatform.stats.sums import Mean
from cxplatform.tenancy.numbers import number
from dashboards.journeys import behind as of
from dashboards.journeys.behind import Behind, Key, key_of
from dashboards.journeys.names import Named, Names
from journeys.paths import measures
from journeys.versions import Design


def fitness(of: float | None) -> str:
    """0.87, a dash where there is none."""
    return "–" if of is None else number(of, decimals=2)


def fitness_interval(of: Mean) -> str:
    """low…high, empty where it cannot be known."""
    if of.low is None or of.high is None:
        return ""
    return f"{number(of.low, decimals=2)}…{number(of.high, decimals=2)}"


def feeling(of: float | None) -> str:
    """−1 ... 1 with its sign: +0.4, −0.2, 0.0."""
    if of is None:
        return "–"
    text = number(of, decimals=1)
    return f"+{text}" if round(of, 1) > 0 else text


def feeling_interval(of: Mean) -> str:
    """low…high, empty where it cannot be known."""
    if of.low is None or of.high is None:
        return ""
    return f"{feeling(of.low)}…{feeling(of.high)}"


def title_of(behind: Behind, names: Names, design: Design) -> str:
    """What the passages of a list have in common, as a heading."""
    key, measure = key_of(behind), behind.measure
    if measure in of.OF_CHANNEL or measure == measures.SWITCH:
        name = _named(names.channel)
    elif measure in of.UNITS:
        name = _named(names.unit)
    elif measure in of.OF_STAGE or measure == of.WAY:
        name = _stage_named(design)
    else:
        name = _named(names.touchpoint)
    worded = _worded(measure, key)
    what = key.text or _("something not known") if measure in of.OF_TEXT else name(key.b if key.a is None else key.a)
    return worded % {"what": what, "place": what, "start": name(key.a), "end": name(key.b)} if "%" in worded else worded


def state_of(state: str) -> str:
    """ "" of all passages, whatever their state."""
    return {"open": _("still open"), "over": _("over")}.get(state, "")


def _named(find: Callable[[int], Named]) -> Callable[[int | None], str]:
    return lambda id: "" if id is None else find(id).name


def _stage_named(design: Design) -> Callable[[int | None], str]:
    stages = {stage.id: stage.name for stage in design.stages}
    return lambda id: stages.get(id or 0, str(id))


def _worded(measure: str, key: Key) -> str:
    if measure == measures.EDGE and (key.a is None or key.b is None):
        return _("Began at %(place)s") if key.a is None else _("Ended at %(what)s")
    if measure == measures.SWITCH and key.a is None:
        return _("Switches of channel forced by a failure") if key.kind == "forced" else _("Switches of channel")
    if measure == measures.HANDOFF and key.either:
        return _("Unplanned hand-offs from or to %(what)s") if key.kind else _("Hand-offs from or to %(what)s")
    if measure == measures.HANDOFF and key.a is None and key.b is None:
        return _("Unplanned hand-offs") if key.kind else _("Hand-offs")
    if measure == measures.HANDOFF and key.a is None:
        unplanned = _("Came to %(what)s from another unit, unplanned")
        return unplanned if key.kind else _("Came to %(what)s from another unit")
    if measure == measures.HANDOFF and key.b is None:
        return _("Went on from %(what)s to another unit")
    if measure == measures.PING_PONG:
        return _("Sent back by %(what)s") if key.a is None else _("From %(start)s to %(end)s and back")
    return {
        measures.VARIANT: _("Took this variant"),
        measures.SOURCE_VARIANT: _("Took this variant, brought by %(what)s"),
        measures.TRUNCATED: _("Over 500 steps"),
        measures.WENT_ON: _("Were over and then went on"),
        measures.VISITED: _("Met %(what)s"),
        measures.EDGE: _("From %(start)s to %(end)s"),
        of.WAY: _("From %(start)s to %(end)s"),
        measures.SWITCH: _("From %(start)s to %(end)s"),
        measures.HANDOFF: _("From %(start)s to %(end)s"),
        measures.HANDOFF_SCORE: _("Scored before and after the way from %(start)s to %(end)s"),
        measures.LAST: _("Ended at %(what)s"),
        measures.ENCOUNTERS: _("Dealt over %(what)s"),
        of.DIGITAL: _("Dealt over digital channels"),
        of.KNOWN_CHANNEL: _("Dealt over channels that are known"),
        measures.ENTRY: _("Began over %(what)s"),
        of.ENTRY_OVER: _("Began over %(what)s and are over"),
        of.ENTRY_DONE: _("Began over %(what)s, came to the end"),
        of.ENTRY_SCORE: _("Began over %(what)s, gave a score"),
        of.ENTRY_ALONE: _("Began over %(what)s, met no other channel"),
        of.BEGAN_DIGITAL: _("Began digitally and are over"),
        of.CROSSED: _("Began digitally, went on in person"),
        of.CROSSED_DONE: _("Began digitally, went on in person, came to the end"),
        of.STAYED: _("Began digitally and stayed so"),
        of.STAYED_DONE: _("Began digitally and stayed so, came to the end"),
        measures.REACHED: _("Reached %(what)s"),
        of.DROPPED: _("Went no further than %(what)s"),
        of.WAITED: _("Came to %(what)s from before it"),
        of.WITHIN: _("Went on inside %(what)s"),
        of.FELT: _("Gave a score at %(what)s"),
        measures.SOURCE: _("Brought by %(what)s"),
        measures.SOURCE_OVER: _("Brought by %(what)s and are over"),
        of.SOURCE_DONE: _("Brought by %(what)s, came to the end"),
        measures.SOURCE_SCORE: _("Brought by %(what)s, gave a score"),
        measures.FAILURE: _("Met the failure %(what)s"),
        measures.UNITS: _("Served by more than one unit"),
        measures.FITNESS: _("Held against the design"),
        measures.SKIPPED: _("Skipped %(what)s"),
        measures.REPEATED: _("Repeated %(what)s"),
        measures.UNDESIGNED: _("Met %(what)s where the design does not have it"),
        measures.TO_HUMAN: _("Came from a machine to a human"),
        measures.PEAK_END: _("Gave three scores or more"),
        measures.PLAIN_MEAN: _("Gave three scores or more"),
        measures.CURVE: _("Gave a score at %(what)s"),
        of.AFTER: _("Each customer's first passage that was over"),
        of.AFTER_RECOMMENDED: _("Recommended us within 90 days"),
        of.AFTER_BOUGHT: _("Bought again within 90 days"),
    }.get(measure, _("All passages"))
