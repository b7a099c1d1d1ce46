"""A document taken into the company: what it names is made or changed, and the journey laid out as it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from msgspec import UNSET

from cxplatform.tenancy import audit
from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import User
from journeys.exchange.document import Document, Problem, StagePart, TouchpointPart, Unreadable, fields_of
from journeys.layout import (
    Layout,
    PlannedStage,
    PlannedStep,
    check_references,
    lay_out,
    layout_of,
    parse_layout,
)
from journeys.links import set_links
from journeys.models import (
    Channel,
    Dimension,
    Journey,
    JourneyPersona,
    JourneyVersion,
    Persona,
    Process,
    ProcessTouchpoint,
    Touchpoint,
    TouchpointChannel,
    Unit,
)
from journeys.versions import OF_STAGE, snapshot

# Lists of the document in the order in which they refer to each other.
_LISTS: tuple[tuple[str, Any], ...] = (
    ("dimensions", Dimension),
    ("units", Unit),
    ("channels", Channel),
    ("personas", Persona),
    ("processes", Process),
    ("touchpoints", Touchpoint),
)
_REFERENCES: dict[str, Any] = {"dimension": Dimension, "unit": Unit, "channel": Channel, "as_is": Journey}
_PEOPLE = ("owner", "sponsor")
_LINKS = ("channels", "processes", "personas")


@dataclass
class Taken:
    """What came of it. `made` and `changed` are names; `version` is the new one, None where the design is the same."""

    journey: Journey
    made: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    version: JourneyVersion | None = None


@transaction.atomic
def take_in(document: Document, *, keep_known: bool = False, note: str = "") -> Taken:
    """Make the journey as the document has it. Raises Unreadable with all that is to be mended; then nothing is kept.

    What the company has by the same identifier is changed to what the document says of it, or left alone where
    `keep_known`. The same document again changes nothing. People who are no members here are left out with a warning.
    """
    taking = _Taking(document, keep_known=keep_known)
    taking.definitions()
    journey = taking.journey()
    layout = taking.layout(journey)
    if taking.problems or layout is None:
        raise Unreadable(taking.problems)
    if layout != layout_of(journey):
        lay_out(journey=journey, layout=layout)
        if journey.name not in [*taking.taken.made, *taking.taken.changed]:
            taking.taken.changed.append(journey.name)
    taking.link(journey)
    taking.taken.version = snapshot(journey, note=note)
    return taking.taken


class _Taking:
    def __init__(self, document: Document, *, keep_known: bool) -> None:
        self.document, self.keep_known = document, keep_known
        self.problems: list[Problem] = []
        self.rows: dict[Any, dict[str, Any]] = {}
        self.known: set[tuple[Any, str]] = set()
        self.taken: Taken = None  # type: ignore[assignment]  # made with the journey
        self._made: list[str] = []
        self._changed: list[str] = []
        self._warnings: list[str] = []

    def definitions(self) -> None:
        for name, model in _LISTS:
            parts = getattr(self.document, name)
            self._doubles(name, [part.slug for part in parts])
            self.rows[model] = {row.slug: row for row in model.objects.filter(slug__in=self._named(name, parts))}
            self.known |= {(model, slug) for slug in self.rows[model]}
            for place, part in enumerate(parts):
                self._take(model, part, f"{name}[{place}]")

    def _named(self, name: str, parts: Sequence[Any]) -> set[str]:
        """Identifiers of this list, and those the rest of the document names without describing them."""
        slugs = {part.slug for part in parts}
        everything = [part for other, _model in _LISTS for part in getattr(self.document, other)]
        for part in [*everything, self.document.journey]:
            one = name.removesuffix("es") if name == "processes" else name.removesuffix("s")
            slugs |= {getattr(part, one, None)} if isinstance(getattr(part, one, None), str) else set()
            for linked in getattr(part, name, None) or [] if name in _LINKS else []:
                slugs.add(linked if isinstance(linked, str) else linked.channel)
        if name == "touchpoints":
            slugs |= {step.touchpoint for stage in self.document.stages for step in stage.steps}
        return slugs

    def _doubles(self, name: str, slugs: Sequence[str]) -> None:
        earlier: set[str] = set()
        for place, slug in enumerate(slugs):
            if slug in earlier:
                self._problem(f"{name}[{place}].slug", _("“%s” is described twice. Remove one.") % slug)
            earlier.add(slug)

    def _take(self, model: Any, part: Any, place: str) -> Any:
        row = self.rows[model].get(part.slug)
        if row is not None and self.keep_known and (model, part.slug) in self.known and model is not Journey:
            self._use(row)
            return row
        before = audit.stored(row) if row else None
        row = row or model(slug=part.slug)
        for name, value in self._values(part, place).items():
            setattr(row, name, value)
        row.archived_at = None
        if not self._valid(row, place):
            return row
        self.rows[model][part.slug] = row
        if before is None:
            row.save()
            audit.record("added", row)
            self._made.append(row.name)
        elif audit.state(row) != before:
            row.save()
            audit.record("changed", row, before=before)
            self._changed.append(row.name)
        return row

    def _use(self, row: Any) -> None:
        if row.archived_at is not None:
            before = audit.stored(row)
            row.archived_at = None
            row.save(update_fields=["archived_at"])
            audit.record("restored", row, before=before)

    def _values(self, part: Any, place: str) -> dict[str, Any]:
        values = fields_of(part, but=("slug", *_LINKS))
        for name, model in _REFERENCES.items():
            if name in values:
                values[name] = self._reference(model, values[name], f"{place}.{name}")
        for name in _PEOPLE:
            if name in values:
                values[name] = self._person(values[name], f"{place}.{name}")
        for name, read in (("review_on", _day), ("validated_on", _day), ("cost_per_contact", _decimal)):
            if values.get(name) is not None:
                try:
                    values[name] = read(values[name])
                except ValueError as error:
                    self._problem(f"{place}.{name}", str(error))
                    del values[name]
        return values

    def _reference(self, model: Any, slug: str | None, place: str) -> Any:
        if slug is None:
            return None
        row = Journey.objects.filter(slug=slug).first() if model is Journey else self.rows.get(model, {}).get(slug)
        if row is None:
            kind = model._meta.verbose_name
            self._problem(
                place,
                _("There is no %(kind)s “%(slug)s” here. Describe it in the file, or name one that is there.")
                % {"kind": kind, "slug": slug},
            )
        return row

    def _person(self, email: str | None, place: str) -> User | None:
        if not email:
            return None
        found = User.objects.filter(memberships__tenant_id=active_tenant_id(), email=email.lower()).first()
        if found is None:
            self._warnings.append(
                _("%(place)s: %(email)s is no member here and was left out.") % {"place": place, "email": email}
            )
        return found

    def _valid(self, row: Any, place: str) -> bool:
        try:
            row.full_clean(exclude=["tenant"], validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                at = place if name == "__all__" else f"{place}.{name}"
                self.problems += [Problem(at, message) for message in messages]
            return False
        return True

    def _problem(self, place: str, text: str) -> None:
        self.problems.append(Problem(place, text))

    def journey(self) -> Journey:
        part = self.document.journey
        self.rows[Journey] = {row.slug: row for row in Journey.objects.filter(slug=part.slug)}
        journey: Journey = self._take(Journey, part, "journey")
        self.taken = Taken(journey, self._made, self._changed, self._warnings)
        return journey

    def layout(self, journey: Journey) -> Layout | None:
        """The document's stages as a board would have them; a stage of the same name keeps its history."""
        earlier = list(layout_of(journey).stages) if journey.pk else []
        stages = []
        for place, part in enumerate(self.document.stages):
            same = next((stage for stage in earlier if stage.name.casefold() == part.name.strip().casefold()), None)
            if same is not None:
                earlier.remove(same)
            stages.append(self._stage(part, same, f"stages[{place}]"))
        jumps = []
        for place, jump in enumerate(self.document.jumps):
            ends = [self._end(end, f"jumps[{place}].{name}") for name, end in (("from", jump.start), ("to", jump.end))]
            if None not in ends:
                jumps.append((ends[0], ends[1]))
        if self.problems:
            return None
        layout = Layout(stages=tuple(stages), jumps=tuple(jumps), version=layout_of(journey).version)  # type: ignore[arg-type]
        return self._checked(layout, journey)

    def _checked(self, layout: Layout, journey: Journey) -> Layout | None:
        try:
            layout = parse_layout(msgspec.json.encode(layout).decode())
            check_references(layout, journey=journey)
        except ValidationError as error:
            self.problems += [Problem("stages", message) for message in error.messages]
            return None
        return layout

    def _stage(self, part: StagePart, same: PlannedStage | None, at: str) -> PlannedStage:
        told = {name: getattr(part, name) for name in ("flow", "optional", *OF_STAGE)}
        steps = []
        for place, step in enumerate(part.steps):
            row = self._reference(Touchpoint, step.touchpoint, f"{at}.steps[{place}].touchpoint")
            steps.append(
                PlannedStep(
                    touchpoint=row.pk if row else None,
                    optional=step.optional,
                    repeats=step.repeats,
                    emotion=step.emotion,
                    change=step.change,
                )
            )
        stage = same or PlannedStage(name=part.name)
        return PlannedStage(
            **{
                "id": stage.id,
                "name": part.name,
                "steps": tuple(steps),
                **{name: getattr(stage, name) if value is UNSET else value for name, value in told.items()},
            }
        )

    def _end(self, end: Any, place: str) -> tuple[int, int] | None:
        if not 1 <= end.stage <= len(self.document.stages):
            self._problem(f"{place}.stage", _("There is no stage %d. Stages are numbered from 1.") % end.stage)
            return None
        slugs = [step.touchpoint for step in self.document.stages[end.stage - 1].steps]
        if end.touchpoint not in slugs:
            self._problem(
                f"{place}.touchpoint",
                _("“%(slug)s” is no touchpoint of stage %(stage)d.") % {"slug": end.touchpoint, "stage": end.stage},
            )
            return None
        return end.stage - 1, slugs.index(end.touchpoint)

    def link(self, journey: Journey) -> None:
        personas = self.document.journey.personas
        if personas is not UNSET:
            rows = [self.rows[Persona][slug] for slug in personas if slug in self.rows[Persona]]
            set_links(model=JourneyPersona, of=journey, mine="journey", theirs="persona", wanted=rows)
        for part in self.document.touchpoints:
            if self.keep_known and (Touchpoint, part.slug) in self.known:
                continue
            touchpoint = self.rows[Touchpoint][part.slug]
            if part.processes is not UNSET:
                rows = [self.rows[Process][slug] for slug in part.processes if slug in self.rows[Process]]
                set_links(model=ProcessTouchpoint, of=touchpoint, mine="touchpoint", theirs="process", wanted=rows)
            if part.channels is not UNSET:
                set_offers(touchpoint, self._offers(part))

    def _offers(self, part: TouchpointPart) -> Iterable[tuple[Channel, int | None]]:
        offers = part.channels if part.channels is not UNSET else []
        return [
            (self.rows[Channel][offer.channel], offer.strength)
            for offer in offers
            if offer.channel in self.rows[Channel]
        ]


def set_offers(touchpoint: Touchpoint, offers: Iterable[tuple[Channel, int | None]]) -> None:
    """Make the channels a touchpoint is offered through be these, each with its strength."""
    wanted = {channel.pk: strength for channel, strength in offers}
    stored = {offer.channel_id: offer for offer in TouchpointChannel.objects.filter(touchpoint=touchpoint)}
    before = {pk: offer.strength for pk, offer in stored.items()}
    if before == wanted:
        return
    TouchpointChannel.objects.filter(pk__in=[offer.pk for pk, offer in stored.items() if pk not in wanted]).delete()
    for pk, strength in wanted.items():
        TouchpointChannel.objects.update_or_create(
            touchpoint=touchpoint, channel_id=pk, defaults={"strength": strength}
        )
    audit.record("changed", touchpoint, before=audit.state(touchpoint), channels=[_told(before), _told(wanted)])


def _told(offers: dict[int, int | None]) -> list[str]:
    names = dict(Channel.objects.filter(pk__in=offers).values_list("pk", "name"))
    return sorted(f"{names[pk]} {'' if strength is None else strength}".strip() for pk, strength in offers.items())


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(_("“%s” is not a day. Write 2026-12-24.") % text) from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError(_("“%s” is not a number. Write 12.50.") % text) from None
