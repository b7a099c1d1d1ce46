"""What customers wrote in the days of a digest: a few of the newest, the unhappy first."""

from cxplatform.tenancy.models import Tenant
from dashboards.feedback.asked import Asked
from dashboards.feedback.said import Said
from dashboards.feedback.stream import Reader, load_stream
from dashboards.query import Query
from dashboards.structure import Structure

_BAD, _GOOD = 3, 2


def heard(query: Query, *, structure: Structure, tenant: Tenant) -> tuple[Said, ...]:
    """Masked verbatims of the query's days, places and customers; none where so few wrote that it would tell who."""
    found: list[Said] = []
    for mood, most in (("bad", _BAD), ("good", _GOOD)):
        asked = Asked(
            period=query.period,
            journey=query.journey,
            channel=query.channel,
            segment=query.segment,
            score=mood,
            own_units=query.own_units,
        )
        found += load_stream(asked, structure=structure, reader=Reader(tenant), most=most).rows
    return tuple(found)
