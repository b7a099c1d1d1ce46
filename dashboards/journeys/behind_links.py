"""Whole addresses of lists of passages, for files: of fixed days, as a file is opened later than it was made."""

from urllib.parse import urlencode

from django.urls import reverse

from cxplatform.stats import anonymity
from cxplatform.tenancy.addresses import absolute
from dashboards.journeys.asked import JourneyAsked
from dashboards.journeys.behind import Behind


def link(asked: JourneyAsked, n: int | None, of: str, key: object = "") -> str:
    """To the passages that a count stands for; "" of one that is not shown or so small as not to be opened."""
    if n is None or not anonymity.enough(n, minimum=asked.minimum):
        return ""
    days = {"from": asked.query.period.start.isoformat(), "to": asked.query.period.last.isoformat()}
    segment = {"segment": str(asked.query.segment)} if asked.query.segment else {}
    given = days | segment | Behind(of, str(key)).parameters()
    return absolute(f"{reverse('passages', args=[asked.slug])}?{urlencode(given)}")
