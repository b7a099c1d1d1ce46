"""What the score says of sales to come, in words that claim no more than was found."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cxplatform.stats.lag import FEWEST, LONGEST, SEASON
from cxplatform.tenancy import numbers
from dashboards.models import Insight

# The clearest lag looks better than it is, as it was picked: why it is not told as a link has to be said.
_WHY = _lazy(
    "That is the clearest of %(tried)d lags tried. It counts as a link only when both halves of the weeks show it and "
    "it would have made the forecast at least a tenth better."
)


def said(insight: Insight) -> tuple[str, str]:
    """A sentence and what it rests on."""
    data, by = insight.data, insight.data["per_ten"]
    if data["refused"] == "few":
        text = _("%(name)s and NPS: too few weeks to say anything.")
        figures = _(
            "%(pairs)d pairs of weeks with a year before them are known, %(needed)d are needed: about %(weeks)d weeks "
            "of both."
        )
        return text % data, figures % {"pairs": data["pairs"], "needed": FEWEST, "weeks": SEASON + FEWEST}
    if data["refused"]:
        return _("%(name)s and NPS: one of the two does not move, so there is no link to see.") % data, ""
    words = {
        "name": data["name"],
        "weeks": data["weeks"],
        "tried": LONGEST,
        **{name: _percent(by[name]) for name in ("value", "low", "high")},
        "n": numbers.count(data["pairs"]),
        "error": numbers.per_cent(data["error"], decimals=1),
        "naive": numbers.per_cent(data["naive_error"], decimals=1),
    }
    figures = _(
        "%(weeks)d weeks ahead: %(value)s (%(low)s…%(high)s) for ten points of NPS, n %(n)s weeks; off by %(error)s on "
        "average, without the score by %(naive)s"
    )
    if data["found"]:
        text = _("%(weeks)d weeks after ten points more of NPS, %(name)s has been %(value)s. That alone is no cause.")
    else:
        text = _("%(name)s: NPS has not foretold it surely enough so far to count on.")
        figures = f"{figures}. {_WHY}"
    return text % words, figures % words


def _percent(value: float) -> str:
    sign = "+" if value > 0 else numbers.MINUS if value < 0 else ""
    return f"{sign}{numbers.per_cent(abs(value), decimals=1)}"
