"""Who answered and who is silent: the leadership page's panel of the share of those asked, and of quiet places."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.stats import anonymity
from cxplatform.stats.discoveries import benjamini_hochberg
from cxplatform.stats.rates import rise
from dashboards.asking.figures import Rate, rate
from dashboards.asking.load import Asks, asks
from dashboards.leadership.coverage import Coverage
from dashboards.leadership.panel import Panel, Scene
from dashboards.sheets import Column, Sheet
from dashboards.structure import UNIT


@dataclass(frozen=True)
class UnitRate:
    """A unit and its response rate; `rated` of `rate.n` answered."""

    name: str
    rate: Rate
    rated: int


@dataclass(frozen=True)
class Answered:
    """`asked` are the people asked, `rate` the share of those reached who answered; `units` those whose rate may be
    shown, the quietest first, and `quiet` the first of them that is clearly under the rest. `narrowed` is a
    page of some customers, of a channel or of a journey: whom one asks is not divided by those."""

    asked: int
    rate: Rate
    units: tuple[UnitRate, ...]
    quiet: UnitRate | None
    coverage: Coverage
    narrowed: bool


def load(scene: Scene) -> Answered:
    """From the counts of asking, in one query."""
    query, minimum = scene.query, scene.tenant.anonymity_minimum
    found = asks(query.period, dimensions=(UNIT,))
    by_unit = {value: one for value, one in found[UNIT].items() if not query.own_units or value in query.own_units}
    whole = _sum(by_unit.values()) if query.own_units else found[""].get("", Asks())
    seen = anonymity.visible({value: one.delivered for value, one in found[UNIT].items()}, minimum=minimum)
    names = scene.structure.units
    units = [
        UnitRate(names[value], rate(one.rated, one.delivered, minimum=minimum), one.rated)
        for value, one in by_unit.items()
        if value in seen and value in names and one.delivered
    ]
    shown = sorted((unit for unit in units if unit.rate.value is not None), key=lambda unit: unit.rate.value or 0)
    of_all = rate(whole.rated, whole.delivered, minimum=minimum)
    return Answered(
        asked=whole.asked,
        rate=of_all,
        units=tuple(shown),
        quiet=quietest(shown, whole),
        coverage=scene.coverage,
        narrowed=bool(query.journey or query.channel or (query.segment and not query.own_units)),
    )


def sheets(panel: Answered, scene: Scene) -> Sequence[Sheet]:
    """The response rate of the whole and of each unit."""
    rows = [(_("Everything"), panel.rate), *((unit.name, unit.rate) for unit in panel.units)]
    columns = (
        Column("whom", _("Who asked")),
        Column("rate", _("Response rate"), "percent"),
        Column("low", _("Low"), "percent", low_of="rate"),
        Column("high", _("High"), "percent", high_of="rate"),
        Column("n", _("n"), "count", n_of="rate"),
    )
    shown = [(name, one.value, one.low, one.high, one.n) for name, one in rows if one.value is not None]
    return [Sheet("answered", _("Who answered"), columns, shown)]


def _sum(parts: Iterable[Asks]) -> Asks:
    names = ("decided", "skipped", "delivered", "rated")
    return Asks(**{name: sum(getattr(part, name) for part in parts) for name in names})


def quietest(units: Sequence[UnitRate], whole: Asks) -> UnitRate | None:
    """The first of these that is clearly under the rest of the whole, the false discovery rate of all controlled: of
    many units the lowest is far from the others by chance alone."""
    against = []
    for unit in units:
        hits, n = whole.rated - unit.rated, whole.delivered - unit.rate.n
        against.append(rise(unit.rated, unit.rate.n, hits, n) if 0 <= hits <= n else None)
    stands = benjamini_hochberg([one.p if one else None for one in against])
    told = zip(units, against, stands, strict=True)
    return next((unit for unit, one, stand in told if stand and one and one.difference < 0), None)


PANEL = Panel(
    "coverage",
    "dashboards/leadership/_answered.html",
    load,
    sheets,
    where="under",
    question=gettext_lazy("Who answered"),
)
