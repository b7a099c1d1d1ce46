"""Pictures of paths as data for the chart library: the flow by steps, and what follows what."""

from typing import Any

from django.utils.translation import gettext as _

from dashboards.journeys.paths import PathsPage
from dashboards.words import decimal_and_thousands

STEPS = 8  # columns of the flow; what comes after is one more
_RARE = 0.01  # touchpoints met by fewer at a step are drawn together; pairs rarer than that stand in the table alone
_EDGES = 40


def figures_of(page: PathsPage) -> dict[str, Any]:
    """The flow, the graph and the words that both need."""
    return {
        "flow": _flow(page),
        "graph": _graph(page),
        "words": {
            "designed": _("designed"),
            "undesigned": _("not designed"),
            "passages": _("passages"),
            "times": _("times"),
            "separators": decimal_and_thousands(),
        },
    }


def _flow(page: PathsPage) -> dict[str, Any]:
    """Passages from step to step, of the variants shown: nodes are (step, touchpoint)."""
    met: dict[tuple[int, int], int] = {}
    for variant in page.variants:
        for step, chevron in enumerate(variant.chevrons[:STEPS]):
            met[step, chevron.place.id] = met.get((step, chevron.place.id), 0) + variant.tally.n
    least = _RARE * sum(variant.tally.n for variant in page.variants)
    labels: list[str] = []
    designed: list[bool] = []
    places: dict[tuple[int, Any], int] = {}

    def node(step: int, what: Any, label: str, good: bool) -> int:
        if (step, what) not in places:
            places[step, what] = len(labels)
            labels.append(label)
            designed.append(good)
        return places[step, what]

    links: dict[tuple[int, int, bool], int] = {}
    for variant in page.variants:
        before = None
        for step, chevron in enumerate(variant.chevrons[:STEPS]):
            rare = met[step, chevron.place.id] < least
            what = "rare" if rare else chevron.place.id
            here = node(step, what, _("others") if rare else chevron.place.name, rare or chevron.designed)
            if before is not None:
                link = (before, here, chevron.follows)
                links[link] = links.get(link, 0) + variant.tally.n
            before = here
        if before is not None and len(variant.chevrons) > STEPS:
            link = (before, node(STEPS, "more", _("further steps"), True), True)
            links[link] = links.get(link, 0) + variant.tally.n
    return {
        "labels": labels,
        "designed": designed,
        "links": [
            {"source": source, "target": target, "value": n, "designed": good}
            for (source, target, good), n in links.items()
        ],
    }


def _graph(page: PathsPage) -> dict[str, Any]:
    """Touchpoints as dots in their stages' columns; those of no stage stand below."""
    at = _layout(page)
    least = _RARE * page.asked.passages.n
    edges = [edge for edge in page.edges if edge.start and edge.end and edge.tally.n >= least][:_EDGES]
    nodes = {edge.start.id: edge.start for edge in edges if edge.start} | {
        edge.end.id: edge.end for edge in edges if edge.end
    }
    loose = [id for id in nodes if id not in at]
    lowest = min((y for _x, y in at.values()), default=0.0)
    for place, id in enumerate(loose):
        at[id] = (
            place * max(len(page.asked.design.stages) - 1, 1) / max(len(loose), 1),
            lowest - 1.2 - place % 2 * 0.5,
        )
    designed = page.asked.design.touchpoints
    return {
        "nodes": [
            {"id": id, "name": named.name, "x": at[id][0], "y": at[id][1], "designed": id in designed or not designed}
            for id, named in nodes.items()
        ],
        "edges": [
            {"start": edge.start.id, "end": edge.end.id, "n": edge.tally.n, "designed": edge.designed}
            for edge in edges
            if edge.start and edge.end
        ],
        "stages": [stage.name for stage in page.asked.design.stages],
    }


def _layout(page: PathsPage) -> dict[int, tuple[float, float]]:
    at: dict[int, tuple[float, float]] = {}
    for x, stage in enumerate(page.asked.design.stages):
        new = [step.touchpoint for step in stage.steps if step.touchpoint not in at]
        for place, id in enumerate(new):
            # Neighbours in a column stand aside a little, so that names do not run into each other.
            at[id] = (x + (0.18 if place % 2 else 0.0), (len(new) - 1) / 2 - place)
    return at
