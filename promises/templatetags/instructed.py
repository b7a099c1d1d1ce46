"""Instructions to staff on the pages of others."""

from typing import Any

from django import template

from promises.instructions.concern import LIVE
from promises.models import Instruction

register = template.Library()


@register.inclusion_tag("promises/instructions/_at_touchpoint.html", takes_context=True)
def instructions_at(context: template.Context, touchpoint_id: int) -> dict[str, Any]:
    """`{% instructions_at page.place.id %}`: what staff are asked to do at a touchpoint; one query."""
    rows = (
        Instruction.objects.in_use()
        .filter(touchpoint_id=touchpoint_id, promise__lifecycle__in=LIVE, promise__archived_at=None)
        .select_related("promise", "unit")
        .order_by("promise__name", "promise_id", "position", "pk")
    )
    return {"instructions": list(rows), "may_see_results": context.get("may_see_results")}
