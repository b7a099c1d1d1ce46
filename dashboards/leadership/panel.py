"""A panel of the leadership page: what it shows, how it looks, and its sheet in an export."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise as Lazy

from cxplatform.tenancy.models import Tenant
from dashboards.goals import Goals
from dashboards.insights.read import Findings
from dashboards.leadership.coverage import Coverage
from dashboards.leadership.heatmap import Heatmap
from dashboards.leadership.tiles import Tile
from dashboards.query import Query
from dashboards.sheets import Sheet
from dashboards.structure import Structure
from promises.compliance import Board

Where = Literal["strip", "lead", "under", "beside"]
"""Across the page under the tiles; beside the promises, before them; under the promises; among the others."""


@dataclass(frozen=True)
class Scene:
    """What the page has read already, for its panels to look at. `findings` are of the whole company: a panel shows
    them only to a reader of the whole company (`query.own_units` empty), of the query's journey where it names one,
    and says whose they are where the query asks for a segment or a channel. `looked` are the kinds ever looked for."""

    query: Query
    today: date
    tenant: Tenant
    structure: Structure
    goals: Goals
    tiles: tuple[Tile, ...]
    heatmap: Heatmap | None
    promises: Board
    findings: Findings
    looked: frozenset[str]
    coverage: Coverage


@dataclass(frozen=True)
class Panel:
    """`load` gives what `template` shows as `panel`, in a fixed number of queries, None for no panel at all.
    `kinds` are the findings it reads. `sheets` make its value into the sheets of an export, in the language that is
    on; `key` is its anchor on the page, `where` its place there,
    `question` what it answers, as one reads it where one jumps to it."""

    key: str
    template: str
    load: Callable[[Scene], Any]
    sheets: Callable[[Any, Scene], Sequence[Sheet]]
    kinds: tuple[str, ...] = ()
    where: Where = "beside"
    question: Lazy | str = ""


@dataclass(frozen=True)
class Shown:
    """A panel with its value, for the template."""

    panel: Panel
    value: Any
