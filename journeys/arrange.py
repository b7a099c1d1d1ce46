"""Replace an ordered list of a definition's parts (stages, steps, questions, rules), keeping those that stay."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError as InvalidPart
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from cxplatform.tenancy import audit


def arrange(
    *,
    model: Any,
    present: Iterable[Any],
    wanted: Sequence[Mapping[str, Any]],
    match: str,
    change: Callable[[Any, dict[str, Any]], Any] | None = None,
    **belongs: Any,
) -> tuple[list[Any], list[Any]]:
    """Make the parts be `wanted`, in that order: change those found by `match`, create the rest.

    `change` takes a part and its new values and gives the part as it is then; without it the part itself is
    changed and stored.

    Returns the parts wanted and those left over, which the caller archives or removes. Raises ValidationError
    with the index of a row that names an id which is not there or is named twice.
    """
    left = {getattr(part, match): part for part in present}
    kept = []
    for position, row in enumerate(wanted):
        name = row.get(match)
        part = left.pop(name, None)
        if part is None and match == "id" and name is not None:
            message = "There is no such id here, or it is named twice. Leave id out to make a new one."
            raise _at(position, {"id": [message]})
        values = {**row, "position": position}
        try:
            kept.append(change(part, values) if part and change else _store(part, model(**belongs), values))
        except InvalidPart as error:
            raise _at(position, serializers.as_serializer_error(error)) from None
    return kept, list(left.values())


def _store(part: Any, new: Any, values: Mapping[str, Any]) -> Any:
    before = audit.stored(part) if part else None
    part = part or new
    for field, value in values.items():
        setattr(part, field, value)
    part.clean()
    part.save()
    audit.record("created" if before is None else "changed", part, before=before)
    return part


def _at(position: int, errors: Any) -> ValidationError:
    return ValidationError([*({} for _ in range(position)), errors])
