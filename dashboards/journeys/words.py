"""Feelings, fitness and counts of paths in words."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from cxplatform.stats.sums import Mean
from cxplatform.tenancy.numbers import number
from dashboards.journeys.names import Names
from dashboards.journeys.passages_behind import DROPPED, TEXTS, Behind
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
    ids = behind.key.partition(" ")[0].split(">")
    stages = {f"stage {stage.id}": stage.name for stage in design.stages}
    stage = stages.get(behind.key, behind.key)

    def name(of: Callable[[int], object], place: int) -> str:
        text = ids[place] if place < len(ids) else ""
        return getattr(of(int(text)), "name", "") if text.isdigit() else ""

    touchpoint, channel, unit = names.touchpoint, names.channel, names.unit
    if behind.measure == measures.EDGE and not ids[0]:
        return _("Began at %(place)s") % {"place": name(touchpoint, 1)}
    if behind.measure == measures.EDGE and ids[-1]:
        return _("From %(start)s to %(end)s") % {"start": name(touchpoint, 0), "end": name(touchpoint, 1)}
    if behind.measure == measures.SWITCH:
        return _("From %(start)s to %(end)s") % {"start": name(channel, 0), "end": name(channel, 1)}
    if behind.measure == measures.HANDOFF:
        return _("From %(start)s to %(end)s") % {"start": name(unit, 0), "end": name(unit, 1)}
    if behind.measure == measures.PING_PONG:
        return _("From %(start)s to %(end)s and back") % {"start": name(unit, 0), "end": name(unit, 1)}
    worded = {
        measures.VARIANT: _("Took this variant"),
        measures.TRUNCATED: _("Over 500 steps"),
        measures.VISITED: _("Met %(what)s"),
        measures.EDGE: _("Ended at %(what)s"),
        measures.LAST: _("Ended at %(what)s"),
        measures.ENCOUNTERS: _("Dealt over %(what)s"),
        measures.ENTRY: _("Began over %(what)s"),
        measures.REACHED: _("Reached %(what)s"),
        DROPPED: _("Went no further than %(what)s"),
        measures.SOURCE: _("Brought by %(what)s"),
        measures.SOURCE_OVER: _("Brought by %(what)s"),
        measures.SOURCE_SCORE: _("Brought by %(what)s"),
        measures.FAILURE: _("Met the failure %(what)s"),
        measures.UNITS: _("Served by more than one unit"),
        measures.FITNESS: _("Held against the design"),
        measures.SKIPPED: _("Skipped %(what)s"),
        measures.REPEATED: _("Repeated %(what)s"),
        measures.UNDESIGNED: _("Met %(what)s where the design does not have it"),
        measures.TO_HUMAN: _("Came from a machine to a human"),
        measures.PEAK_END: _("Gave three scores or more"),
        measures.CURVE: _("Gave a score at %(what)s"),
    }.get(behind.measure, _("All passages"))
    if behind.measure in (measures.ENCOUNTERS, measures.ENTRY):
        what = name(channel, 0)
    elif behind.measure in (measures.REACHED, DROPPED):
        what = stage
    elif behind.measure in TEXTS:
        what = behind.key or _("something not known")
    else:
        what = name(touchpoint, 0)
    return worded % {"what": what} if "%(what)s" in worded else worded
