"""Findings as pages read them: all that is wanted in one query."""

from collections.abc import Collection, Mapping, Sequence

from dashboards.models import Insight

Findings = Mapping[str, Sequence[Insight]]


def findings(kinds: Collection[str]) -> Findings:
    """The active tenant's findings by kind, each in order; a kind of which nothing was found is an empty list."""
    found: dict[str, list[Insight]] = {kind: [] for kind in kinds}
    for insight in Insight.objects.filter(kind__in=kinds).order_by("kind", "rank"):
        found[insight.kind].append(insight)
    return found
