"""The finder of reach: how many customers meet each touchpoint in a year."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.db import connection

from cxplatform.tenancy.models import Tenant
from dashboards.gaps.mirrored import window_of
from dashboards.insights.finders import Finder, Found
from dashboards.insights.read import Findings

KIND = "reach"
DAYS = 365
EXACTLY = 300_000
"""Passages up to which everybody is counted; of more, customers are drawn by their id, the same ones each night."""

_PASSAGES = """
SELECT count(*) FROM (SELECT FROM journeys_passage WHERE started_at >= %s AND started_at < %s LIMIT %s) AS counted
"""
# Who is not known by name is as many as there are cases.
_REACH = """
SELECT touchpoint_id, count(DISTINCT who) FROM (
    SELECT coalesce(customer_id::text, subject) AS who, unnest(touchpoint_ids) AS touchpoint_id FROM journeys_passage
    WHERE started_at >= %(start)s AND started_at < %(end)s
        AND mod(abs(hashtext(coalesce(customer_id::text, subject))::bigint), %(part)s) = 0
) met WHERE touchpoint_id > 0 GROUP BY touchpoint_id
"""
MOST_PASSAGES = 20_000_000


def find(*, tenant: Tenant, today: date) -> list[Found]:
    """One finding with the customers of every touchpoint that was met. Two queries."""
    window = window_of(today, DAYS)
    start, end = (datetime.combine(day, time(), tenant.zone) for day in (window.start, window.end))
    with connection.cursor() as cursor:
        cursor.execute(_PASSAGES, [start, end, MOST_PASSAGES])
        (passages,) = cursor.fetchone()
        part = max(1, passages // EXACTLY)
        cursor.execute(_REACH, {"start": start, "end": end, "part": part})
        reached = {str(touchpoint): n * part for touchpoint, n in cursor.fetchall()}
    data = {"customers": reached, "about": part > 1}
    return [Found(data=data, start=window.start, last=window.last)] if reached else []


def reach_of(found: Findings) -> tuple[Mapping[int, int], bool]:
    """Customers a year by touchpoint, and whether they were counted by a sample."""
    for each in found[KIND]:
        return {int(place): n for place, n in each.data["customers"].items()}, each.data["about"]
    return {}, False


FINDER = Finder(KIND, find, nightly=True)
