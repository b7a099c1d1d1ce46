"""The map of importance and performance as data for its picture."""

from typing import Any

from django.utils.translation import gettext as _

from dashboards.focus.page import Analysis
from dashboards.focus.sheets import QUADRANTS
from dashboards.words import decimal_and_thousands


def map_of(analysis: Analysis | None) -> dict[str, Any]:
    """Points with their intervals, the two lines of means, and the words of the picture in the page's language."""
    points = analysis.points if analysis else ()
    return {
        "points": [
            {
                "name": point.name,
                "x": point.mean,
                "y": point.share,
                "x_low": point.mean_low,
                "x_high": point.mean_high,
                "y_low": point.low,
                "y_high": point.high,
                "moment": point.moment,
                "n": point.n,
            }
            for point in points
        ],
        "centre": list(analysis.centre) if analysis else [0, 0],
        "words": {
            "x": _("Performance, 0–100"),
            "y": _("Importance, % of what is explained"),
            "separators": decimal_and_thousands(),
            **{name: said() for name, said in QUADRANTS.items()},
        },
    }
