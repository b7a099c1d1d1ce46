"""What a finding of each kind says, and what it rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cxplatform.tenancy import numbers
from dashboards.changes import channels, declines, divergence, effects, faults, handoffs, levels
from dashboards.changes.told import Told, moved, read
from dashboards.structure import Structure

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """`text` is one sentence, `tone` worse, better or "" (no clear change, or nothing to say yet)."""

    text: str
    figures: tuple[str, ...] = ()
    tone: str = ""


def answered(n: int) -> str:
    """n 1,240"""
    return f"n {numbers.count(n)}"


def _day(text: str) -> str:
    return numbers.day(date.fromisoformat(text))


def _scored(score: Told) -> dict[str, str]:
    return {"score": score.lead, "interval": score.interval, "n": answered(score.n)}


def _fault(data: Data, place: str, structure: Structure) -> Said:
    now, then, since = (read(data, name) for name in ("now", "then", "since"))
    words = {"place": place, "began": _day(data["began"]), "now": now.lead, "then": then.lead}
    if data["mended"]:
        text = _("%(place)s broke down on %(began)s and was mended by %(mended)s: %(now)s while it lasted") % {
            **words,
            "mended": _day(data["mended"]),
        }
    else:
        text = _("%(place)s broke down on %(began)s and has not come back: %(now)s, before that %(then)s") % words
    figures = [
        _("before: %(score)s (%(interval)s), %(n)s") % _scored(then),
        _("while it lasted: %(score)s (%(interval)s), %(n)s") % _scored(now),
    ]
    if data["mended"] and since.n:
        figures.append(_("since: %(score)s (%(interval)s), %(n)s") % _scored(since))
    return Said(text, tuple(figures), "better" if data["mended"] else "worse")


def _decline(data: Data, place: str, structure: Structure) -> Said:
    now, then = read(data, "now"), read(data, "then")
    words = {"place": place, "now": now.lead, "then": then.lead}
    if data["seasonal"]:
        text = _("%(place)s goes down little by little: %(now)s, in the same months a year before %(then)s") % words
    else:
        text = _("%(place)s goes down little by little: %(now)s, a year ago %(then)s") % words
    figures = (
        moved(data),
        _("%(n)s, then %(then)s") % {"n": answered(now.n), "then": answered(then.n)},
        ngettext("%(count)d month on a line", "%(count)d months on a line", data["months"]) % {"count": data["months"]},
    )
    return Said(text, figures, "worse")


def _channels(data: Data, place: str, structure: Structure) -> Said | None:
    met = [
        (structure.channels[each["channel"]].name, each["clear"], read({**data, "own": each}, "own"))
        for each in data["channels"]
        if each["channel"] in structure.channels
    ]
    stand_out = [(name, score) for name, clear, score in met if clear]
    if len(met) < 2 or not stand_out:
        return None
    if len(stand_out) == 1:
        stand_out += [(name, score) for name, clear, score in met if not clear]
    said = ", ".join(f"{name} {score.lead}" for name, score in stand_out)
    text = _("%(place)s is not the same in every channel: %(said)s") % {"place": place, "said": said}
    figures = tuple(f"{name} {score.lead} ({score.interval}), {answered(score.n)}" for name, _clear, score in met)
    return Said(text, figures, "worse")


def _divergence(data: Data, place: str, structure: Structure) -> Said:
    now, then = read(data, "now"), read(data, "then")
    words = {
        "place": place,
        "score": now.lead,
        "promise": data["promise"],
        "share": numbers.per_cent(data["share"]["value"]),
        "then": numbers.per_cent(data["share_then"]["value"]),
    }
    text = {
        divergence.BROKEN: _(
            "%(place)s looks well (%(score)s), but the promise “%(promise)s” breaks more often: %(share)s, "
            "before %(then)s"
        ),
        divergence.UNHANDLED: _(
            "%(place)s looks well (%(score)s), but more complaints are left without contact in time: %(share)s, "
            "before %(then)s"
        ),
        divergence.SILENT: _(
            "%(place)s looks well (%(score)s), but more customers stay silent when asked: %(share)s, before %(then)s"
        ),
        divergence.FAILED: _(
            "%(place)s looks well (%(score)s), but more goes wrong on the way: failures in %(share)s of passages, "
            "before %(then)s"
        ),
    }[data["sign"]] % words
    up = data["rise"]
    figures = (
        _("up %(value)s percentage points (%(low)s…%(high)s), n %(n)s, then %(then)s")
        % {
            **{name: numbers.number(up[name], decimals=1) for name in ("value", "low", "high")},
            "n": numbers.count(data["share"]["n"]),
            "then": numbers.count(data["share_then"]["n"]),
        },
        _("score now: %(score)s (%(interval)s), %(n)s") % _scored(now),
        _("score then: %(score)s (%(interval)s), %(n)s") % _scored(then),
    )
    return Said(text, figures, "worse")


def _handoff(data: Data, place: str, structure: Structure) -> Said:
    first, second = (structure.units.get(str(id)) or _("unit not known") for id in data["units"])
    fall = data["fall"]
    words = {
        "first": first,
        "second": second,
        "journey": place,
        "points": numbers.number(abs(fall["value"]), decimals=1),
    }
    text = _("%(journey)s: the experience falls by %(points)s of 100 when %(first)s hands over to %(second)s") % words
    figures = [f"({numbers.number(abs(fall['high']), decimals=1)}…{numbers.number(abs(fall['low']), decimals=1)})"]
    figures += [answered(data["n"]), _("designed hand-off") if data["designed"] else _("unplanned hand-off")]
    if data["minutes"] is not None:
        figures.append(_("median wait %(time)s") % {"time": numbers.minutes(data["minutes"])})
    return Said(text, tuple(figures), "worse")


_LEVELS = {
    "random": _lazy("random"),
    "uniform": _lazy("uniform"),
    "differentiating": _lazy("differentiating"),
    "recommending": _lazy("recommending"),
}


def _level(data: Data, place: str, structure: Structure) -> Said:
    text, tone = {
        "random": (_("%(place)s: it is luck what a customer gets (random)"), "worse"),
        "uniform": (_("%(place)s: even, and nothing to tell a friend of (uniform)"), ""),
        "differentiating": (_("%(place)s: evenly good (differentiating)"), "better"),
        "recommending": (_("%(place)s: evenly so good that customers recommend it (recommending)"), "better"),
    }[data["level"]]
    words = {"place": place, "spread": numbers.number(data["spread"]), "n": answered(data["n"])}
    words |= {"mean": _ranged(data, "mean", "low", "high")}
    figures = [_("mean %(mean)s of 100, standard deviation %(spread)s, %(n)s") % words]
    if data.get("nps_low") is not None:
        figures.append(f"NPS {_ranged(data, 'nps', 'nps_low', 'nps_high')}")
    if also := [_LEVELS[each] for each in data.get("also", ())]:
        figures.append(_("may as well be %(levels)s") % {"levels": " / ".join(map(str, also))})
    return Said(text % words, tuple(figures), tone)


def _ranged(data: Data, value: str, low: str, high: str) -> str:
    """82 (81…83); a finding of the night before an upgrade has no interval."""
    if data.get(low) is None:
        return numbers.number(data[value])
    return f"{numbers.number(data[value])} ({numbers.number(data[low])}…{numbers.number(data[high])})"


def _change(data: Data, place: str, structure: Structure) -> Said:
    words = {"what": data["what"], "place": place, "day": _day(data["day"])}
    if data["state"] == "early":
        text = _("%(what)s: too early to say at %(place)s, as it is since %(day)s. Look again two weeks after it.")
        return Said(text % words)
    if data["state"] == "few":
        text = _(
            "%(what)s: too few answers at %(place)s to compare before and after %(day)s. Ask more customers there."
        )
        return Said(text % words)
    now, then = read(data, "now"), read(data, "then")
    words["moved"] = moved(data)
    clear = data["verdict"] in ("better", "worse")
    text = (
        _("%(what)s: %(place)s %(moved)s since %(day)s")
        if clear
        else _("%(what)s: no clear change at %(place)s since %(day)s, %(moved)s")
    )
    figures = [
        _("%(days)d days before: %(score)s (%(interval)s), %(n)s") % {"days": data["days"], **_scored(then)},
        _("%(days)d days after: %(score)s (%(interval)s), %(n)s") % {"days": data["days"], **_scored(now)},
        _season(data),
        *(_("in the same weeks: %(what)s") % {"what": other} for other in data["others"]),
    ]
    return Said(text % words, tuple(figures), data["verdict"] if clear else "")


def _season(data: Data) -> str:
    if data["season"] is None:
        return _("the same weeks a year before were not measured, so a season may be in it")
    season = moved({"metric": data["metric"], "difference": {"value": data["season"], "low": None, "high": None}})
    return _("less what the season did a year before: %(moved)s") % {"moved": season}


SAY: Mapping[str, Callable[[Data, str, Structure], Said | None]] = {
    faults.KIND: _fault,
    declines.KIND: _decline,
    divergence.KIND: _divergence,
    channels.KIND: _channels,
    handoffs.KIND: _handoff,
    levels.KIND: _level,
    effects.KIND: _change,
}
