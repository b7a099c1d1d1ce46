"""Whom an instruction concerns, and what it asks of them now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, models
from django.db.models import Q

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Membership
from promises.models import Acknowledgement, Instruction, Promise, Training

# While a promise is a draft its instructions are too; once it is retired nobody follows them any more.
LIVE = (Promise.Lifecycle.PILOT, Promise.Lifecycle.PUBLIC)


@dataclass(frozen=True)
class Person:
    """A member whom an instruction concerns, and how they stand to its words as they are now.

    `earlier` is the newest version before these that they took on; `trained_version` the newest they were trained in.
    """

    member: Membership
    read_at: datetime | None
    acknowledged_at: datetime | None
    earlier: int | None
    trained_on: date | None
    trained_version: int | None


@dataclass(frozen=True)
class Mine:
    """One instruction as it stands before one member."""

    instruction: Instruction
    person: Person


@dataclass(frozen=True)
class Tally:
    """How many an instruction concerns, and how many of them have done what, by its words as they are now."""

    concerned: int = 0
    read: int = 0
    acknowledged: int = 0
    trained: int = 0


def of_member(member: Membership) -> list[Mine]:
    """What a member is asked to follow now, what is not taken on yet first; three queries."""
    mine = Q(audience="") | Q(audience=member.role)
    if member.unit_ids:
        mine &= Q(unit=None) | Q(unit_id__in=member.unit_ids)
    rows = (
        Instruction.objects.in_use()
        .filter(mine, promise__lifecycle__in=LIVE, promise__archived_at=None)
        .select_related("promise", "touchpoint", "unit")
        .order_by("promise__name", "promise_id", "position", "pk")
    )
    found = list(rows)
    read, trained = _done(found, [member])
    people = [Mine(row, _person(row, member, read, trained)) for row in found]
    return sorted(people, key=lambda each: each.person.acknowledged_at is not None)


def members_of(instruction: Instruction, *, units: Sequence[int] = ()) -> models.QuerySet[Membership]:
    """The members it concerns; those of some `units` only where they are given."""
    rows = Membership.objects.filter(tenant_id=active_tenant_id()).select_related("user")
    if instruction.audience:
        rows = rows.filter(role=instruction.audience)
    if instruction.unit_id:
        rows = rows.filter(Q(unit_ids=[]) | Q(unit_ids__contains=[instruction.unit_id]))
    return rows.filter(unit_ids__overlap=list(units)) if units else rows


def standing(instruction: Instruction, members: Sequence[Membership]) -> list[Person]:
    """How these members stand to it, in their order; two queries."""
    read, trained = _done([instruction], members)
    return [_person(instruction, member, read, trained) for member in members]


def people_of(instruction: Instruction, *, units: Sequence[int] = ()) -> list[Person]:
    """Everybody it concerns, by name; three queries."""
    members = sorted(members_of(instruction, units=units), key=lambda member: str(member.user).casefold())
    return standing(instruction, members)


def tallies(instructions: Sequence[Instruction], *, units: Sequence[int] = ()) -> dict[int, Tally]:
    """By instruction, everybody or those of some `units`; one query."""
    if not instructions:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _TALLIES,
            {
                "tenant": instructions[0].tenant_id,
                "instructions": [each.pk for each in instructions],
                "units": list(units) or None,
            },
        )
        return {each.pk: Tally() for each in instructions} | {pk: Tally(*counts) for pk, *counts in cursor.fetchall()}


_Done = dict[tuple[int, int], list[Any]]


def _done(instructions: Sequence[Instruction], members: Sequence[Membership]) -> tuple[_Done, _Done]:
    """What these members have read and been trained in, of every version, by (instruction, user)."""
    users = [member.user_id for member in members]
    found: list[_Done] = []
    for model in (Acknowledgement, Training):
        rows: _Done = {}
        for row in model.objects.filter(instruction__in=instructions, user_id__in=users).order_by("version"):
            rows.setdefault((row.instruction_id, row.user_id), []).append(row)
        found.append(rows)
    return found[0], found[1]


def _person(instruction: Instruction, member: Membership, read: _Done, trained: _Done) -> Person:
    of = (instruction.pk, member.user_id)
    now = next((row for row in read.get(of, []) if row.version == instruction.version), None)
    earlier = [row.version for row in read.get(of, []) if row.version < instruction.version and row.acknowledged_at]
    last = trained[of][-1] if of in trained else None
    return Person(
        member=member,
        read_at=now and now.read_at,
        acknowledged_at=now and now.acknowledged_at,
        earlier=earlier[-1] if earlier else None,
        trained_on=last and last.done_on,
        trained_version=last and last.version,
    )


# Whom it concerns is said as in `members_of`. From what was done to the members, each found by membership_once: the
# other way round training, which counts whichever words it was given by, would be read whole for every member.
_CONCERNED = """i.audience IN ('', m.role) AND (i.unit_id IS NULL OR m.unit_ids = '{}' OR i.unit_id = ANY(m.unit_ids))
    AND (%(units)s::bigint[] IS NULL OR m.unit_ids && %(units)s::bigint[])"""
_DONE = f"""JOIN tenancy_membership m ON m.tenant_id = d.tenant_id AND m.user_id = d.user_id
    WHERE d.tenant_id = i.tenant_id AND d.instruction_id = i.id AND {_CONCERNED}"""
_TALLIES = f"""
SELECT i.id,
    (SELECT count(*) FROM tenancy_membership m WHERE m.tenant_id = i.tenant_id AND {_CONCERNED}),
    a.read, a.acknowledged,
    (SELECT count(DISTINCT d.user_id) FROM promises_training d {_DONE})
FROM promises_instruction i, LATERAL (
    SELECT count(*) AS read, count(d.acknowledged_at) AS acknowledged
    FROM promises_acknowledgement d {_DONE} AND d.version = i.version
) a
WHERE i.tenant_id = %(tenant)s AND i.id = ANY(%(instructions)s)
"""
