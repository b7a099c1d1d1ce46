"""Findings as pages read them: all that is wanted in one query."""

from collections.abc import Collection, Mapping, Sequence

from dashboards.models import Insight, Look

Findings = Mapping[str, Sequence[Insight]]


def findings(kinds: Collection[str]) -> Findings:
    """The active tenant's findings by kind, each in order; a kind of which nothing was found is an empty list."""
    found: dict[str, list[Insight]] = {kind: [] for kind in kinds}
    for insight in Insight.objects.filter(kind__in=kinds).order_by("kind", "rank"):
        found[insight.kind].append(insight)
    return found


def looked_for() -> frozenset[str]:
    """The kinds that were ever looked for in the active tenant: of another nothing is known, not even that there is
    nothing. One query."""
    return frozenset(Look.objects.values_list("kind", flat=True))
