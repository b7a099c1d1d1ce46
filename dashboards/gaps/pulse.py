"""The employees' pulse by unit, to stand beside the touchpoints that the unit answers for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection

from cxplatform.stats import anonymity
from cxplatform.stats.histogram import total
from cxplatform.stats.sums import Mean, mean_of
from dashboards.cells import shown_groups
from dashboards.gaps.mirrored import sums_of, window_of
from dashboards.levels.figures import FEWEST_STAFF, PULSE
from dashboards.load import COMPANY, Histogram, bins_of
from dashboards.structure import UNIT, Structure

DAYS = 365

_ROWS = """
SELECT metric, value, histogram FROM surveys_scorerollup
WHERE metric = ANY(%s) AND (dimension, value) IN (SELECT '', '' UNION ALL SELECT %s, unnest(%s::text[]))
    AND grain = 'm' AND touchpoint_id = %s AND start >= %s AND start < %s AND audience = 'employee'
"""


@dataclass(frozen=True)
class UnitPulse:
    """A unit's pulse on 0-100, knowledge, action and emotion, each None where too few answered."""

    unit: str
    knowledge: Mean | None
    action: Mean | None
    emotion: Mean | None

    @property
    def means(self) -> tuple[Mean | None, ...]:
        return self.knowledge, self.action, self.emotion


def load_pulse(*, today: date, structure: Structure, minimum: int) -> Mapping[str, UnitPulse]:
    """The pulse of the last year by the unit's name; units of which nothing can be shown are left out. One query."""
    window, units = window_of(today, DAYS), list(structure.units)
    with connection.cursor() as cursor:
        first = window.start.replace(day=1)
        cursor.execute(_ROWS, [list(PULSE), UNIT, units, COMPANY, first, window.end])
        rows = cursor.fetchall()
    counted: dict[str, dict[str, Histogram]] = {name: {} for name in PULSE}
    for name, value, histogram in rows:
        of = counted[name]
        of[value] = of.get(value, np.zeros(bins_of(name), dtype=np.int64)) + np.array(histogram)
    fewest = max(minimum, FEWEST_STAFF)
    means = {name: _means(name, of, fewest) for name, of in counted.items()}
    found = {}
    for id_, unit in structure.units.items():
        shown = [means[name].get(id_) for name in PULSE]
        if any(shown):
            found[unit] = UnitPulse(unit, *shown)
    return found


def _means(name: str, of: Mapping[str, Histogram], fewest: int) -> Mapping[str, Mean]:
    """By unit. Who belongs to no unit is a group too: what is left of everybody must not tell on a small one."""
    units = {value: histogram for value, histogram in of.items() if value}
    shown = shown_groups(units, of.get(""), minimum=fewest)
    return {
        value: mean_of(sums_of(name, histogram), least=0, greatest=100)
        for value, histogram in shown.items()
        if anonymity.enough(total(histogram), minimum=fewest)
    }
