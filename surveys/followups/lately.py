"""What rules would have opened lately: the newest signals tried against them, as the opener tries them."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from surveys.followups import rules
from surveys.followups.opening import types_of
from surveys.followups.reading import read
from surveys.models import FollowUpRule

DAYS = 30
MOST_ANSWERS, MOST_EVENTS = 2_000, 10_000

# Newest by arrival, as ranges of the two keys: what a page reads does not grow with what is stored.
_ANSWERS = """
SELECT id, answered_at FROM surveys_response WHERE tenant_id = %(tenant)s
ORDER BY tenant_id DESC, id DESC LIMIT %(answers)s
"""
_EVENTS = """
SELECT id, time FROM (
    SELECT id, time, type FROM journeys_event WHERE tenant_id = %(tenant)s
    ORDER BY tenant_id DESC, id DESC LIMIT %(events)s
) newest WHERE type = ANY(%(types)s)
"""


@dataclass(frozen=True)
class Lately:
    """By rule: how many signals it `took`, and how many it `fits` though an earlier rule takes some of them.

    `days` is how far back the signals that were tried go, DAYS at most.
    """

    took: Mapping[int, int]
    fits: Mapping[int, int]
    days: int


def lately(tried: Sequence[FollowUpRule], *, now: datetime) -> Lately:
    """Try these rules of the active tenant, in the order in which they hold."""
    types = types_of(tried)
    since = now - timedelta(days=DAYS)
    values: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "answers": MOST_ANSWERS,
        "events": MOST_EVENTS,
        "types": sorted(types),
    }
    found: dict[UUID, datetime] = {}
    days = DAYS
    with connection.cursor() as cursor:
        for statement, most in ((_ANSWERS, MOST_ANSWERS), (_EVENTS, None)):
            cursor.execute(statement, values)
            rows = cursor.fetchall()
            if len(rows) == most:
                days = min(days, max(1, (now - min(at for _, at in rows)).days))
            found |= {id_: at for id_, at in rows if at >= since}
    signals = [each.signals() for each in read(list(found), types=sorted(types), now=now)] if types and found else []
    took: Counter[int] = Counter()
    fits: Counter[int] = Counter()
    in_use = [rule for rule in tried if rule.active and rule.pk]
    for given in signals:
        if taken := rules.first(in_use, given):
            took[taken.pk] += 1
        fits.update(rule.pk or 0 for rule in tried if rules.first([rule], given))
    return Lately(took, fits, days)
