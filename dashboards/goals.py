"""The targets of a year, by metric and place."""

from collections.abc import Mapping
from dataclasses import dataclass

from cxplatform.stats.metrics import Metric
from dashboards.models import Target


@dataclass(frozen=True)
class Goals:
    """Targets by (metric, kind of place, id); the company's is ("company", 0)."""

    values: Mapping[tuple[str, str, int], float]

    def company(self, of: Metric) -> float | None:
        return self._value(of, "company", 0)

    def stage(self, of: Metric, stage_id: int) -> float | None:
        """The stage's own target, else the company's."""
        return self._either(of, "stage", stage_id)

    def touchpoint(self, of: Metric, touchpoint_id: int) -> float | None:
        """The touchpoint's own target, else the company's."""
        return self._either(of, "touchpoint", touchpoint_id)

    def _either(self, of: Metric, place: str, id: int) -> float | None:
        own = self._value(of, place, id)
        return self.company(of) if own is None else own

    def _value(self, of: Metric, place: str, id: int) -> float | None:
        # A target may name the subject ("image/3:reliable"), the scale ("nps/0-10") or the metric alone ("nps").
        names = (of.name, f"{of.key}/{of.scale}", of.key)
        found = next((self.values[name, place, id] for name in names if (name, place, id) in self.values), None)
        least, greatest = of.limits
        return found if found is not None and least <= found <= greatest else None


def load_goals(year: int) -> Goals:
    """All targets of a year, in one query."""
    rows = Target.objects.filter(year=year).values_list("metric", "touchpoint_id", "stage_id", "value")
    return Goals(
        {
            (name, "touchpoint" if touchpoint else "stage" if stage else "company", touchpoint or stage or 0): value
            for name, touchpoint, stage, value in rows
        }
    )
