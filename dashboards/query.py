"""What is asked of the leadership page: a frozen value, read from the address and written back to it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import METRICS
from dashboards.measures import MEASURES
from dashboards.periods import Period, years_before

Against = Literal["season", "previous", "target", "baseline", "segment"]

PERIODS = ("30d", "90d", "365d", "year")
AGAINST = ("season", "previous", "target")
BASELINE: Against = "baseline"
DEFAULT_PERIOD, DEFAULT_METRIC, DEFAULT_VIEW = "90d", "nps", "stage"
PLACES = "touchpoint"  # the view of touchpoints by channel
# Rollups of a day or a month are read: ten years of them is the most that any screen needs.
LONGEST_DAYS = 3660
EARLIEST = date(2000, 1, 1)
LONGEST_ADDRESS = 1000  # as it is written: a letter beyond ASCII takes six signs and more


class BadQuery(ValueError):
    """A parameter of the address that makes no sense; `parameter` names it, the text says what to do."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


@dataclass(frozen=True)
class Segment:
    """Customers whose `dimension` (slug) has this value."""

    dimension: str
    value: str

    def __str__(self) -> str:
        return f"{self.dimension}:{self.value}"


@dataclass(frozen=True)
class Query:
    """`named` is the period's name ("90d", "year" ...) or "" for dates of one's own. `against` None = the same
    season last year where it was measured, else the previous period; of "baseline" `baseline` is the slug, "" for the
    newest. `metric` is a measure ("nps") or a metric
    with its scale ("nps/1-10"). `journey` and `channel` are slugs, "" = all. `view` is "stage", "touchpoint" or a
    dimension. `compare` is another value of the dimension of `segment` or of `view`, to compare with instead.
    `own_units` are the units to which the reader's view is limited, () = not; the address has no say in it."""

    period: Period
    named: str = DEFAULT_PERIOD
    against: Against | None = None
    journey: str = ""
    channel: str = ""
    segment: Segment | None = None
    metric: str = DEFAULT_METRIC
    view: str = DEFAULT_VIEW
    compare: Segment | None = None
    baseline: str = ""
    own_units: tuple[str, ...] = ()

    @property
    def beside(self) -> Segment | None:
        """The customers with whom those of `segment` are compared; None where the comparison is in time."""
        return self.compare if self.segment and self.of_places else None

    @property
    def of_places(self) -> bool:
        """Whether the view is of stages or touchpoints; else it is of the values of a dimension."""
        return self.view in (DEFAULT_VIEW, PLACES)

    def querystring(self, **changes: Any) -> str:
        """The shortest address that asks the same, with some fields changed: `?journey=buying`, or "?"."""
        return f"?{urlencode((replace(self, **changes) if changes else self).parameters())}"

    def parameters(self) -> dict[str, str]:
        """Parameters that differ from the defaults; `parse` of them gives this query again."""
        given: dict[str, str] = {}
        if not self.named:
            given |= {"from": self.period.start.isoformat(), "to": self.period.last.isoformat()}
        elif self.named != DEFAULT_PERIOD:
            given["period"] = self.named
        given |= {
            name: str(value)
            for name in ("against", "journey", "channel", "segment", "compare")
            if (value := getattr(self, name))
        }
        if self.baseline:
            given["against"] = f"{BASELINE}:{self.baseline}"
        if self.metric != DEFAULT_METRIC:
            given["metric"] = self.metric
        if self.view != DEFAULT_VIEW:
            given["view"] = self.view
        return given


def parse(given: Mapping[str, str], *, today: date) -> Query:
    """The query of an address. `today` is the day in the tenant's zone. Raises BadQuery naming the parameter."""
    period, named = _period(given, today)
    against, baseline = _against(given)
    return Query(
        period=period,
        named=named,
        against=against,
        baseline=baseline,
        journey=read_text(given, "journey"),
        channel=read_text(given, "channel"),
        segment=read_segment(given),
        compare=read_segment(given, "compare"),
        metric=read_choice(given, "metric", (*MEASURES, *METRICS), default=DEFAULT_METRIC),
        view=read_text(given, "view") or DEFAULT_VIEW,
    )


def kept_address(query: Query, *, most: int = LONGEST_ADDRESS) -> str:
    """The query's address, to be stored. Raises BadQuery for one that is too long to keep."""
    address = query.querystring()
    if len(address) > most:
        raise BadQuery("segment", _("This is too long to be kept. Choose fewer filters."))
    return address


def named_period(name: str, *, today: date) -> Period:
    """The days of "30d", "90d", "365d" or "year", today included."""
    end = today + timedelta(days=1)
    return Period(date(today.year, 1, 1), end) if name == "year" else Period(end - timedelta(days=int(name[:-1])), end)


def read_day(given: Mapping[str, str], parameter: str) -> date | None:
    """A date written YYYY-MM-DD, None when absent. Raises BadQuery."""
    text = read_text(given, parameter)
    if not text:
        return None
    try:
        day = date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise BadQuery(parameter, _("%(text)s is not a date. Write it like 2026-03-31.") % {"text": f"“{text[:30]}”"})
    if day < EARLIEST:
        raise BadQuery(parameter, _("Nothing is kept from before %(day)s.") % {"day": EARLIEST.isoformat()})
    return day


def read_period(given: Mapping[str, str], *, today: date) -> Period | None:
    """The days from `from` to `to`, both counted; None when neither is given. Raises BadQuery."""
    first, last = read_day(given, "from"), read_day(given, "to")
    if first is None and last is None:
        return None
    last = last or today
    first = first or years_before(last) + timedelta(days=1)
    # A day ahead of today is allowed: the sender's clock may be in another zone.
    if last > today + timedelta(days=366):
        raise BadQuery("to", _("The period ends over a year ahead. Choose an earlier last day."))
    if first > last:
        raise BadQuery("from", _("The first day comes after the last. Swap them."))
    if (last - first).days >= LONGEST_DAYS:
        raise BadQuery("from", _("The period is over ten years long. Choose a later first day."))
    return Period(first, last + timedelta(days=1))


def _period(given: Mapping[str, str], today: date) -> tuple[Period, str]:
    own = read_period(given, today=today)
    named = read_choice(given, "period", (*PERIODS, "custom"), default="")
    # The form sends both; dates count when no named period is chosen.
    if own and named in ("", "custom"):
        return own, ""
    named = DEFAULT_PERIOD if named in ("", "custom") else named
    return named_period(named, today=today), named


def _against(given: Mapping[str, str]) -> tuple[Against | None, str]:
    """What to compare with, and the baseline that it names: "baseline" or "baseline:spring"."""
    kind, _colon, slug = read_text(given, "against").partition(":")
    if kind == BASELINE:
        return BASELINE, slug
    return read_choice(given, "against", (*AGAINST, BASELINE), default=None), ""


def read_segment(given: Mapping[str, str], parameter: str = "segment") -> Segment | None:
    """The customers that a parameter of an address names, None when absent. Raises BadQuery."""
    text = read_text(given, parameter)
    if not text:
        return None
    dimension, colon, value = text.partition(":")
    if not (dimension and colon and value):
        raise BadQuery(parameter, _("Write a dimension and its value with a colon between them, like priority:high."))
    return Segment(dimension, value)


def read_choice(given: Mapping[str, str], parameter: str, among: tuple[str, ...], *, default: Any) -> Any:
    """One of these, or the default when absent. Raises BadQuery."""
    text = read_text(given, parameter)
    if not text:
        return default
    if text not in among:
        raise BadQuery(
            parameter,
            _("%(text)s is not known. Use one of: %(choices)s.")
            % {"text": f"“{text[:50]}”", "choices": ", ".join(among)},
        )
    return text


def read_text(given: Mapping[str, str], parameter: str) -> str:
    """A parameter without the space around it, "" when absent. Raises BadQuery for what no page takes."""
    text = given.get(parameter, "").strip()
    if "\x00" in text or len(text) > 300:
        raise BadQuery(parameter, _("This is not a value the page knows. Remove it from the address."))
    return text
