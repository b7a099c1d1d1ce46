"""Cases and versions as they are asked for: not there is 404."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404

from dashboards.cases.inputs import from_stored
from dashboards.cases.model import model_of
from dashboards.cases.results import Results, results
from dashboards.models import BusinessCase, CaseVersion


@dataclass(frozen=True)
class Listed:
    case: BusinessCase
    version: CaseVersion
    results: Results

    @property
    def npv(self) -> tuple[float, float, float]:
        """Cautious, base and hopeful."""
        low, base, high = (self.results.total("npv", of) or 0.0 for of in ("cautious", "base", "hopeful"))
        return low, base, high

    @property
    def payback(self) -> float | None:
        return self.results.payback()


def load_list() -> list[Listed]:
    """The cases in use, the newest first, each with its newest version worked out. One query."""
    versions = (
        CaseVersion.objects.filter(case__archived_at=None)
        .order_by("-case__created_at", "-case_id", "-number")
        .distinct("case__created_at", "case_id")
        .select_related("case", "saved_by")
    )
    return [Listed(each.case, each, results(model_of(from_stored(each.inputs), each.years))) for each in versions]


def case_of(pk: int) -> BusinessCase:
    """A case in use. Raises Http404."""
    found = BusinessCase.objects.filter(pk=pk, archived_at=None).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def versions_of(case: BusinessCase) -> list[CaseVersion]:
    """Its versions, the newest first. One query."""
    return list(case.versions.select_related("saved_by", "case").order_by("-number"))


def version_of(versions: Sequence[CaseVersion], asked: str) -> CaseVersion:
    """The version of this number, the newest of none. Raises Http404."""
    if not asked:
        return versions[0]
    found = next((each for each in versions if str(each.number) == asked), None)
    if found is None:
        raise Http404
    return found
