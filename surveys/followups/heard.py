"""Who hears of what happens in follow-ups: mail to owners, messages to customers, events, webhooks.

A room registers in AppConfig.ready() and is told in the transaction that made the steps, with the tenant active: what
it writes down stands or falls with them. What it sends goes out after commit, by an outbox.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from surveys.models import FollowUp, FollowUpStep


@dataclass(frozen=True)
class News:
    """One step and its follow-up as it is after it."""

    follow_up: FollowUp
    step: FollowUpStep


Listen = Callable[[Sequence[News]], None]
_listeners: dict[str, Listen] = {}


def register(name: str, listen: Listen) -> None:
    """Have `listen` told of every step. Of one call the news may be of many follow-ups, in the order they happened."""
    _listeners[name] = listen


def tell(news: Sequence[News]) -> None:
    """Tell all who listen; nobody where nothing happened."""
    if news:
        for listen in tuple(_listeners.values()):
            listen(news)
