"""The steps of the wizard, in order: the seven questions, and what stands behind the answers."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from promises.making.gate import Reason


@dataclass(frozen=True)
class Step:
    """`number` is that of one of the seven questions, 0 for what is asked beside them."""

    key: str
    title: Lazy
    number: int = 0


_SEVEN = {
    "matters": _("What matters"),
    "most": _("What matters most"),
    "measure": _("How it is measured"),
    "target": _("Target"),
    "wording": _("Wording"),
    "words": _("Key words"),
    "feeling": _("Feeling"),
}
STEPS: dict[str, Step] = {
    **{key: Step(key, title, number) for number, (key, title) in enumerate(_SEVEN.items(), 1)},
    "views": Step("views", _("Vision and three views")),
    "staff": Step("staff", _("Staff took part")),
    "instructions": Step("instructions", _("Instructions")),
    "criteria": Step("criteria", _("Five criteria")),
    "pilot": Step("pilot", _("What the pilot must show")),
}
ORDER = tuple(STEPS)


def after(key: str) -> str | None:
    """The next step, None after the last."""
    place = ORDER.index(key) + 1
    return ORDER[place] if place < len(ORDER) else None


def before(key: str) -> str | None:
    place = ORDER.index(key) - 1
    return ORDER[place] if place >= 0 else None


def first_open(reasons: list[Reason]) -> str:
    """The first step at which something is missing; the last where nothing is."""
    open_steps = {reason.step for reason in reasons}
    return next((key for key in ORDER if key in open_steps), ORDER[-1])


class StepConverter:
    """The part of an address that names a step."""

    regex = "|".join(ORDER)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value
