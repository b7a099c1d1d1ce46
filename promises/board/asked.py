"""What a page of promises is asked for: parsed from the address within what the member may see, or refused."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from cxplatform.api.problems import Problem
from journeys.models import Unit
from promises import asked
from promises.counted import Query
from promises.judging.counting import UNIT

PERIODS = {"30d": 30, "90d": 90, "365d": 365}
DEFAULT_PERIOD, OWN_DATES = "90d", "custom"


class BadAddress(ValueError):
    """An address asks for what is not there; `parameter` is the one at fault."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


@dataclass(frozen=True)
class Asked:
    """`named` is the period's name, "custom" = own dates; `filter` the slice by the names that were sent.

    `own_units` are the ids of the units a member is limited to; none = the whole company is seen.
    """

    query: Query
    named: str
    by: str
    channel: str
    filter: dict[str, str]
    own_units: tuple[int, ...]

    def address(self, **changes: str) -> str:
        """The page's parameters, some changed and those at their defaults left out; begins with "?"."""
        given = {"period": "" if self.named == DEFAULT_PERIOD else self.named, "channel": self.channel}
        if self.named == OWN_DATES:
            given |= {"from": self.query.start.isoformat(), "to": self.query.last.isoformat()}
        given |= {**self.filter, "by": self.by, **changes}
        return f"?{urlencode({name: value for name, value in given.items() if value})}"


def read(request: HttpRequest, *, ignoring: tuple[str, ...] = ()) -> Asked:
    """Parse ?period=&from=&to=&channel=&unit=&<dimension>=&by=; `ignoring` are a page's own parameters.

    A member limited to units sees one of theirs: the first unless they name another. Raises BadAddress.
    """
    tenant, membership = request.tenant, request.membership  # type: ignore[attr-defined]
    given = request.GET.copy()
    for name in ignoring:
        given.pop(name, None)
    named = _period(given, timezone.localdate(timezone=tenant.zone))
    own = membership.own_units
    if own:
        _within(given, own)
    try:
        found = asked.read(given, tenant=tenant)
    except Problem as error:
        raise BadAddress(str(error.errors[0]["field"]), _words(str(error.errors[0]["field"]))) from error
    return Asked(found.query, named, found.by, found.channel, found.filter, own)


def _period(given: QueryDict, today: date) -> str:
    """The period's name, with its days in `from` and `to` for the parser of the API."""
    dates = bool(given.get("from") or given.get("to"))
    named = given.pop("period", [""])[-1] or (OWN_DATES if dates else DEFAULT_PERIOD)
    if named == OWN_DATES:
        return named if dates else DEFAULT_PERIOD
    if named not in PERIODS:
        raise BadAddress("period", _("Choose one of %(known)s.") % {"known": ", ".join([*PERIODS, OWN_DATES])})
    given["from"] = (today - timedelta(days=PERIODS[named] - 1)).isoformat()
    given["to"] = today.isoformat()
    return named


def _within(given: QueryDict, own: tuple[int, ...]) -> None:
    """Narrow to one of the member's own units, whatever else is asked for."""
    slugs = dict(Unit.objects.filter(pk__in=own).values_list("slug", "pk"))
    unit = given.get(UNIT) or next((slug for slug, pk in slugs.items() if pk == own[0]), "")
    if unit not in slugs:
        raise BadAddress(UNIT, _("You see the results of your own units. Choose one of them."))
    given[UNIT] = unit


def _words(parameter: str) -> str:
    if parameter in ("from", "to"):
        return _("Choose days from the year 2000 on, the first before the last, ten years at most.")
    if parameter == "by":
        return _("Divide by channel, unit, month, journey or a dimension, and a part by channel or month only.")
    if parameter in (UNIT, "channel"):
        return _("There is nothing of this name. It may have been renamed.")
    return _("This page has no such choice, or it cannot be joined with another one.")
