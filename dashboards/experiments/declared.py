"""What may be declared of an experiment, by a form or over REST."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from cxplatform.stats.metrics import METRICS, metric
from dashboards.measures import MEASURES

LETTERS = "abcd"
LONGEST = 100
_COUNTS_ONLY = frozenset({"nps/3"})  # told as monthly counts: no person to draw lots for


def offered() -> list[str]:
    """Metrics that an experiment may be judged by, those that lead a measure first."""
    led = [name for measure in MEASURES.values() for name in measure.metrics]
    rest = [name for name, of in METRICS.items() if name not in led and not of.by_subject]
    return [name for name in (*led, *rest) if name not in _COUNTS_ONLY]


def variants_of(told: Sequence[str]) -> list[dict[str, str]]:
    """Variants as they are stored, by their names; the first is what there is now. Raises ValidationError."""
    names = [name.strip() for name in told if name.strip()]
    if not 2 <= len(names) <= len(LETTERS):
        raise ValidationError(_("Write two to four variants, one a line."))
    if len({name.casefold() for name in names}) < len(names):
        raise ValidationError(_("Two variants have the same name. Name them apart."))
    if any(len(name) > LONGEST for name in names):
        raise ValidationError(_("Name a variant in a hundred signs at most."))
    return [{"key": key, "name": name} for key, name in zip(LETTERS, names, strict=False)]


def too_wide(least: float, *, of: str) -> str:
    """What is wrong with the smallest difference worth finding, as a sentence; empty where nothing is."""
    lowest, highest = metric(of).limits
    return _("This is wider than the whole scale. Choose a smaller difference.") if least > highest - lowest else ""
