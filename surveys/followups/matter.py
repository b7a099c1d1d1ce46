"""One follow-up as its page shows it: who, what was said, what was done, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.deliveries.models import OutgoingMessage
from cxplatform.tenancy.models import Membership, User
from journeys.models import Channel, Touchpoint, Unit
from surveys.followups import beside, limits, owners
from surveys.followups.people import Face, faces_of, sees
from surveys.followups.reach import reach
from surveys.followups.said import Heard, heard_in_full, score_of
from surveys.models import AgreedItem, Cause, FollowUp, FollowUpStep, Response
from surveys.texts.mask import mask

Kind = FollowUpStep.Kind
EARLIER, SHOWN_STEPS = 5, 200
# What ISO 10002 has a complaint go through, and the steps of ours that make each.
ISO: Sequence[tuple[Lazy, frozenset[str]]] = (
    (gettext_lazy("received"), frozenset({Kind.OPENED})),
    (gettext_lazy("acknowledged"), frozenset({Kind.THANKED, Kind.TOLD, Kind.CONTACTED, Kind.MAIL_OUT, Kind.SOLVED})),
    (gettext_lazy("assessed"), frozenset({Kind.ASSESSED})),
    (gettext_lazy("investigated"), frozenset({Kind.INVESTIGATED})),
    (gettext_lazy("responded"), frozenset({Kind.OFFERED, Kind.SOLVED})),
    (gettext_lazy("closed"), frozenset({Kind.SOLVED, Kind.CLOSED})),
)


@dataclass(frozen=True)
class Done:
    """One step of the trail in words. `who` is empty for the customer and the platform; `more` says what else."""

    at: datetime
    kind: str
    title: str
    who: str
    text: str
    more: str


@dataclass(frozen=True)
class IsoStep:
    name: str
    at: datetime | None


@dataclass(frozen=True)
class Matter:
    """`face` is None where the reader may not know who the customer is. `limit` is what the reader may give; `by` how
    what is written reaches the customer, empty where nothing does."""

    follow_up: FollowUp
    sees: bool
    face: Face | None
    said: Heard
    place: str
    channel: str
    unit: str
    minutes: float | None
    steps: Sequence[Done]
    agreed: Sequence[AgreedItem]
    earlier: Sequence[FollowUp]
    answers: Sequence[tuple[datetime, str, str]]
    beside: Sequence[beside.Line]
    iso: Sequence[IsoStep]
    limit: Decimal
    gone: bool
    by: str
    changed_by: str = ""

    @property
    def late(self) -> bool:
        return self.minutes is not None and self.minutes < 0

    @property
    def unconfirmed(self) -> bool:
        """Whether something agreed has not been confirmed in writing."""
        return any(item.confirmed_at is None for item in self.agreed)

    @property
    def next(self) -> str:
        """The act that it waits for, by its key."""
        state, State = self.follow_up.state, FollowUp.State
        if state == State.OPEN:
            return "thank" if self.follow_up.cause == Cause.PROMOTER else "contact"
        if state == State.CONTACTED:
            if not self.follow_up.wish and self.follow_up.cause != Cause.PROMOTER:
                return "wish"
            return "write" if self.unconfirmed else "solve"
        return "answer" if state == State.SOLVED else ""


def load_matter(follow_up: FollowUp, *, membership: Membership, now: datetime) -> Matter:
    """Everything of one, in a fixed number of queries."""
    known = sees(follow_up, membership)
    steps = list(follow_up.steps.order_by("id").select_related("by")[:SHOWN_STEPS])
    due = follow_up.due_at
    units = membership.own_units
    return Matter(
        follow_up=follow_up,
        sees=known,
        face=faces_of([follow_up], membership=membership).known.get(follow_up.pk) if known else None,
        said=heard_in_full(follow_up, sees=known),
        place=_name(Touchpoint, follow_up.touchpoint_id),
        channel=_name(Channel, follow_up.channel_id),
        unit=_name(Unit, follow_up.unit_id),
        minutes=None if due is None else (due - now).total_seconds() / 60,
        steps=_trail(steps, known),
        agreed=list(AgreedItem.objects.filter(follow_up=follow_up).order_by("id")),
        earlier=_earlier(follow_up, units),
        answers=_answers(follow_up, units),
        beside=beside.lines_of(follow_up.customer_id, units) if follow_up.customer_id else [],
        iso=_iso(steps) if follow_up.cause == Cause.COMPLAINT else (),
        limit=limits.limit_of(membership.user, currency=follow_up.currency),
        by=_way(reach([follow_up])[follow_up.pk].by),
        gone=follow_up.owner_id is None or not owners.can_own(follow_up.owner),
        changed_by=str(steps[-1].by or "") if steps else "",
    )


def _name(model: type[Touchpoint] | type[Channel] | type[Unit], pk: int | None) -> str:
    return (model.objects.filter(pk=pk).values_list("name", flat=True).first() or "") if pk else ""


def _way(by: str) -> str:
    """How a message goes, in words."""
    return str(OutgoingMessage.By(by).label) if by in OutgoingMessage.By.values else ""


def _trail(steps: Sequence[FollowUpStep], known: bool) -> list[Done]:
    ids = {step.data.get(name) for step in steps for name in ("from", "to", "told")}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={id_ for id_ in ids if isinstance(id_, int)})}
    return [
        Done(
            at=step.at,
            kind=step.kind,
            title=_title(step),
            who=str(step.by) if step.by else "",
            text=step.text if known else mask(step.text),
            more=_more(step, names),
        )
        for step in reversed(steps)
    ]


def _title(step: FollowUpStep) -> str:
    if step.kind == Kind.NOTE and "done" in step.data:
        return _("agreed item done")
    if step.kind == Kind.NOTE and "told" in step.data:
        return _("late: told to")
    if step.kind == Kind.SIGNAL and "was" in step.data:
        return _("more pressing now")
    return str(Kind(step.kind).label)


def _more(step: FollowUpStep, names: dict[int, str]) -> str:
    data = step.data
    if step.kind in (Kind.ASSIGNED, Kind.HANDED_OVER):
        was, to = names.get(data.get("from") or 0, ""), names.get(data.get("to") or 0, "")
        return f"{was} → {to}" if was else to
    if step.kind == Kind.SIGNAL and "was" in data:
        return f"{Cause(data['was']).label} → {Cause(data['cause']).label}"
    if step.kind == Kind.OPENED:
        return names.get(data.get("to") or 0, "")
    if step.kind == Kind.OFFERED and data.get("amount") not in (None, "0.00"):
        return f"{data['amount']} {data.get('currency', '')}"
    if step.kind == Kind.ANSWERED and data.get("fixed") in FollowUp.Fixed.values:
        return str(FollowUp.Fixed(data["fixed"]).label)
    return names.get(data.get("told") or 0, "") or _way(data.get("sent", "")) or str(data.get("reason", ""))


def _iso(steps: Sequence[FollowUpStep]) -> list[IsoStep]:
    return [IsoStep(str(name), next((step.at for step in steps if step.kind in kinds), None)) for name, kinds in ISO]


def _earlier(follow_up: FollowUp, units: Sequence[int]) -> list[FollowUp]:
    """Uses follow_up_by_customer."""
    if follow_up.customer_id is None:
        return []
    found = FollowUp.objects.filter(customer_id=follow_up.customer_id).exclude(pk=follow_up.pk)
    if units:
        found = found.filter(unit_id__in=units)
    return list(found.select_related("owner").order_by("-opened_at")[:EARLIER])


def _answers(follow_up: FollowUp, units: Sequence[int]) -> list[tuple[datetime, str, str]]:
    """Other answers of the customer: (when, survey, score). Uses response_by_customer."""
    if follow_up.customer_id is None:
        return []
    found = Response.objects.filter(customer_id=follow_up.customer_id, audience="customer", is_test=False)
    if units:
        found = found.filter(unit_id__in=units)
    found = found.exclude(id=follow_up.response_id).select_related("survey").order_by("-answered_at")[:EARLIER]
    return [(row.answered_at, row.survey.name, score_of(row.scores)) for row in found]
