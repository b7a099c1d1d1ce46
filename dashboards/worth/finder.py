"""Revenue and retention of promoters, passives and detractors over the year after their answer."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from cxplatform.stats.anonymity import enough
from cxplatform.stats.intervals import wilson
from cxplatform.stats.metrics import metric
from cxplatform.stats.sums import Sums, apart, mean_of
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from dashboards.insights.finders import Finder, Found
from dashboards.levels.declared import Declared, declared
from surveys.models import Survey

KIND = "nps_class"
NPS = "nps/0-10"
YEAR = 365
MOST = 200_000
"""Customers looked at: of more, so many drawn by chance."""

# Each customer's last answer of a year, then what the customer did in the year after that year: event_by_customer.
_STATEMENT = """
WITH answered AS (
    SELECT DISTINCT ON (customer_id) customer_id, (scores ->> %(metric)s)::int AS bin
    FROM surveys_response
    WHERE tenant_id = %(tenant)s AND customer_id IS NOT NULL AND NOT is_test AND audience = 'customer'
        AND answered_at >= %(begin)s AND answered_at < %(split)s AND scores ? %(metric)s
        AND survey_id = ANY(%(surveys)s) AND wave NOT LIKE 'recovery:%%'
    ORDER BY customer_id, answered_at DESC, id DESC
),
drawn AS MATERIALIZED (
    SELECT * FROM answered ORDER BY hashtext(customer_id::text) LIMIT %(most)s
),
after AS (
    SELECT d.bin, coalesce(did.times, 0) AS times, coalesce(did.paid, 0)::float AS paid, did.told > 0 AS told, did.other
    FROM drawn d CROSS JOIN LATERAL (
        SELECT count(*) AS times, count(*) FILTER (WHERE jsonb_typeof(e.properties -> %(paid)s) = 'number') AS told,
            sum(CASE WHEN jsonb_typeof(e.properties -> %(paid)s) = 'number'
                AND upper(coalesce(e.properties ->> 'currency', %(currency)s)) = %(currency)s
                THEN (e.properties ->> %(paid)s)::numeric END) AS paid,
            count(*) FILTER (WHERE jsonb_typeof(e.properties -> %(paid)s) = 'number'
                AND upper(coalesce(e.properties ->> 'currency', %(currency)s)) <> %(currency)s) AS other
        FROM journeys_event e
        WHERE e.tenant_id = (SELECT %(tenant)s::bigint) AND e.customer_id = d.customer_id
            AND e.time >= %(split)s AND e.time < %(end)s
            AND (e.touchpoint_id IS NOT NULL OR e.touchpoint_text <> '')
            AND NOT e.type ^@ ANY(ARRAY['survey.', 'promise.', 'followup.', 'cx.'])
    ) did
)
SELECT bin, count(*), count(*) FILTER (WHERE times > 0), sum(paid), sum(paid * paid), bool_or(told), sum(other)::int
FROM after GROUP BY bin
"""


def find(*, tenant: Tenant, today: date) -> Sequence[Found]:
    """One finding: each class with its size, the share that came back and what it paid; none without a year of
    answers and a year after it.

    Customers are classed by what they answered about the relationship; where too few were asked, by their last single
    encounter. The two are never mixed: `asked` says which. Four queries at most.
    """
    split, begin = today - timedelta(days=YEAR), today - timedelta(days=2 * YEAR)
    told = declared(today=today)
    paid = told.paid_property
    asked, rows = _asked(tenant, begin, split, today, told)
    if not rows:
        return []
    # A property that no event carries is a misspelt one: nobody paid nothing.
    unknown, paid = (paid, "") if not any(each for *_row, each, _other in rows) else ("", paid)
    of = metric(NPS)
    classes: dict[str, tuple[Sums, Sums]] = {}
    for part in of.bar:
        bins = set(of.parts[part])
        came, money = Sums(), Sums()
        for place, n, back, total, squares, *_rest in rows:
            if place in bins:
                came += Sums(n, back, back)
                money += Sums(n, total, squares)
        classes[part] = (came, money)
    shown = {part: enough(came.n, minimum=tenant.anonymity_minimum) for part, (came, _) in classes.items()}
    data: dict[str, Any] = {
        "asked": asked,
        "paid": paid,
        "unknown": unknown,
        "currency": told.paid_currency,
        "other_currency": sum(other for *_row, other in rows),
        "first": begin.isoformat(),
        "split": split.isoformat(),
        "classes": [
            {"key": part, "n": came.n if shown[part] else None, **(_figures(came, money, paid) if shown[part] else {})}
            for part, (came, money) in classes.items()
        ],
        "apart": _apart(classes, paid) if shown["promoters"] and shown["detractors"] else None,
    }
    return [Found(data, start=begin, last=today)]


Row = tuple[int, int, int, float, float, bool, int]


def _asked(tenant: Tenant, begin: date, split: date, end: date, told: Declared) -> tuple[str, list[Row]]:
    """The kind of survey to class customers by, and their rows; none where neither kind was answered."""
    surveys: dict[str, list[int]] = {}
    for id_, kind in Survey.objects.values_list("pk", "kind"):
        surveys.setdefault(kind, []).append(id_)
    found: dict[str, list[Row]] = {}
    for kind in (Survey.Kind.RELATIONSHIP, Survey.Kind.TRANSACTION):
        rows = _rows(tenant, begin, split, end, told, surveys[kind]) if kind in surveys else []
        if enough(sum(n for _bin, n, *_rest in rows), minimum=tenant.anonymity_minimum):
            return str(kind), rows
        if rows:
            found[str(kind)] = rows
    return next(iter(found.items()), ("", []))


def _rows(tenant: Tenant, begin: date, split: date, end: date, told: Declared, surveys: Sequence[int]) -> list[Row]:
    begin_at, split_at, end_at = (datetime.combine(day, time(), tenant.zone) for day in (begin, split, end))
    with connection.cursor() as cursor:
        cursor.execute(
            _STATEMENT,
            {
                "tenant": active_tenant_id(),
                "metric": NPS,
                "begin": begin_at,
                "split": split_at,
                "end": end_at,
                "paid": told.paid_property,
                "currency": told.paid_currency,
                "most": MOST,
                "surveys": list(surveys),
            },
        )
        return cursor.fetchall()


def _figures(came: Sums, money: Sums, paid: str) -> dict[str, Any]:
    low, high = wilson(came.total, came.n)
    mean = mean_of(money, least=float("-inf"), greatest=float("inf"))
    return {
        "stayed": 100 * came.total / came.n,
        "stayed_low": 100 * float(low),
        "stayed_high": 100 * float(high),
        "paid": mean.value if paid else None,
        "paid_low": mean.low if paid else None,
        "paid_high": mean.high if paid else None,
    }


def _apart(classes: dict[str, tuple[Sums, Sums]], paid: str) -> dict[str, Any]:
    """Promoters less detractors, of both figures."""
    came = apart(classes["promoters"][0], classes["detractors"][0])
    money = apart(classes["promoters"][1], classes["detractors"][1]) if paid else None
    return {
        "stayed": [100 * end if end is not None else None for end in (came.difference, came.low, came.high)],
        "stayed_verdict": came.verdict,
        "paid": [money.difference, money.low, money.high] if money else None,
        "paid_verdict": money.verdict if money else None,
    }


FINDER = Finder(KIND, find, nightly=True)
