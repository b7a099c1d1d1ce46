"""The variant that a link or a widget says it belongs to: what an answer carries of it is told by who runs trials."""

from collections.abc import Callable, Mapping

Reader = Callable[[str], Mapping[str, str]]
_readers: dict[str, Reader] = {}


def register(name: str, read: Reader) -> None:
    """Let a room read the `variant` of a door, in the active tenant. Call in AppConfig.ready()."""
    _readers[name] = read


def carried(sent: str) -> dict[str, str]:
    """The properties of answers given through a door of this variant; nothing where nobody knows it."""
    if not sent:
        return {}
    return {name: value for read in _readers.values() for name, value in read(sent).items()}
