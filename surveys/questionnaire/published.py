"""Surveys as respondents meet them: the published version, read with what is needed to take an answer."""

import zoneinfo
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec
from django.db import connection

from cxplatform.prepared import Prepared
from cxplatform.tenancy.context import active_tenant_id
from surveys.questionnaire.questions import Asked, asked


@dataclass(frozen=True, kw_only=True)
class Published:
    """One version of one survey. `touchpoint_id` is where answers belong that do not say it themselves."""

    survey_id: int
    slug: str
    kind: str
    audience: str
    touchpoint_id: int | None
    privacy_notice: str
    archived: bool
    version_id: int
    number: int
    questions: list[Asked]
    zone: zoneinfo.ZoneInfo
    legal_basis: str = ""
    anonymous: bool = False
    prize_draw: str = ""

    def question(self, key: str) -> Asked | None:
        return next((q for q in self.questions if q.key == key), None)


@dataclass(frozen=True)
class Shelf:
    """Published surveys of the active tenant: the newest version of each, and the older ones asked for."""

    versions: dict[tuple[str, int], Published]
    newest: dict[str, Published]
    unpublished: frozenset[str]


# Uses surveys_survey_slug or its primary key, then survey_version_number.
_READ = Prepared(
    "read_shelf",
    """
SELECT s.id, s.slug, s.kind, s.audience, s.touchpoint_id, s.privacy_notice, s.archived_at IS NOT NULL,
    v.id, v.number, v.questions, v.newest, t.timezone,
    s.legal_basis, s.anonymous, s.prize_draw
FROM surveys_survey s
JOIN tenancy_tenant t ON t.id = s.tenant_id
LEFT JOIN LATERAL (
    SELECT id, number, questions, number = max(number) OVER () AS newest
    FROM surveys_surveyversion WHERE tenant_id = s.tenant_id AND survey_id = s.id
) v ON v.newest OR v.number = ANY(%(numbers)s)
WHERE s.tenant_id = %(tenant)s AND (s.slug = ANY(%(slugs)s) OR s.id = ANY(%(ids)s))
""",
    {"tenant": "bigint", "slugs": "text[]", "ids": "bigint[]", "numbers": "int[]"},
)


def shelf(*, slugs: Iterable[str] = (), ids: Iterable[int] = (), numbers: Iterable[int] = ()) -> Shelf:
    """The published versions of these surveys, in one query."""
    with connection.cursor() as cursor:
        _READ.run(
            cursor,
            {
                "tenant": active_tenant_id(),
                "slugs": [slug for slug in slugs if "\x00" not in slug],  # such a one cannot even be asked for
                "ids": list(ids),
                "numbers": [number for number in numbers if 0 < number < 2**31],
            },
        )
        rows = cursor.fetchall()
    versions: dict[tuple[str, int], Published] = {}
    newest: dict[str, Published] = {}
    for row in rows:
        if row[7] is None:
            continue
        found = _published(row)
        versions[found.slug, found.number] = found
        if row[10]:
            newest[found.slug] = found
    return Shelf(versions, newest, frozenset(row[1] for row in rows if row[7] is None))


def newest(survey_id: int) -> Published | None:
    """The version of a survey that is shown now, or None where none was published (or it is not this tenant's)."""
    return next(iter(shelf(ids=[survey_id]).newest.values()), None)


def _published(row: tuple[Any, ...]) -> Published:
    return Published(
        survey_id=row[0],
        slug=row[1],
        kind=row[2],
        audience=row[3],
        touchpoint_id=row[4],
        privacy_notice=row[5],
        archived=row[6],
        version_id=row[7],
        number=row[8],
        questions=asked(msgspec.json.decode(row[9])),
        zone=zoneinfo.ZoneInfo(row[11]),
        legal_basis=row[12],
        anonymous=row[13],
        prize_draw=row[14],
    )
