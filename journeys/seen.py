"""The texts and types that events came with, as the mapping page shows them: counts, an example, a proposal."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from journeys.mapping import TYPE, choices
from journeys.models import Event, EventType, TextMapping, UnmappedText
from journeys.suggest import suggest

SHOWN = 100
_MOST_PROPERTIES = 8


@dataclass(frozen=True)
class Seen:
    """One text. `meaning` is what its select shows now ("" = none), `likely` the id and name proposed.

    `example` is one event that said it: (name, value) with every letter and digit of its values masked.
    """

    row: Any
    meaning: str
    offered: Sequence[tuple[int, str]]
    likely: tuple[int, str] | None = None
    example: list[tuple[str, str]] = field(default_factory=list)


def seen(*, kind: str = "", mapped: bool = False, sought: str = "") -> tuple[list[Seen], bool]:
    """The active tenant's most frequent texts, and whether there are more. A fixed number of queries."""
    rows = UnmappedText.objects.annotate(target=_target()).filter(target__isnull=not mapped)
    if kind:
        rows = rows.filter(kind=kind)
    if sought:
        rows = rows.filter(text__icontains=sought)
    found = list(rows.order_by("-events", "id")[: SHOWN + 1])
    offered = {kind: choices(kind) for kind in {row.kind for row in found}}
    examples = _examples([row.example_id for row in found[:SHOWN] if row.example_id])
    shown = [
        Seen(
            row=row,
            meaning=row.target or "",
            offered=offered[row.kind],
            likely=None if mapped else _likely(row.text, offered[row.kind]),
            example=examples.get(row.example_id, []),
        )
        for row in found[:SHOWN]
    ]
    return shown, len(found) > SHOWN


def _target() -> models.Case:
    """What the text means as its select has it: an id, or a word for a type of no fixed place."""
    same = models.OuterRef("text")
    types = EventType.objects.filter(type=same).annotate(
        word=models.Case(
            models.When(ignored=True, then=models.Value("ignored")),
            models.When(~models.Q(meaning=""), then=models.F("meaning")),
            models.When(touchpoint_id=None, then=models.Value("encounter")),
            default=models.functions.Cast("touchpoint_id", models.CharField()),
        )
    )
    texts = TextMapping.objects.filter(kind=models.OuterRef("kind"), text=same).annotate(
        word=models.functions.Cast("target_id", models.CharField())
    )
    return models.Case(
        models.When(kind=TYPE, then=models.Subquery(types.values("word"))),
        default=models.Subquery(texts.values("word")),
    )


def _likely(text: str, offered: Sequence[tuple[int, str]]) -> tuple[int, str] | None:
    id_ = suggest(text, offered)
    return next((one for one in offered if one[0] == id_), None)


def _examples(ids: Sequence[UUID]) -> Mapping[UUID, list[tuple[str, str]]]:
    return {event.id: list(_told(event)) for event in Event.objects.filter(id__in=ids)}


def _told(event: Any) -> list[tuple[str, str]]:
    told = [("type", event.type), ("source", event.source), ("time", event.time.date().isoformat())]
    told += [(name, text) for name in ("touchpoint", "channel", "unit") if (text := getattr(event, f"{name}_text"))]
    if event.correlation:
        told.append(("correlation", masked(event.correlation)))
    for name, value in list(event.properties.items())[:_MOST_PROPERTIES]:
        told.append((name[:60], masked(value if isinstance(value, str) else str(value))))
    return told


def masked(text: str) -> str:
    """The shape of a text without what it says: letters become a, digits 9."""
    flat = re.sub(r"[^\W\d_]", "a", re.sub(r"\d", "9", text[:60]))
    return flat if len(text) <= 60 else f"{flat}…"
