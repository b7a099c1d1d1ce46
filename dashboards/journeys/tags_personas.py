"""One page of results by what touchpoints are tagged with and by whom journeys are made for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dashboards.asked import Asked, settle_query, span_of
from dashboards.journeys.persona_scores import PersonaTable, load_personas
from dashboards.journeys.tag_scores import TagGroup, load_tags
from dashboards.leadership.segments import segment_groups
from dashboards.load import segment_values
from dashboards.measures import PAGE_METRICS
from dashboards.query import DEFAULT_VIEW, Query


@dataclass(frozen=True)
class TagsPersonas:
    """`segments` are the customers to choose among: (what the address says, what people read) by dimension."""

    asked: Asked
    tags: tuple[TagGroup, ...]
    personas: PersonaTable
    segments: Mapping[str, tuple[tuple[str, str], ...]]


def load_tags_personas(*, query: Query, minimum: int) -> TagsPersonas:
    """The page in a fixed number of queries. Raises BadQuery for what is not there."""
    # Tags and personas go across journeys and have no other view.
    asked = settle_query(replace(query, journey="", view=DEFAULT_VIEW), minimum=minimum)
    values = segment_values(span_of(asked.windows), metrics=PAGE_METRICS)
    groups = segment_groups(asked.query, asked.structure, values, minimum=minimum)
    return TagsPersonas(
        asked=asked,
        tags=load_tags(asked),
        personas=load_personas(asked, values),
        segments={group.name: group.options for group in groups.values() if group.options},
    )
