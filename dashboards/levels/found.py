"""The company's level as a finding: what the leadership page shows of whole quarters, worked out beforehand."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.levels.figures import Levels, Line, load_levels
from dashboards.levels.index import Standing

KIND = "company"


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """One finding: the index, or why there is none, and the scores of relationship and staff."""
    levels = load_levels(tenant=tenant, today=today)
    return [Found(data_of(levels), start=levels.quarters[0], last=today)]


def data_of(levels: Levels) -> dict[str, Any]:
    """What JSON can hold of it. Why an index is missing is not in it: a sentence has a language, the page of levels
    tells."""
    return {
        "index": _index(levels.standing, levels.declared.target),
        "lines": [
            _line(line)
            for line in (*levels.customers, *levels.staff)
            # Single encounters have tiles of their own on the page.
            if line.kind == "relationship" or line.audience == "employee"
        ],
    }


def _index(of: Standing, target: float | None) -> dict[str, Any] | None:
    if of.index is None or of.quarter is None:
        return None
    change = of.change
    return {
        "value": of.index.value,
        "low": of.index.low,
        "high": of.index.high,
        "n": of.index.n,
        "coverage": of.index.coverage,
        "quarter": of.quarter.isoformat(),
        "so_far": of.so_far,
        "then": of.then_quarter.isoformat() if of.then_quarter else None,
        "difference": change.difference if change else None,
        "score": change.score if change else None,
        "mix": change.mix if change else None,
        "verdict": change.verdict if change else "not_enough",
        "target": target,
        "series": [value for _, value in of.series],
    }


def _line(line: Line) -> dict[str, Any]:
    score, change = line.cell.score, line.cell.change
    return {
        "metric": line.metric.name,
        "audience": line.audience,
        "kind": line.kind,
        "state": line.cell.state,
        "value": score.value if score else None,
        "low": score.low if score else None,
        "high": score.high if score else None,
        "n": score.n if score else None,
        "quarter": line.quarter.isoformat(),
        "so_far": line.so_far,
        "then": line.then.isoformat() if line.then else None,
        "difference": change.difference if change else None,
        "verdict": line.cell.verdict,
        "series": [value for _, value in line.values],
    }


FINDER = Finder(KIND, find)
