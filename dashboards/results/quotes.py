"""Customers' words for the public page: offered where they gave leave to publish, shown only while it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import User
from dashboards.models import PublicQuote
from surveys.models import SurveyVersion
from surveys.questionnaire.questions import PUBLISH_CONSENT, YES

OFFERED_DAYS, MOST_OFFERED, MOST_SHOWN = 180, 40, 12
_LEAST_SIGNS = 10


@dataclass(frozen=True)
class Words:
    """A verbatim as everybody may read it: masked, with the month it was written and the touchpoint it is about."""

    response_id: UUID
    key: str
    consent_key: str
    text: str
    language: str
    answered_at: datetime
    touchpoint_id: int | None
    chosen: bool


# Uses verbatim_by_time; the answers are found by their key. The newest version of a text is masked already.
_OFFERED = """
SELECT v.response_id, v.key, asked.key, v.text, v.language, v.answered_at, v.touchpoint_id, q.id IS NOT NULL
FROM surveys_verbatim v
JOIN surveys_response r ON r.tenant_id = v.tenant_id AND r.id = v.response_id AND NOT r.is_test
JOIN unnest(%(versions)s::bigint[], %(keys)s::text[]) AS asked (version_id, key)
    ON asked.version_id = r.version_id AND r.answers ->> asked.key = %(yes)s
LEFT JOIN dashboards_publicquote q ON q.tenant_id = v.tenant_id AND q.response_id = v.response_id AND q.key = v.key
WHERE v.tenant_id = %(tenant)s AND v.audience = 'customer' AND length(v.text) >= %(least)s
    AND (v.answered_at >= %(since)s OR q.id IS NOT NULL)
ORDER BY q.id IS NULL, v.answered_at DESC LIMIT %(most)s
"""

# A quote whose customer took the leave back, or was erased, or whose answer was a test, is not there.
_CHOSEN = """
SELECT v.response_id, v.key, q.consent_key, v.text, v.language, v.answered_at, v.touchpoint_id, true
FROM dashboards_publicquote q
JOIN surveys_response r ON r.tenant_id = q.tenant_id AND r.id = q.response_id AND NOT r.is_test
    AND r.answers ->> q.consent_key = %(yes)s
JOIN surveys_verbatim v ON v.tenant_id = q.tenant_id AND v.response_id = q.response_id AND v.key = q.key
    AND v.text <> ''
WHERE q.tenant_id = %(tenant)s
ORDER BY v.answered_at DESC LIMIT %(most)s
"""


def offered() -> list[Words]:
    """Words of the active tenant's customers that may be published, the newest first. Two queries."""
    consents = [
        (version_id, question["key"])
        for version_id, questions in SurveyVersion.objects.filter(
            questions__contains=[{"metric": PUBLISH_CONSENT}]
        ).values_list("id", "questions")
        for question in questions
        if question["metric"] == PUBLISH_CONSENT
    ]
    if not consents:
        return []
    return _read(
        _OFFERED,
        versions=[version_id for version_id, _ in consents],
        keys=[key for _, key in consents],
        least=_LEAST_SIGNS,
        since=timezone.now() - timedelta(days=OFFERED_DAYS),
        most=MOST_OFFERED,
    )


def chosen() -> list[Words]:
    """The words that stand on the page, the newest first. One query."""
    return _read(_CHOSEN, most=MOST_SHOWN)


def choose(wanted: Sequence[Words], *, among: Sequence[Words], by: User) -> None:
    """Let these words stand on the page, and of those `among` which they were picked the others no longer."""
    keep = {(one.response_id, one.key) for one in wanted}
    for one in among:
        same = PublicQuote.objects.filter(response_id=one.response_id, key=one.key)
        if (one.response_id, one.key) not in keep:
            for quote in same:
                audit.record("withdrawn", quote)
                quote.delete()
        else:
            made, new = PublicQuote.objects.get_or_create(
                response_id=one.response_id,
                key=one.key,
                defaults={"consent_key": one.consent_key, "chosen_by": by},
            )
            if new:
                audit.record("chosen", made)


def _read(statement: str, **parameters: Any) -> list[Words]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"tenant": active_tenant_id(), "yes": YES, **parameters})
        return [Words(*row) for row in cursor.fetchall()]
