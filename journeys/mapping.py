"""Saying what texts and types that integrations send mean, one or many at a time, and having history follow."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.identifiers import free_identifier
from journeys.models import Channel, EventType, TextMapping, Touchpoint, Unit, UnmappedText
from journeys.models.rules import OWN_TYPES
from journeys.remapping import Item, remap

TYPE = UnmappedText.Kind.TYPE
TARGETS: Mapping[str, type[Any]] = {
    TextMapping.Kind.TOUCHPOINT: Touchpoint,
    TextMapping.Kind.CHANNEL: Channel,
    TextMapping.Kind.UNIT: Unit,
}
NEW, IGNORED, ENCOUNTER = "new", "ignored", "encounter"
MEANINGS = (EventType.Meaning.FAILURE, EventType.Meaning.BOT, EventType.Meaning.HUMAN)


class Meaning(msgspec.Struct, frozen=True):
    """What a type of event means: where it happens when it names no touchpoint, what kind it is, or nothing."""

    touchpoint_id: int | None = None
    meaning: str = ""
    ignored: bool = False


def choices(kind: str) -> list[tuple[int, str]]:
    """(id, name) of what a text of this kind can mean: everything in use."""
    model = Touchpoint if kind == TYPE else TARGETS[kind]
    return [(row.pk, row.name) for row in model.objects.in_use()]


def map_texts(meanings: Mapping[int, str]) -> int:
    """Map unmapped texts (by id) each to an id of its kind, or to "new" for one made of the text; how many.

    A type of event may also be "ignored" (no encounter), "failure", "bot", "human" or an "encounter" without a
    fixed place. What was mapped before means the new thing from now on, and stored events follow. Raises
    ValidationError naming the text that cannot be mapped; then nothing is.
    """
    texts = {text.pk: text for text in UnmappedText.objects.filter(pk__in=meanings)}
    offered = {kind: {pk for pk, _name in choices(kind)} for kind in {text.kind for text in texts.values()}}
    wanted = []
    for pk, meaning in meanings.items():
        text = texts.get(pk)
        if text is None or not _known(text.kind, meaning, offered[text.kind]):
            raise ValidationError(
                gettext("“%s”: what it should mean is not on the list any more. Reload the page and choose again.")
                % (text or pk)
            )
        wanted.append((text, meaning))
    remap([_give(text.kind, text.text, meaning) for text, meaning in wanted])
    return len(wanted)


def _known(kind: str, meaning: str, offered: set[int]) -> bool:
    if meaning == NEW or (kind == TYPE and meaning in (IGNORED, ENCOUNTER, *MEANINGS)):
        return True
    return meaning.isascii() and meaning.isdigit() and len(meaning) < 19 and int(meaning) in offered


def _give(kind: str, text: str, meaning: str) -> Item:
    if kind == TYPE:
        if meaning in (IGNORED, ENCOUNTER, *MEANINGS):
            told = Meaning(meaning=meaning if meaning in MEANINGS else "", ignored=meaning == IGNORED)
        else:
            told = Meaning(touchpoint_id=_made(Touchpoint, text) if meaning == NEW else int(meaning))
        return describe(text, told)
    target = _made(TARGETS[kind], text) if meaning == NEW else int(meaning)
    return map_text(kind, text, target)


def _made(model: type[Any], text: str) -> int:
    row = model.objects.create(name=text[:200], slug=free_identifier(model, text))  # type: ignore[attr-defined]
    audit.record("added", row)
    return int(row.pk)


def map_text(kind: str, text: str, target_id: int) -> Item:
    """Let a text mean this from now on; what `remap` needs to have history follow."""
    mapping = TextMapping.objects.filter(kind=kind, text=text).first()
    before = audit.state(mapping) if mapping else None
    came = [mapping.target_id] if mapping else []
    mapping = mapping or TextMapping(kind=kind, text=text)
    mapping.target_id = target_id
    mapping.save()
    audit.record("changed" if before else "added", mapping, before=before)
    return Item(kind, text, came, target_id)


def describe(type: str, told: Meaning, *, name: str | None = None) -> Item:
    """Let a type of event mean this from now on; what `remap` needs to have history follow.

    Raises ValidationError for a type of our own making.
    """
    if type.startswith(OWN_TYPES):
        raise ValidationError(gettext("“%s”: types that begin with survey., promise. or cx. are made here.") % type)
    row = EventType.objects.filter(type=type).first() or EventType(type=type)
    before = audit.stored(row) if row.pk else None
    row.touchpoint_id, row.meaning, row.ignored = told.touchpoint_id, told.meaning, told.ignored
    if name is not None:
        row.name = name
    row.save()
    audit.record("changed" if before else "added", row, before=before)
    return followed(before, row)


def followed(before: Mapping[str, Any] | None, row: Any) -> Item:
    """What stored events of a type have to follow, given its state before and its row now."""
    was = before or {"touchpoint_id": None, "meaning": "", "ignored": False}
    changed = (was["meaning"], was["ignored"]) != (row.meaning, row.ignored)
    came = [was["touchpoint_id"]] if was["touchpoint_id"] else []
    return Item(TYPE, row.type, came, row.touchpoint_id, changed)


def forget(rows: Iterable[Any]) -> None:
    """Remove mappings and descriptions of types; stored events stand nowhere again where those had put them."""
    items = []
    for row in rows:
        audit.record("removed", row, before=audit.state(row))
        if isinstance(row, EventType):
            came = [row.touchpoint_id] if row.touchpoint_id else []
            items.append(Item(TYPE, row.type, came, None, bool(row.meaning or row.ignored)))
        else:
            items.append(Item(row.kind, row.text, [row.target_id], None))
        row.delete()
    remap(items)
