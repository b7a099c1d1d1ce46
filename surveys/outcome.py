"""What came of an answer, as its own link tells the respondent: each room that acts on answers adds its part."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from surveys.models import Response
from surveys.questionnaire.screen import Voice


@dataclass(frozen=True)
class Step:
    """One thing that happened because of an answer, in the respondent's language."""

    text: str
    at: datetime | None = None


Teller = Callable[[Response, Voice], list[Step]]
_tellers: dict[str, Teller] = {}


def register(name: str, tell: Teller) -> None:
    """Let a room say what it did about an answer. Call in AppConfig.ready()."""
    _tellers[name] = tell


def outcome_of(response: Response, voice: Voice) -> list[Step]:
    """Everything that came of this answer so far, oldest first; empty while nothing has."""
    steps = [step for tell in _tellers.values() for step in tell(response, voice)]
    return sorted(steps, key=lambda step: (step.at is not None, step.at.timestamp() if step.at else 0))
