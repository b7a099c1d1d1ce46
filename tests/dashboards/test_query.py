"""An address is a query and a query is an address; nonsense is refused by the name of its parameter."""

from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from cxplatform.stats.metrics import METRICS
from dashboards.measures import MEASURES
from dashboards.periods import Period
from dashboards.query import BadQuery, Query, Segment, parse

TODAY = date(2026, 11, 22)

# Signs that an address has to escape among those that it has not: every sign there is takes seconds to list.
texts = st.text("abcåäöÖ019-_.&=?#%+/':;,é漢😀", min_size=1, max_size=20)
named = st.sampled_from(["30d", "90d", "365d", "year"])
own = st.tuples(st.dates(date(2020, 1, 1), TODAY), st.dates(date(2020, 1, 1), TODAY)).map(sorted)


slugs = st.text("abc019-", min_size=1, max_size=20)
segments = st.tuples(slugs, texts).map(":".join)


@st.composite
def addresses(draw: st.DrawFn) -> dict[str, str]:
    given: dict[str, Any] = draw(
        st.fixed_dictionaries(
            {},
            optional={
                "against": st.sampled_from(["season", "previous", "target", "baseline", "baseline:spring"]),
                "journey": texts,
                "channel": texts,
                "segment": segments,
                "compare": segments,
                "metric": st.sampled_from([*MEASURES, *METRICS]),
                "view": texts,
            },
        )
    )
    if draw(st.booleans()):
        return given | {"period": draw(named)}
    first, last = draw(own)
    return given | {"from": first.isoformat(), "to": last.isoformat()}


@given(addresses())
def test_a_query_written_as_an_address_and_read_again_is_the_same(given: dict[str, str]) -> None:
    query = parse(given, today=TODAY)
    again = parse(QueryDict(query.querystring()[1:]), today=TODAY)
    assert again == query
    assert again.querystring() == query.querystring()


def test_an_empty_address_asks_for_the_last_ninety_days_of_nps() -> None:
    query = parse({}, today=TODAY)
    assert query == Query(period=Period(date(2026, 8, 25), date(2026, 11, 23)))
    assert query.querystring() == "?"


def test_both_ends_of_own_dates_are_counted() -> None:
    period = parse({"from": "2026-03-01", "to": "2026-03-31", "period": "custom"}, today=TODAY).period
    assert (period.start, period.end, period.last) == (date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 31))


def test_a_named_period_wins_over_the_dates_that_the_form_sends_along() -> None:
    assert parse({"from": "2026-03-01", "to": "2026-03-31", "period": "year"}, today=TODAY).period == Period(
        date(2026, 1, 1), date(2026, 11, 23)
    )


def test_a_value_may_hold_a_colon_and_a_dimension_may_not() -> None:
    assert parse({"segment": "store:Turku: east"}, today=TODAY).segment == Segment("store", "Turku: east")


@pytest.mark.parametrize(
    ("given", "parameter", "says"),
    [
        ({"period": "7d"}, "period", "90d"),
        ({"against": "budget"}, "against", "season, previous, target"),
        ({"metric": "nps/0-5"}, "metric", "nps/0-10"),
        ({"segment": "priority"}, "segment", "priority:high"),
        ({"segment": ":high"}, "segment", "priority:high"),
        ({"from": "1.3.2026"}, "from", "2026-03-31"),
        ({"from": "2026-02-30"}, "from", "2026-03-31"),
        ({"to": "20260331"}, "to", "2026-03-31"),
        ({"from": "1999-12-31"}, "from", "2000-01-01"),
        ({"from": "2026-03-02", "to": "2026-03-01"}, "from", "Swap"),
        ({"to": "2030-01-01"}, "to", "earlier"),
        ({"from": "2001-01-01"}, "from", "ten years"),
        ({"journey": "a\x00b"}, "journey", "Remove"),
        ({"view": "x" * 301}, "view", "Remove"),
    ],
)
def test_nonsense_names_its_parameter_and_says_what_to_do(given: dict[str, str], parameter: str, says: str) -> None:
    with translation.override("en"), pytest.raises(BadQuery) as refused:
        parse(given, today=TODAY)
    assert refused.value.parameter == parameter
    assert says in str(refused.value)
