"""Findings as people read them: one sentence with its figures, leading to its place."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplatform.tenancy import numbers
from dashboards.changes import channels, declines, effects, faults
from dashboards.changes.told import moved, read
from dashboards.models import Insight
from dashboards.structure import Structure


@dataclass(frozen=True)
class Line:
    """`text` is the sentence, `figures` what it rests on, `address` where it leads ("" where that is gone).

    `tone` is worse, better or "" (no clear change, or nothing to say yet).
    """

    kind: str
    text: str
    figures: tuple[str, ...]
    address: str
    tone: str = ""
    insight: Insight | None = None


TITLES: Mapping[str, str | Promise] = {
    faults.KIND: gettext_lazy("Sudden faults"),
    declines.KIND: gettext_lazy("Slow declines"),
    channels.KIND: gettext_lazy("Channels that disagree"),
}
"""Kinds of the page of findings, in the order in which they are read."""


def lines(findings: Iterable[Insight], structure: Structure) -> list[Line]:
    """A line for each finding whose place is still in use."""
    told = ((insight, _SAY[insight.kind]) for insight in findings)
    return [line for insight, say in told if (line := say(insight, structure)) is not None]


def place_of(insight: Insight, structure: Structure) -> tuple[str, str] | None:
    """The name of a finding's place and its address; None for a place that is not in use any more."""
    if insight.touchpoint_id:  # type: ignore[attr-defined]
        place = structure.places.get(insight.touchpoint_id)  # type: ignore[attr-defined]
        return (place.name, reverse("touchpoint", args=[place.slug])) if place else None
    if insight.stage_id:  # type: ignore[attr-defined]
        stage = next((each for each in structure.stages() if each.id == insight.stage_id), None)  # type: ignore[attr-defined]
        return (f"{stage.name} ({stage.journey})", reverse("stage", args=[stage.id])) if stage else None
    if insight.journey_id:  # type: ignore[attr-defined]
        journey = next((each for each in structure.journeys if each.id == insight.journey_id), None)  # type: ignore[attr-defined]
        return (journey.name, reverse("journey", args=[journey.slug])) if journey else None
    return _("the whole company"), reverse("leadership")


def answered(n: int) -> str:
    """n 1,240"""
    return f"n {numbers.count(n)}"


def day(text: str) -> str:
    """A day that JSON holds."""
    return numbers.day(date.fromisoformat(text))


def _fault(insight: Insight, structure: Structure) -> Line | None:
    place, data = place_of(insight, structure), insight.data
    if place is None:
        return None
    now, then, since = (read(data, name) for name in ("now", "then", "since"))
    words = {"place": place[0], "began": day(data["began"]), "now": now.lead, "then": then.lead}
    if data["mended"]:
        text = _("%(place)s broke down on %(began)s and was mended by %(mended)s: %(now)s while it lasted") % {
            **words,
            "mended": day(data["mended"]),
        }
    else:
        text = _("%(place)s broke down on %(began)s and has not come back: %(now)s, before that %(then)s") % words
    figures = [
        _("before: %(score)s (%(interval)s), %(n)s")
        % {"score": then.lead, "interval": then.interval, "n": answered(then.n)},
        _("while it lasted: %(score)s (%(interval)s), %(n)s")
        % {"score": now.lead, "interval": now.interval, "n": answered(now.n)},
    ]
    if data["mended"] and since.n:
        figures.append(
            _("since: %(score)s (%(interval)s), %(n)s")
            % {"score": since.lead, "interval": since.interval, "n": answered(since.n)}
        )
    return Line(insight.kind, text, tuple(figures), place[1], "better" if data["mended"] else "worse", insight)


def _decline(insight: Insight, structure: Structure) -> Line | None:
    place, data = place_of(insight, structure), insight.data
    if place is None:
        return None
    now, then = read(data, "now"), read(data, "then")
    words = {"place": place[0], "now": now.lead, "then": then.lead}
    if data["seasonal"]:
        text = _("%(place)s goes down little by little: %(now)s, in the same months a year before %(then)s") % words
    else:
        text = _("%(place)s goes down little by little: %(now)s, a year ago %(then)s") % words
    figures = (
        moved(data),
        _("%(n)s, then %(then)s") % {"n": answered(now.n), "then": answered(then.n)},
        ngettext("%(count)d month on a line", "%(count)d months on a line", data["months"]) % {"count": data["months"]},
    )
    return Line(insight.kind, text, figures, place[1], "worse", insight)


def _channels(insight: Insight, structure: Structure) -> Line | None:
    place, data = place_of(insight, structure), insight.data
    if place is None:
        return None
    met = [
        (structure.channels[each["channel"]].name, each["clear"], read({**data, "own": each}, "own"))
        for each in data["channels"]
        if each["channel"] in structure.channels
    ]
    stand_out = [(name, score) for name, clear, score in met if clear]
    if len(met) < 2 or not stand_out:
        return None
    said = ", ".join(f"{name} {score.lead}" for name, score in stand_out)
    if len(stand_out) == 1:
        others = [(name, score) for name, clear, score in met if not clear]
        said += "; " + ", ".join(f"{name} {score.lead}" for name, score in others)
    text = _("%(place)s is not the same in every channel: %(said)s") % {"place": place[0], "said": said}
    figures = tuple(f"{name} {score.lead} ({score.interval}), {answered(score.n)}" for name, _clear, score in met)
    return Line(insight.kind, text, figures, place[1], "worse", insight)


def _change(insight: Insight, structure: Structure) -> Line | None:
    place, data = place_of(insight, structure), insight.data
    if place is None:
        return None
    words = {"what": data["what"], "place": place[0], "day": day(data["day"])}
    if data["state"] != "tested":
        return Line(insight.kind, _untested(data) % words, (), place[1], "", insight)
    now, then = read(data, "now"), read(data, "then")
    words["moved"] = moved(data)
    text = {
        "better": _("%(what)s: %(place)s %(moved)s since %(day)s"),
        "worse": _("%(what)s: %(place)s %(moved)s since %(day)s"),
    }.get(data["verdict"], _("%(what)s: no clear change at %(place)s since %(day)s, %(moved)s")) % words
    figures = [
        _("%(days)d days before: %(score)s (%(interval)s), %(n)s")
        % {"days": data["days"], "score": then.lead, "interval": then.interval, "n": answered(then.n)},
        _("%(days)d days after: %(score)s (%(interval)s), %(n)s")
        % {"days": data["days"], "score": now.lead, "interval": now.interval, "n": answered(now.n)},
    ]
    figures += _season(data)
    figures += [_("in the same weeks: %(what)s") % {"what": other} for other in data["others"]]
    tone = data["verdict"] if data["verdict"] in ("better", "worse") else ""
    return Line(insight.kind, text, tuple(figures), place[1], tone, insight)


def _untested(data: Mapping[str, Any]) -> str:
    if data["state"] == "early":
        return _("%(what)s: too early to say at %(place)s, as it is since %(day)s. Look again two weeks after it.")
    return _("%(what)s: too few answers at %(place)s to compare before and after %(day)s. Ask more customers there.")


def _season(data: Mapping[str, Any]) -> Sequence[str]:
    if data["season"] is None:
        return [_("the same weeks a year before were not measured, so a season may be in it")]
    season = moved({"metric": data["metric"], "difference": {"value": data["season"], "low": None, "high": None}})
    return [_("less what the season did a year before: %(moved)s") % {"moved": season or _("as before")}]


_SAY: dict[str, Callable[[Insight, Structure], Line | None]] = {
    faults.KIND: _fault,
    declines.KIND: _decline,
    channels.KIND: _channels,
    effects.KIND: _change,
}
