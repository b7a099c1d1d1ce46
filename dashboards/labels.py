"""The steps of a scale in the reader's language."""

from collections.abc import Mapping

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from cxplatform.stats.metrics import Metric

_CHOICES: Mapping[str, Mapping[str, Lazy]] = {
    "nps": {"promoters": _("promoters"), "passives": _("passives"), "detractors": _("detractors")},
    "fcr": {
        "first": _("solved at first contact"),
        "later": _("solved after several contacts"),
        "partly": _("partly solved"),
        "no": _("not solved"),
        "too_early": _("too early to say"),
    },
    "fcr_expected": {
        "strict": _("solved at first contact and as expected"),
        "first_unexpected": _("solved at first contact, not as expected"),
        "later": _("solved after several contacts"),
        "partly": _("partly solved"),
        "no": _("not solved"),
        "outside": _("too early to say"),
    },
    "expected": {"yes": _("as expected"), "partly": _("partly as expected"), "no": _("not as expected")},
    "faces": {
        "very_bad": _("very bad"),
        "bad": _("bad"),
        "good": _("good"),
        "very_good": _("very good"),
    },
    "expectation": {"worse": _("worse"), "as_expected": _("as expected"), "better": _("better")},
    "emotion": {
        "pleased": _("pleased"),
        "valued": _("valued"),
        "reassured": _("reassured"),
        "nothing": _("nothing particular"),
        "unsure": _("unsure"),
        "disappointed": _("disappointed"),
        "frustrated": _("frustrated"),
    },
}


def choice_label(choice: str, of: Metric) -> str:
    """A step's name: the words of a choice, the number itself on a scale of numbers."""
    return str(_CHOICES.get(of.key, {}).get(choice, choice))
