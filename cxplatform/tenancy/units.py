"""The units people can be limited to. They are defined in a room above this one, which names them here."""

from collections.abc import Callable

Choices = list[tuple[int, str]]
_list: Callable[[], Choices] = list


def register(list_units: Callable[[], Choices]) -> None:
    """Have `list_units()` give (id, name) of the active tenant's units; from `AppConfig.ready()`."""
    global _list
    _list = list_units


def choices() -> Choices:
    """(id, name) of the active tenant's units in use."""
    return _list()


def names(unit_ids: list[int]) -> list[str]:
    """The names of these units, in their own order; unknown ids are left out."""
    return [name for unit_id, name in choices() if unit_id in unit_ids]
