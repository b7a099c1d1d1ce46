"""The instructions of a promise as a tab of its page: who has taken them on, and how each is followed."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission, Role
from promises import compliance
from promises.asked import DEFAULT_DAYS
from promises.instructions import concern
from promises.judging.counting import UNIT
from promises.models import Instruction, Promise, Rule

TAB = "instructions"
# Whether an instruction is followed, and what following it leads to, are two things.
_PARTS = (Rule.Part.INSTRUCTION, Rule.Part.INSTRUCTION_TARGET)


def load_instructions(request: HttpRequest, promise: Promise) -> Mapping[str, Any]:
    """`rows` are (instruction, tally, its measures, the parts nothing measures yet).

    A unit manager's tallies are of their own people.
    """
    found = list(
        Instruction.objects.filter(promise=promise)
        .select_related("unit", "touchpoint")
        .order_by("archived_at", "position", "pk")
    )
    in_use = [row for row in found if row.archived_at is None]
    tallies = concern.tallies(in_use, units=request.membership.own_units)  # type: ignore[attr-defined]
    measured = _measures(request, promise) if in_use else {}
    rows = []
    for row in in_use:
        measures = measured.get(row.pk, [])
        parts = {kept.rule.part for kept in measures}
        rows.append((row, tallies[row.pk], measures, [part for part in _PARTS if part not in parts]))
    return {
        "rows": rows,
        "archived": [row for row in found if row.archived_at],
        "people": may_see_people(request.membership),  # type: ignore[attr-defined]
    }


def may_see_people(member: Membership) -> bool:
    """Whether a member sees by name who has taken an instruction on: whoever defines, and unit managers."""
    return member.may(Permission.DEFINE) or member.role == Role.UNIT_MANAGER


def _measures(request: HttpRequest, promise: Promise) -> dict[int, list[compliance.Kept]]:
    """How each instruction is followed, and what it leads to, over the last 90 days; by the instruction's id.

    Versions no longer in force are left out. A manager of several units sees the first of theirs.
    """
    tenant, units = request.tenant, request.membership.own_units  # type: ignore[attr-defined]
    today = timezone.now().astimezone(tenant.zone).date()
    start, end = today - timedelta(days=DEFAULT_DAYS - 1), today + timedelta(days=1)
    dimension, value = (UNIT, str(units[0])) if units else ("", "")
    query = compliance.Query(start, end, dimension=dimension, value=value)
    found: dict[int, list[compliance.Kept]] = {}
    for each in compliance.board(query=query, tenant=tenant, promise_ids=[promise.pk]).promises:
        for kept in (each.main, *each.beside):
            if kept.rule.instruction_id and kept.rule.valid_until is None:
                found.setdefault(kept.rule.instruction_id, []).append(kept)
    return found
