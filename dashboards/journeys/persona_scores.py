"""Personas beside everybody: what the customers say for whom each of them stands."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cxplatform.stats.metrics import Metric
from dashboards.asked import Asked
from dashboards.cells import Cell, Pair, as_family, cells, shown_groups
from dashboards.load import EVERYBODY, Counted, Histogram, Slice, counts
from dashboards.measures import MEASURES, Measure
from dashboards.reading import NOW
from journeys.models import Journey, JourneyPersona, Persona

Values = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class PersonaRow:
    """`stands_for` is whether a dimension in use and a value name its customers; `answered` whether any of them
    answered in the periods read. `cells` are empty where nobody is named, or the figures are not the reader's."""

    persona: Persona
    journeys: tuple[Journey, ...]
    stands_for: bool
    answered: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class PersonaTable:
    """`measures` are the columns, `everybody` their cells for all customers; none for who sees some units only."""

    rows: tuple[PersonaRow, ...]
    measures: tuple[Measure, ...] = ()
    everybody: tuple[Cell, ...] = ()

    @property
    def scored(self) -> tuple[PersonaRow, ...]:
        return tuple(row for row in self.rows if row.cells)


def load_personas(asked: Asked, values: Values) -> PersonaTable:
    """Every persona in use. Three queries; `values` are those of every dimension, with their answers.

    A rollup divides answers by one dimension at a time: a persona's customers cannot be divided by the page's
    choice of customers, nor by unit.
    """
    personas = list(Persona.objects.in_use().select_related("dimension"))
    journeys: dict[int, list[Journey]] = {}
    for made in JourneyPersona.objects.select_related("journey").order_by("journey__position", "journey_id"):
        if made.journey.archived_at is None:
            journeys.setdefault(made.persona_id, []).append(made.journey)  # type: ignore[attr-defined]
    parts = {persona.pk: part for persona in personas if (part := _part(asked, persona))}
    measures: tuple[Measure, ...] = ()
    found: dict[tuple[str, str], tuple[Cell, ...]] = {}
    if parts and not asked.query.own_units:
        metrics = [(m, m.metric(asked.whole.answers)) for m in MEASURES.values()]
        metrics = [(measure, of) for measure, of in metrics if asked.whole.answers.get(of.name)]
        measures = tuple(measure for measure, _ in metrics)
        found = _cells(asked, [of for _, of in metrics], set(parts.values()), values)
    return PersonaTable(
        rows=tuple(
            PersonaRow(
                persona=persona,
                journeys=tuple(journeys.get(persona.pk, ())),
                stands_for=persona.pk in parts,
                answered=persona.pk in parts and bool(values.get(parts[persona.pk][0], {}).get(parts[persona.pk][1])),
                cells=found.get(parts.get(persona.pk, EVERYBODY), ()) if persona.pk in parts else (),
            )
            for persona in personas
        ),
        measures=measures,
        everybody=found.get(EVERYBODY, ()),
    )


def _part(asked: Asked, persona: Persona) -> tuple[str, str] | None:
    """The dimension and value of the customers for whom a persona stands; None where no one in use does."""
    dimension = persona.dimension
    if dimension is None or not persona.value or dimension.slug not in asked.structure.dimensions:
        return None
    return dimension.slug, persona.value


def _cells(
    asked: Asked, metrics: Sequence[Metric], chosen: Iterable[tuple[str, str]], values: Values
) -> dict[tuple[str, str], tuple[Cell, ...]]:
    """A cell a metric for everybody and each of the chosen, all of them one family of verdicts."""
    rows = [EVERYBODY, *sorted(chosen)]
    if not metrics:
        return {}
    # Every value of a dimension is read, so that a small one can be protected by its siblings.
    dimensions = dict.fromkeys(dimension for dimension, _ in rows[1:])
    siblings = {
        dimension: tuple(dict.fromkeys([*values.get(dimension, {}), *(v for d, v in rows[1:] if d == dimension)]))
        for dimension in dimensions
    }
    counted = counts(
        metrics=[of.name for of in metrics],
        windows=asked.windows,
        of=Slice(
            parts=(EVERYBODY, *((dimension, value) for dimension, known in siblings.items() for value in known)),
            channel_id=asked.structure.channel_id(asked.query.channel),
        ),
        by=["dimension", "value"],
    )
    table: list[Cell] = []
    for of in metrics:
        now, then = (_shown(asked, of, siblings, counted, window) for window in (NOW, asked.against))
        goal = asked.goals.company(of)
        everybody = cells(of, [Pair(now[EVERYBODY], None)], minimum=asked.reading.minimum)[0]
        table += cells(
            of,
            [Pair(now.get(row), then.get(row), goal) for row in rows],
            minimum=asked.reading.minimum,
            on_target=asked.on_target,
            centre=everybody.score.value if everybody.score else None,
        )
    family = as_family(table, on_target=asked.on_target)
    return {row: tuple(family[at :: len(rows)]) for at, row in enumerate(rows)}


def _shown(
    asked: Asked, of: Metric, siblings: Mapping[str, Sequence[str]], counted: Counted, window: str
) -> dict[tuple[str, str], Histogram]:
    """What of a window may be shown; a dimension's values are siblings, with those who have none."""
    everybody = counted.get(of.name, window, *EVERYBODY)
    found = {EVERYBODY: everybody}
    for dimension, known in siblings.items():
        groups = {(dimension, value): counted.get(of.name, window, dimension, value) for value in known}
        found |= shown_groups(groups, everybody, minimum=asked.reading.minimum)
    return found
