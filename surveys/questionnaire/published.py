"""Surveys as respondents meet them: the published version, read with what is needed to take an answer."""

import functools
import zoneinfo
from collections.abc import Iterable, Sequence
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

    @functools.cached_property
    def profile(self) -> tuple[Asked, ...]:
        """The questions that only a customer is asked of whom that much is not known."""
        return tuple(q for q in self.questions if q.type.dimension)


@dataclass(frozen=True)
class Shelf:
    """Published surveys of the active tenant: the newest version of each, and the older ones asked for."""

    versions: dict[tuple[str, int], Published]
    newest: dict[str, Published]
    unpublished: frozenset[str]

    def of(self, slug: str, number: int | None) -> Published:
        """This version of the survey, or its newest. Raises KeyError."""
        return self.newest[slug] if number is None else self.versions[slug, number]


@dataclass(frozen=True)
class Remembered:
    """A survey as this process last read it; it may have changed since, which only the database can tell."""

    survey: Published
    stamp: int

    @property
    def shelf(self) -> Shelf:
        survey = self.survey
        return Shelf({(survey.slug, survey.number): survey}, {survey.slug: survey}, frozenset())


_MOST_REMEMBERED = 1_000
_memory: dict[tuple[int, str], Remembered] = {}

# All that `Published` holds but the questions, which never change within a version.
_COLUMNS = """s.id, s.slug, s.kind, s.audience, s.touchpoint_id, s.privacy_notice, s.archived_at IS NOT NULL,
    v.id, v.number, t.timezone, s.legal_basis, s.anonymous, s.prize_draw"""
_STAMP = f"hashtextextended(ROW({_COLUMNS})::text, 0)"

# Uses surveys_survey_slug or its primary key, then survey_version_number.
_READ = Prepared(
    "read_shelf",
    f"""
SELECT {_COLUMNS}, v.questions, v.newest, {_STAMP}
FROM surveys_survey s
JOIN tenancy_tenant t ON t.id = s.tenant_id
LEFT JOIN LATERAL (
    SELECT id, number, questions, number = max(number) OVER () AS newest
    FROM surveys_surveyversion WHERE tenant_id = s.tenant_id AND survey_id = s.id
) v ON v.newest OR v.number = ANY(%(numbers)s)
WHERE s.tenant_id = %(tenant)s AND (s.slug = ANY(%(slugs)s) OR s.id = ANY(%(ids)s))
""",  # noqa: S608 (our own columns)
    {"tenant": "bigint", "slugs": "text[]", "ids": "bigint[]", "numbers": "int[]"},
)

# For a statement that stores what was checked against a remembered survey: the stamp the survey would have now.
STAMP_NOW = f"""
    SELECT {_STAMP}
    FROM surveys_survey s
    JOIN tenancy_tenant t ON t.id = s.tenant_id
    CROSS JOIN LATERAL (
        SELECT id, number FROM surveys_surveyversion
        WHERE tenant_id = s.tenant_id AND survey_id = s.id ORDER BY number DESC LIMIT 1
    ) v
    WHERE s.tenant_id = %(tenant)s AND s.id = %(survey)s
"""  # noqa: S608 (our own columns)


def remembered(slug: str) -> Remembered | None:
    """The newest version of the active tenant's survey, without a query.

    Whoever stores by it has the database compare `stamp` with `STAMP_NOW` in the same statement; whoever refuses
    by it reads the shelf first.
    """
    return _memory.get((active_tenant_id(), slug))


def shelf(*, slugs: Iterable[str] = (), ids: Iterable[int] = (), numbers: Iterable[int] = ()) -> Shelf:
    """The published versions of these surveys, in one query."""
    tenant_id = active_tenant_id()
    slugs = [slug for slug in slugs if "\x00" not in slug]  # such a one cannot even be asked for
    with connection.cursor() as cursor:
        _READ.run(
            cursor,
            {
                "tenant": tenant_id,
                "slugs": slugs,
                "ids": list(ids),
                "numbers": [number for number in numbers if 0 < number < 2**31],
            },
        )
        rows = cursor.fetchall()
    for slug in slugs:
        _memory.pop((tenant_id, slug), None)
    versions: dict[tuple[str, int], Published] = {}
    newest: dict[str, Published] = {}
    for *columns, questions, is_newest, stamp in rows:
        if questions is None:
            continue
        found = _published(columns, questions)
        versions[found.slug, found.number] = found
        if is_newest:
            newest[found.slug] = found
            _remember(tenant_id, found, stamp)
    return Shelf(versions, newest, frozenset(slug for _, slug, *_, questions, _, _ in rows if questions is None))


def _remember(tenant_id: int, survey: Published, stamp: int) -> None:
    if len(_memory) >= _MOST_REMEMBERED:
        _memory.clear()
    _memory[tenant_id, survey.slug] = Remembered(survey, stamp)


def newest(survey_id: int) -> Published | None:
    """The version of a survey that is shown now, or None where none was published (or it is not this tenant's)."""
    return next(iter(shelf(ids=[survey_id]).newest.values()), None)


def _published(columns: Sequence[Any], questions: str) -> Published:
    """From a row of `_COLUMNS` and the version's questions."""
    id_, slug, kind, audience, touchpoint_id, notice, archived, *more = columns
    version_id, number, zone, legal_basis, anonymous, prize_draw = more
    return Published(
        survey_id=id_,
        slug=slug,
        kind=kind,
        audience=audience,
        touchpoint_id=touchpoint_id,
        privacy_notice=notice,
        archived=archived,
        version_id=version_id,
        number=number,
        questions=asked(msgspec.json.decode(questions)),
        zone=zoneinfo.ZoneInfo(zone),
        legal_basis=legal_basis,
        anonymous=anonymous,
        prize_draw=prize_draw,
    )
