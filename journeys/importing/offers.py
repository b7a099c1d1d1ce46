"""What can be brought in by the browser: each room offers its kinds, with the columns that they know."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from journeys.importing.run import Kind


@dataclass(frozen=True)
class Target:
    """Something a column can be: `key` is its place in the mapping ("email", "dimensions.segment").

    `reads` says how cells are written: text, time, period (a week, a month or a day), number, or answer (a number or
    one of `words_of`, a choice's names in any language to what is stored). `names` are headers that mean it, in small
    letters.
    """

    key: str
    label: Any
    reads: str = "text"
    required: bool = False
    names: Sequence[str] = ()
    words_of: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Offer:
    """One thing to bring in. `constants` are templates of fields that are no column's; `{_key}` in one is a
    digest of the row, the same when the row comes again."""

    slug: str
    label: Any
    kind: Kind
    targets: tuple[Target, ...]
    constants: Mapping[str, str] = field(default_factory=dict)

    def target(self, key: str) -> Target | None:
        return next((target for target in self.targets if target.key == key), None)


_makers: list[Callable[[], Sequence[Offer]]] = []


def register(make: Callable[[], Sequence[Offer]]) -> None:
    """Let a room offer what it takes in; `make` runs with the tenant active, once per page. In AppConfig.ready()."""
    if make not in _makers:
        _makers.append(make)


def offers() -> list[Offer]:
    """Everything the active tenant can bring in, in the rooms' order."""
    return [offer for make in _makers for offer in make()]


def offer(slug: str) -> Offer | None:
    return next((one for one in offers() if one.slug == slug), None)
