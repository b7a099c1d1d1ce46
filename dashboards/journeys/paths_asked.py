"""What is asked of paths over REST: parsed from the address, or refused by parameter."""

from collections.abc import Iterable, Mapping
from zoneinfo import ZoneInfo

from django.utils import timezone

from cxplatform.api.problems import Problem
from dashboards.query import BadQuery, Query, parse

_QUERY = ("from", "to", "segment", "against")
KNOWN = frozenset({*_QUERY, "unit", "source"})


def read_query(given: Mapping[str, str], *, zone: ZoneInfo, known: Iterable[str] = _QUERY) -> Query:
    """?from=&to=&segment=dimension:value&against=season|previous. Raises Problem naming the parameter."""
    asked = {name: given[name] for name in known if name in given}
    try:
        query = parse(asked, today=timezone.localdate(timezone=zone))
        if query.against == "target":
            raise BadQuery("against", "Use season or previous.")
    except BadQuery as error:
        message = {"field": error.parameter, "message": str(error)}
        raise Problem("Some fields are wrong: see errors.", errors=[message]) from None
    return query
