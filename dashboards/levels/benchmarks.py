"""What makes a benchmark one: figures of its metric's scale, a day that has been, and both ends of an interval."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from cxplatform.stats.metrics import METRICS, metric
from dashboards.population.shares import EARLIEST


def faults(told: dict[str, Any]) -> dict[str, str]:
    """What is wrong with a benchmark whose fields are each of their kind, by field."""
    errors: dict[str, str] = {}
    name, value, low, high = (told.get(field) for field in ("metric", "value", "low", "high"))
    if name in METRICS:
        least, greatest = metric(str(name)).limits
        for field, number in (("value", value), ("low", low), ("high", high)):
            if number is not None and not least <= number <= greatest:
                errors[field] = gettext("This metric goes from %(least)g to %(greatest)g.") % {
                    "least": least,
                    "greatest": greatest,
                }
    if not errors and (low is None) != (high is None):
        errors["low" if low is None else "high"] = gettext("Give both ends of the interval, or neither.")
    elif not errors and low is not None and high is not None and value is not None and not low <= value <= high:
        errors["value"] = gettext("The value lies outside its interval.")
    day = told.get("as_of")
    if day is not None and not EARLIEST <= day <= timezone.now().date():
        errors["as_of"] = gettext("Give a day from the year 2000 to today.")
    return errors
