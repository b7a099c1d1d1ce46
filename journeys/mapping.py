"""Mapping texts that integrations send to what staff have defined."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.identifiers import free_identifier
from journeys.models import Channel, TextMapping, Touchpoint, Unit, UnmappedText

TARGETS: Mapping[str, type[Any]] = {
    TextMapping.Kind.TOUCHPOINT: Touchpoint,
    TextMapping.Kind.CHANNEL: Channel,
    TextMapping.Kind.UNIT: Unit,
}
NEW = "new"


def choices(kind: str) -> list[tuple[int, str]]:
    """(id, name) of what a text of this kind can mean: everything in use."""
    return [(row.pk, row.name) for row in TARGETS[kind].objects.in_use()]


def map_texts(meanings: Mapping[int, str]) -> int:
    """Map unmapped texts (by id) each to an id of its kind, or to "new" for one made of the text; how many.

    A text mapped before means the new thing from now on. Raises ValidationError naming the text that cannot be
    mapped; then nothing is.
    """
    texts = {text.pk: text for text in UnmappedText.objects.filter(pk__in=meanings)}
    offered = {kind: {pk for pk, _name in choices(kind)} for kind in {text.kind for text in texts.values()}}
    wanted = []
    for pk, meaning in meanings.items():
        text = texts.get(pk)
        known = text is not None and (
            meaning == NEW or (meaning.isascii() and meaning.isdigit() and int(meaning) in offered[text.kind])
        )
        if not known:
            raise ValidationError(
                gettext("“%s”: what it should mean is not on the list any more. Reload the page and choose again.")
                % (text or pk)
            )
        wanted.append((text, meaning))
    for text, meaning in wanted:
        _map(text, _made(text) if meaning == NEW else int(meaning))
    return len(wanted)


def _made(text: Any) -> int:
    model = TARGETS[text.kind]
    row = model.objects.create(name=text.text[:200], slug=free_identifier(model, text.text))
    audit.record("added", row)
    return int(row.pk)


def _map(text: Any, target_id: int) -> None:
    mapping = TextMapping.objects.filter(kind=text.kind, text=text.text).first()
    before = audit.state(mapping) if mapping else None
    mapping = mapping or TextMapping(kind=text.kind, text=text.text)
    mapping.target_id = target_id
    mapping.save()
    audit.record("changed" if before else "added", mapping, before=before)
