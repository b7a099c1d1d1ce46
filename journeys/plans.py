"""How a journey should be: a plan made from how it is, and when a journey's design counts as finished."""

from datetime import datetime

import msgspec
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext

from cxplatform.tenancy import audit
from journeys.identifiers import free_identifier
from journeys.layout import Layout, lay_out, layout_of
from journeys.models import Journey, JourneyPersona, Stage
from journeys.versions import snapshot

# What a plan takes from the journey it is a plan for.
_KEPT = (
    "description",
    "owner_id",
    "sponsor_id",
    "trace_by",
    "inactive_hours",
    "condition_property",
    "condition_value",
    "memory",
    "dimension_id",
    "segments",
)


def make_plan(journey: Journey) -> Journey:
    """A journey as it should be, laid out as this one is now; the touchpoints are the same ones."""
    name = gettext("%s as it should be") % journey.name
    plan = Journey(
        name=name[:200],
        slug=free_identifier(Journey, f"{journey.slug} plan"),
        kind=Journey.Kind.TO_BE,
        as_is=journey,
        position=journey.position,
        **{field: getattr(journey, field) for field in _KEPT},
    )
    plan.save()
    audit.record("added", plan)
    layout = layout_of(journey)
    lay_out(journey=plan, layout=_without_ids(layout))
    JourneyPersona.objects.bulk_create(
        JourneyPersona(journey=plan, persona_id=persona)
        for persona in journey.for_personas.order_by("id").values_list("persona_id", flat=True)  # type: ignore[attr-defined]
    )
    snapshot(plan, note=gettext("Made from “%s” as it is.") % journey.name)
    return plan


def _without_ids(layout: Layout) -> Layout:
    stages = tuple(msgspec.structs.replace(stage, id=None) for stage in layout.stages)
    return msgspec.structs.replace(layout, stages=stages, version=None)


def finish(journey: Journey, *, at: datetime | None = None) -> None:
    """Say that the design is finished. Raises ValidationError naming who is missing: one owner, one sponsor."""
    before = audit.stored(journey)
    journey.finished_at = at or timezone.now()
    try:
        journey.clean()
    except ValidationError:
        journey.finished_at = None
        raise
    journey.save(update_fields=["finished_at", "updated_at"])
    audit.record("finished", journey, before=before)


def reopen(journey: Journey) -> None:
    """Say that the design is being worked on again."""
    before = audit.stored(journey)
    journey.finished_at = None
    journey.save(update_fields=["finished_at", "updated_at"])
    audit.record("reopened", journey, before=before)


def warnings_of(journey: Journey) -> list[str]:
    """What is missing of a good design, each with what to do; nothing that stops anybody."""
    found = []
    stages = Stage.objects.in_use().filter(journey=journey)
    if stages.exists() and not stages.filter(after_purchase=True).exists():
        found.append(
            gettext(
                "No stage is marked as after the purchase. Add one such as “Use” or “Get help”, or mark it under “More"
                " about the stage”: customers decide there whether they come back."
            )
        )
    return found
