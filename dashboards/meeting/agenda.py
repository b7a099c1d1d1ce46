"""What a meeting goes through, in order."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dashboards.leadership.panel import Shown


@dataclass(frozen=True)
class Step:
    """A step of the agenda; `panels` are the keys of the leadership page's panels that belong to it."""

    key: str
    name: Lazy
    panels: tuple[str, ...] = ()


CHANGED = Step("changed", _("What changed"))
AGENDA = (
    Step("opening", _("Where we stand")),
    Step("chair", _("The customer's chair"), panels=("chair",)),
    CHANGED,
    Step("focus", _("Focus"), panels=("focus", "plan")),
    Step("promises", _("Promises")),
    Step("decisions", _("Decisions")),
)
STEPS = {step.key: step for step in AGENDA}
_CLAIMED = frozenset(key for step in AGENDA for key in step.panels)


def panels_of(step: Step, shown: tuple[Shown, ...]) -> list[Shown]:
    """The panels of a step; those that no step names tell of what changed."""
    if step is CHANGED:
        return [each for each in shown if each.panel.key not in _CLAIMED]
    return [each for each in shown if each.panel.key in step.panels]
