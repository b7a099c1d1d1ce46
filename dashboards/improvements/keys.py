"""What names a finding from one look to the next, and what is done about it."""

from collections.abc import Sequence

from dashboards.changes import handoffs
from dashboards.changes.lines import ALARMS, TITLES
from dashboards.insights.read import findings
from dashboards.models import Improvement, Insight


def key_of(insight: Insight) -> str:
    """What names a finding from one look to the next, when its row is another: its kind and its place."""
    place = [insight.touchpoint_id, insight.stage_id, insight.journey_id]  # type: ignore[attr-defined]
    units = insight.data.get("units", ()) if insight.kind == handoffs.KIND else ()
    return ":".join([insight.kind, *(str(each or "") for each in [*place, *units])])


def keys_now() -> list[str]:
    """The keys of the alarms that stand now."""
    return [key_of(each) for found in findings(ALARMS).values() for each in found]


def finding_of(key: str) -> Insight | None:
    """The finding of that key, if it still stands."""
    kind = key.partition(":")[0]
    if kind not in TITLES:
        return None
    return next((each for each in findings([kind])[kind] if key_of(each) == key), None)


def live_of(keys: Sequence[str]) -> dict[str, Improvement]:
    """Improvements that are proposed or under way, by the key of the finding they came of."""
    states = (Improvement.State.PROPOSED, Improvement.State.DOING)
    rows = Improvement.objects.filter(state__in=states, finding__key__in=list(keys)).select_related("owner")
    return {row.finding["key"]: row for row in rows.order_by("-pk")}
