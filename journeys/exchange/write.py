"""A journey of the company as a document."""

from typing import Any

from journeys.exchange.document import (
    ChannelPart,
    DimensionPart,
    Document,
    EndPart,
    JourneyPart,
    JumpPart,
    OfferPart,
    PersonaPart,
    ProcessPart,
    StagePart,
    StepPart,
    TouchpointPart,
    UnitPart,
)
from journeys.layout import Layout, layout_of
from journeys.models import Channel, Dimension, Journey, Persona, Process, Touchpoint, Unit
from journeys.versions import OF_STAGE


def document_of(journey: Journey) -> Document:
    """All of the journey and of what it names, in a fixed number of queries."""
    layout = layout_of(journey)
    touchpoints = _touchpoints(layout)
    processes = list(
        Process.objects.in_use()
        .filter(serves__touchpoint__in=list(touchpoints))
        .select_related("owner", "unit")
        .order_by("slug")
        .distinct()
    )
    personas = list(
        Persona.objects.in_use().filter(of_journeys__journey=journey).select_related("dimension").order_by("slug")
    )
    dimensions = {journey.dimension_id, *(persona.dimension_id for persona in personas)} - {None}  # type: ignore[attr-defined]
    units = {*(t.unit_id for t in touchpoints.values()), *(p.unit_id for p in processes)} - {None}
    channels = {offer.channel_id for touchpoint in touchpoints.values() for offer in touchpoint.offered.all()} | {
        touchpoint.channel_id for touchpoint in touchpoints.values()
    } - {None}
    return Document(
        format="cxplatform-journey/1",
        journey=_journey(journey, [persona.slug for persona in personas]),
        stages=[_stage(stage, touchpoints) for stage in layout.stages],
        jumps=[
            JumpPart(start=_end(start, layout, touchpoints), end=_end(end, layout, touchpoints))
            for start, end in layout.jumps
        ],
        dimensions=[DimensionPart(**_own(row)) for row in _by_slug(Dimension, dimensions)],
        units=[UnitPart(**_own(row), partner=row.partner) for row in _by_slug(Unit, units)],
        channels=[_channel(row) for row in _by_slug(Channel, channels)],
        personas=[_persona(row) for row in personas],
        processes=[_process(row) for row in processes],
        touchpoints=[_touchpoint(row, processes) for row in sorted(touchpoints.values(), key=lambda row: row.slug)],
    )


def _touchpoints(layout: Layout) -> dict[int, Any]:
    ids = {step.touchpoint for stage in layout.stages for step in stage.steps}
    rows = Touchpoint.objects.filter(pk__in=ids).select_related("channel", "unit", "owner")
    return {row.pk: row for row in rows.prefetch_related("offered__channel", "served_by")}


def _by_slug(model: Any, ids: set[Any]) -> Any:
    return model.objects.filter(pk__in=ids).order_by("slug")


def _own(row: Any) -> dict[str, Any]:
    return {"slug": row.slug, "name": row.name, "description": row.description}


def _slug(row: Any) -> str | None:
    return row.slug if row else None


def _mail(user: Any) -> str | None:
    return user.email if user else None


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _journey(journey: Any, personas: list[str]) -> JourneyPart:
    same = ("kind", "trace_by", "inactive_hours", "condition_property", "condition_value", "memory")
    return JourneyPart(
        **_own(journey),
        **{field: getattr(journey, field) for field in same},
        as_is=_slug(journey.as_is),
        owner=_mail(journey.owner),
        sponsor=_mail(journey.sponsor),
        dimension=_slug(journey.dimension),
        segments=list(journey.segments),
        personas=personas,
        validated_on=_day(journey.validated_on),
        validated_by=journey.validated_by,
        co_designers=journey.co_designers,
    )


def _stage(stage: Any, touchpoints: dict[int, Any]) -> StagePart:
    return StagePart(
        name=stage.name,
        flow=stage.flow,
        optional=stage.optional,
        **{field: getattr(stage, field) for field in OF_STAGE},
        steps=[
            StepPart(
                touchpoint=touchpoints[step.touchpoint].slug,
                optional=step.optional,
                repeats=step.repeats,
                emotion=step.emotion,
                change=step.change,
            )
            for step in stage.steps
        ],
    )


def _end(place: tuple[int, int], layout: Layout, touchpoints: dict[int, Any]) -> EndPart:
    stage, step = place
    touchpoint = layout.stages[stage].steps[step].touchpoint
    return EndPart(stage=stage + 1, touchpoint=touchpoints[touchpoint].slug)  # type: ignore[index]


def _channel(row: Channel) -> ChannelPart:
    cost = row.cost_per_contact
    return ChannelPart(
        **_own(row),
        digital=row.digital,
        hours=row.hours,
        languages=list(row.languages),
        language_hours=row.language_hours,
        cost_per_contact=None if cost is None else str(cost),
    )


def _persona(row: Any) -> PersonaPart:
    texts = {field: getattr(row, field) for field in ("goals", "needs", "challenges", "delights", "fears", "value")}
    return PersonaPart(**_own(row), **texts, dimension=_slug(row.dimension))


def _process(row: Any) -> ProcessPart:
    return ProcessPart(
        **_own(row), owner=_mail(row.owner), unit=_slug(row.unit), system=row.system, review_on=_day(row.review_on)
    )


def _touchpoint(row: Any, processes: list[Process]) -> TouchpointPart:
    same = ("role", "by", "interactivity", "waiting_minutes", "evidence", "peer_help", "emotion")
    serving = {link.process_id for link in row.served_by.all()}
    offers = sorted(row.offered.all(), key=lambda offer: offer.channel.slug)
    return TouchpointPart(
        **_own(row),
        **{field: getattr(row, field) for field in same},
        mix=list(row.mix),
        drivers=list(row.drivers),
        needs=list(row.needs),
        channel=_slug(row.channel),
        unit=_slug(row.unit),
        owner=_mail(row.owner),
        channels=[OfferPart(channel=offer.channel.slug, strength=offer.strength) for offer in offers],
        processes=[process.slug for process in processes if process.pk in serving],
    )
