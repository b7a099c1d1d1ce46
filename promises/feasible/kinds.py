"""Which fields say what a rule of each kind measures, and what they are called in plain words."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from promises.models import Rule

_TESTED = ("property", "operator", "value")
_FALLBACK = ("told_type", "solution_type", "solution_property")
_LEFT_OUT = ("exclusions", "excluded_property")


@dataclass(frozen=True)
class Kind:
    """`fields` of the form that are asked for; `words` for those that mean something else than elsewhere."""

    says: Lazy
    fields: tuple[str, ...]
    words: dict[str, Lazy] = field(default_factory=dict)


KINDS: dict[str, Kind] = {
    Rule.Kind.DEADLINE: Kind(
        _("Something follows in time: an answer, a delivery, a refund."),
        (
            "match", "opening_type", "closing_type", "hours", "minutes", "calendar", "due_property", "closed_property",
            "pause_type", "resume_type", *_FALLBACK, *_LEFT_OUT,
        ),
        {"opening_type": _("The clock starts at the event"), "closing_type": _("It stops at the event")},
    ),
    Rule.Kind.CONDITION: Kind(
        _("Something is so when an event comes: solved at first contact, nothing damaged."),
        ("match", "closing_type", *_TESTED, *_FALLBACK, *_LEFT_OUT),
        {"closing_type": _("Tested at the event")},
    ),
    Rule.Kind.ACCURACY: Kind(
        _("Two values are equal: the bill and the offer, the time said and the time come."),
        ("match", "opening_type", "closing_type", "property", "other_property", "tolerance", *_FALLBACK, *_LEFT_OUT),
        {
            "opening_type": _("The first value is in the event (empty = in the same as the second)"),
            "closing_type": _("The second value is in the event"),
            "property": _("Property with the first value"),
        },
    ),
    Rule.Kind.SURVEY: Kind(
        _("Customers themselves judge: they say that it was kept, or give a score."),
        ("match", "survey", "at_touchpoint", *_TESTED, *_LEFT_OUT),
        {"property": _("Score, 0–100")},
    ),
    Rule.Kind.AVAILABILITY: Kind(
        _("A service is there when it is wanted: requests served, or time open."),
        ("basis", "match", "closing_type", *_TESTED, "period", "share", "calendar", "ending_type", *_LEFT_OUT),
        {"closing_type": _("The event that is a request, or tells the state")},
    ),
    Rule.Kind.CADENCE: Kind(
        _("Somebody is in touch at intervals: every key customer each month."),
        ("match", "opening_type", "closing_type", "period", "minimum_count", "ending_type", *_LEFT_OUT),
        {"opening_type": _("Promised from the event"), "closing_type": _("The event that is contact")},
    ),
    Rule.Kind.STOCK: Kind(
        _("There is always enough: pieces in stock, people at work."),
        ("match", "closing_type", *_TESTED, "period", "calendar", "ending_type", *_LEFT_OUT),
        {"closing_type": _("The event that tells how many there are")},
    ),
}  # fmt: skip

EVERY_KIND = ("part", "instruction", "wording", "kind", "target")
# Fields of the model that only some kinds ask for, with what they are where nobody asks.
NOTHING: dict[str, Any] = {
    "opening_type": "",
    "closing_type": "",
    "duration_minutes": None,
    "calendar": None,
    "due_property": "",
    "closed_property": "",
    "property": "",
    "operator": "",
    "value": None,
    "excluded_property": "",
    "exclusions": [],
    "pause_type": "",
    "resume_type": "",
    "told_type": "",
    "solution_type": "",
    "solution_property": "",
    "other_property": "",
    "tolerance": None,
    "survey": "",
    "at_touchpoint": False,
    "basis": Rule.Basis.REQUESTS,
    "period": "",
    "minimum_count": None,
    "share": None,
    "ending_type": "",
}
_SHOWN_AS = {"duration_minutes": ("hours", "minutes")}


def asked(kind: str, name: str, basis: str) -> bool:
    """Whether rules of this kind are measured by a field of the model."""
    if (
        kind == Rule.Kind.AVAILABILITY
        and basis != Rule.Basis.TIME
        and name in ("period", "share", "calendar", "ending_type")
    ):
        return False
    return any(shown in KINDS[kind].fields for shown in _SHOWN_AS.get(name, (name,)))
