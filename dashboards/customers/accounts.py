"""A company as a customer: its contacts, what each said last, and one score in which a person is one voice."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from cxplatform.stats import anonymity
from cxplatform.stats.metrics import Metric, metric
from cxplatform.stats.score import Score, score
from cxplatform.tenancy.context import active_tenant_id
from dashboards.customers.story import Score as Said
from dashboards.customers.story import scores_of
from dashboards.measures import PAGE_METRICS
from journeys.models import Customer

MOST_CONTACTS = 500
NEWEST = 40


@dataclass(frozen=True)
class Contact:
    """A person of the account, and what they answered last."""

    customer: Customer
    answered_at: datetime | None
    scores: tuple[Said, ...]


@dataclass(frozen=True)
class Voice:
    """A metric over the account: the latest answer of each person. `score` is None where too few answered."""

    metric: Metric
    people: int
    score: Score | None


@dataclass(frozen=True)
class Account:
    """`kept` and `broken` are promises to its people; `roles` how many people have each role."""

    name: str
    contacts: tuple[Contact, ...]
    roles: tuple[tuple[str, int], ...]
    voices: tuple[Voice, ...]
    kept: int
    broken: int
    pending: int


# response_by_customer, once for each contact; of each metric the person's latest answer.
_ANSWERS = """
SELECT DISTINCT ON (r.customer_id, s.key) r.customer_id, s.key, s.value::int, r.answered_at
FROM unnest(%(ids)s::uuid[]) AS contact (id)
CROSS JOIN LATERAL (
    SELECT customer_id, answered_at, id, scores FROM surveys_response
    WHERE tenant_id = %(tenant)s AND customer_id = contact.id AND NOT is_test AND audience = 'customer'
    OFFSET 0
) r
CROSS JOIN LATERAL jsonb_each_text(r.scores) s
ORDER BY r.customer_id, s.key, r.answered_at DESC, r.id DESC
"""
_PROMISES = """
SELECT o.counted, count(*) FROM unnest(%(ids)s::uuid[]) AS contact (id)
CROSS JOIN LATERAL (
    SELECT CASE WHEN status = 'pending' THEN status ELSE counted END AS counted, rule_id FROM promises_promiseoutcome
    WHERE tenant_id = %(tenant)s AND customer_id = contact.id OFFSET 0
) o
JOIN promises_rule r ON r.id = o.rule_id AND r.part = 'promise'
GROUP BY 1
"""


def load_account(name: str, *, minimum: int) -> Account | None:
    """An account of the active tenant in three queries; None when nobody belongs to it. Uses customer_by_account."""
    customers = list(
        Customer.objects.filter(account=name, erased_at=None, merged_into_id=None).order_by("name", "external_id")[
            :MOST_CONTACTS
        ]
    )
    if not customers:
        return None
    values: dict[str, Any] = {"tenant": active_tenant_id(), "ids": [customer.id for customer in customers]}
    latest: dict[UUID, dict[str, tuple[int, datetime]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERS, values)
        for customer_id, key, place, at in cursor.fetchall():
            latest.setdefault(customer_id, {})[key] = (place, at)
        cursor.execute(_PROMISES, values)
        promises = dict(cursor.fetchall())
    contacts = []
    for customer in customers:
        said = latest.get(customer.id, {})
        contacts.append(
            Contact(
                customer=customer,
                answered_at=max((at for _, at in said.values()), default=None),
                scores=tuple(scores_of({key: place for key, (place, _) in said.items()})),
            )
        )
    roles = Counter(customer.role for customer in customers if customer.role)
    return Account(
        name=name,
        contacts=tuple(contacts),
        roles=tuple(sorted(roles.items(), key=lambda pair: (-pair[1], pair[0]))),
        voices=tuple(_voices(latest, minimum)),
        kept=promises.get("kept", 0) + promises.get("fallback", 0),
        broken=promises.get("broken", 0),
        pending=promises.get("pending", 0),
    )


def _voices(latest: dict[UUID, dict[str, tuple[int, datetime]]], minimum: int) -> list[Voice]:
    voices = []
    for name in PAGE_METRICS:
        of = metric(name)
        histogram = np.zeros(of.bins, dtype=np.int64)
        for said in latest.values():
            if name in said:
                histogram[said[name][0]] += 1
        people = int(histogram.sum())
        if people:
            shown = anonymity.enough(people, minimum=minimum)
            voices.append(Voice(of, people, score(of, histogram) if shown else None))
    return voices
