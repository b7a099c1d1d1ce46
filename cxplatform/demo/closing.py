"""How Rengasala closes the loop: its rules and limits, and what became of the last weeks' unhappy customers.

After everything is counted: a rule that was there before would have opened thousands of the two years behind.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils import timezone

from cxplatform.demo import company
from cxplatform.stats.metrics import metric
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant, User
from cxplatform.tenancy.roles import Role
from journeys.models import Calendar, Dimension, Event
from surveys.followups import due, owners
from surveys.models import (
    AgreedItem,
    Cause,
    EmpowermentLimit,
    FollowUp,
    FollowUpRule,
    FollowUpSetting,
    FollowUpStep,
    Response,
)

HANDLER = list(company.PEOPLE)[4]
WEEKS = timedelta(days=24)
LIVE_FOR = timedelta(hours=30)
DETRACTORS, UNSOLVED, COMPLAINTS = 26, 9, 15
Kind, State = FollowUpStep.Kind, FollowUp.State

# Name, cause, minutes to contact and to solve, whose, what else.
_RULES: tuple[tuple[str, str, str, int, int, dict[str, Any]], ...] = (
    ("Reklamaatio", "reklamaatio", Cause.COMPLAINT, 240, 1_440, {"owner_by": "person"}),
    ("Asiakas toivoo yhteydenottoa", "yhteydenotto", Cause.CONTACT_WISHED, 240, 1_440, {}),
    ("Asia jäi ratkaisematta", "ratkaisematta", Cause.FAILED_FCR, 480, 2_400, {"owner_by": "person"}),
    ("Pettynyt asiakas", "pettynyt", Cause.DETRACTOR, 480, 2_400, {}),
    ("Kiitos yritysasiakkaalle", "kiitos", Cause.PROMOTER, 2_400, 4_800, {"value": "yritys"}),
)  # fmt: skip
_LIMITS = ((Role.HANDLER, 50), (Role.UNIT_MANAGER, 200), (Role.CX_LEAD, 500))
_CALLED = (
    "Soitin. Asiakas oli pahoillaan, ettei kukaan ollut aiemmin soittanut takaisin.",
    "Puhuimme puhelimessa. Kuuntelin loppuun asti, sovimme jatkosta.",
    "Soitin ja pyysin anteeksi. Asiakas arvosti, että joku soitti saman päivän aikana.",
)
_WISHES = (
    "Haluan, että renkaat vaihdetaan oikeaan kokoon ilman uutta jonotusta.",
    "Toivon, että joku soittaa silloin kun lupaa.",
    "Toivon hyvitystä odotusajasta.",
    "Haluan laskun oikeaksi.",
)
_OFFERS = (("Seuraava kausivaihto veloituksetta", 45), ("Hyvitys laskusta", 20), ("Renkaiden pesu kaupan päälle", 15))
_AGREED = ("Uusi aika varattu perjantaiksi kello 9", "Oikaistu lasku lähetetään huomenna", "Soitamme ennen käyntiä")
_SOLVED = (
    "Vaihdoimme renkaat oikeaan kokoon ja tarkistimme tilauksesi. Kiitos, että kerroit: virhe olisi muuten toistunut.",
    "Lasku on oikaistu ja uusi on lähetetty sinulle. Pahoittelemme vaivaa.",
    "Kävimme läpi, miksi kukaan ei soittanut. Takaisinsoitot ovat nyt yhden henkilön vastuulla joka vuorossa.",
    "Hyvitimme odotuksen seuraavaan käyntiisi. Vuoroja on nyt yksi lisää lauantaisin.",
)
_CLOSED = ("Asiakasta ei tavoitettu kolmella yrityksellä.", "Asiakas kertoi asian jo ratkenneen.")


@dataclass(frozen=True)
class Signal:
    """An answer or a complaint of the last weeks."""

    id: UUID
    cause: str
    at: datetime
    row: Any
    value: float | None = None


@dataclass
class Told:
    """Rows to be written at once: each step and agreed item names its follow-up by object."""

    follow_ups: list[FollowUp] = field(default_factory=list)
    steps: list[FollowUpStep] = field(default_factory=list)
    items: list[AgreedItem] = field(default_factory=list)


def close(tenant: Tenant) -> None:
    """Rules, limits and about fifty follow-ups: the newest in work, the others solved, most of them confirmed."""
    with activate(tenant.pk):
        if FollowUpRule.objects.exists():
            return
        rules = {rule.cause: rule for rule in _rules()}
        EmpowermentLimit.objects.bulk_create(EmpowermentLimit(role=role, amount=amount) for role, amount in _LIMITS)
        FollowUpSetting.objects.create(cost_of_contact=Decimal("7.50"))
        signals = _signals(timezone.now())
        _write(_tell(signals, rules))


def _rules() -> list[FollowUpRule]:
    calendar = Calendar.objects.order_by("pk").first()
    handler, lead = (User.objects.get(email=email) for email in (HANDLER, company.CX_LEAD))
    segment = Dimension.objects.get(slug="segment")
    return FollowUpRule.objects.bulk_create(  # type: ignore[no-any-return]
        FollowUpRule(
            name=name,
            slug=slug,
            cause=cause,
            position=position,
            contact_minutes=contact,
            fix_minutes=fix,
            calendar=calendar,
            backup=lead,
            owner=handler if more.get("owner_by") else None,
            dimension=segment if more.get("value") else None,
            **more,
        )
        for position, (name, slug, cause, contact, fix, more) in enumerate(_RULES)
    )


def _signals(now: datetime) -> list[Signal]:
    """The newest are all there, of those before every so many."""
    since = now - WEEKS
    found: dict[str, list[Signal]] = {cause: [] for cause in (Cause.DETRACTOR, Cause.FAILED_FCR, Cause.COMPLAINT)}
    # Loaded in the order of their time, so that the newest are at the end of the primary key.
    rows = Response.objects.filter(audience="customer", is_test=False).order_by("-id")
    for row in rows.defer("answers", "texts", "counted", "dimensions", "contact", "touchpoint_text")[:5_000]:
        bin_ = row.scores.get("nps/0-10")
        if row.customer_id and bin_ is not None and bin_ <= 6 and since <= row.answered_at <= now:
            failed = row.scores.get("fcr/5") in (2, 3)
            cause = Cause.FAILED_FCR if failed else Cause.DETRACTOR
            found[cause].append(Signal(row.id, cause, row.answered_at, row, metric("nps/0-10").normal[bin_]))
    for row in Event.objects.filter(type="complaint.received", time__range=(since, now)).order_by("-id")[:400]:
        found[Cause.COMPLAINT].append(Signal(row.id, Cause.COMPLAINT, row.time, row))
    most = {Cause.DETRACTOR: DETRACTORS, Cause.FAILED_FCR: UNSOLVED, Cause.COMPLAINT: COMPLAINTS}
    chosen = [signal for cause, signals in found.items() for signal in _spread(signals, most[Cause(cause)])]
    once = {signal.row.customer_id: signal for signal in chosen}
    return sorted(once.values(), key=lambda signal: signal.at)


def _spread(signals: Sequence[Signal], most: int) -> list[Signal]:
    newest = sorted(signals, key=lambda signal: signal.at, reverse=True)
    first, rest = newest[: most // 4], newest[most // 4 :]
    return [*first, *rest[:: max(1, len(rest) // (most - most // 4))]][:most]


def _tell(signals: Sequence[Signal], rules: dict[str, FollowUpRule]) -> Told:
    told, rng, now = Told(), random.Random("rengasala closes the loop"), timezone.now()  # noqa: S311 (a story)
    desk = owners.desk(signal.row.touchpoint_id for signal in signals)
    for cause, rule in rules.items():
        mine = [signal for signal in signals if signal.cause == cause]
        dues = due.due(rule, [signal.at for signal in mine], now=datetime.min.replace(tzinfo=now.tzinfo))
        for signal, (contact, fix) in zip(mine, dues, strict=True):
            row = signal.row
            follow_up = FollowUp(
                rule=rule,
                cause=cause,
                event_id=signal.id,
                response_id=signal.id if isinstance(row, Response) else None,
                customer_id=row.customer_id,
                touchpoint_id=row.touchpoint_id,
                channel_id=row.channel_id,
                unit_id=row.unit_id,
                correlation=getattr(row, "correlation", ""),
                signal_at=signal.at,
                opened_at=signal.at + timedelta(seconds=2),
                contact_due=contact,
                fix_due=fix,
                value=signal.value,
                contacts=1 + (rng.random() < 0.25),
                owner=desk.owner(rule=rule, unit_id=row.unit_id, touchpoint_id=row.touchpoint_id),
            )
            told.follow_ups.append(follow_up)
            _story(follow_up, told, rng, now)
    return told


def _story(follow_up: FollowUp, told: Told, rng: random.Random, now: datetime) -> None:
    """What happened to one so far: nothing yet to the newest."""
    begun, owner = follow_up.opened_at, follow_up.owner

    def step(kind: str, at: datetime, text: str = "", by: User | None = owner, **data: Any) -> None:
        told.steps.append(FollowUpStep(follow_up=follow_up, kind=kind, at=at, by=by, text=text, data=data))
        follow_up.version = sum(each.follow_up is follow_up for each in told.steps)

    first = _first(follow_up) if len(told.follow_ups) % 5 == 0 else owner  # not all land where they are solved
    opened: dict[str, Any] = {
        "cause": follow_up.cause,
        "event": str(follow_up.event_id),
        "to": first.pk if first else None,
    }
    step(Kind.OPENED, begun, by=None, **opened)
    step(Kind.THANKED, begun + timedelta(seconds=1), by=None)
    if first is not owner:
        follow_up.transfers = 1
        moved = {"from": first.pk, "to": owner.pk} if first and owner else {}
        step(Kind.HANDED_OVER, begun + timedelta(minutes=18), "Kuuluu toimipisteelle.", by=first, **moved)
    # Most are called well before it is due, one in eight too late.
    span = (follow_up.contact_due - begun) * (rng.uniform(0.05, 0.9) if rng.random() < 0.87 else rng.uniform(1.1, 1.8))
    called = begun + span
    fresh = now - follow_up.signal_at < LIVE_FOR
    if called > now or (fresh and rng.random() < 0.6):
        return
    follow_up.contacted_at, follow_up.contact_kept = called, called <= follow_up.contact_due
    follow_up.state = State.CONTACTED
    step(Kind.CONTACTED, called, rng.choice(_CALLED), state=State.CONTACTED, first_contact=True)
    follow_up.wish = rng.choice(_WISHES)
    step(Kind.WISH, called + timedelta(minutes=4), follow_up.wish)
    if follow_up.cause == Cause.COMPLAINT:
        step(Kind.ASSESSED, called + timedelta(minutes=6), "Virhe on meidän, hoidetaan heti.")
        step(Kind.INVESTIGATED, called + timedelta(minutes=50), "Varauksen tieto ei siirtynyt myymälään.")
    if rng.random() < 0.4:
        offer, amount = rng.choice(_OFFERS)
        follow_up.given = Decimal(amount)
        step(Kind.OFFERED, called + timedelta(minutes=55), offer, amount=f"{amount}.00", currency="EUR")
    solved = called + timedelta(hours=rng.uniform(1, 40))
    over = rng.random() < 0.08
    if rng.random() < 0.5:
        agreed = called + timedelta(minutes=58)
        text = rng.choice(_AGREED)
        done = None if over or solved > now else solved
        item = AgreedItem(follow_up=follow_up, text=text, due=solved.date(), confirmed_at=agreed, done_at=done)
        told.items.append(item)
        step(Kind.AGREED, agreed, text)
        step(Kind.CONFIRMED_IN_WRITING, agreed + timedelta(minutes=1))
    if solved > now:
        return
    if over:
        follow_up.state, follow_up.closed_at = State.CLOSED, solved
        step(Kind.CLOSED, solved, rng.choice(_CLOSED), state=State.CLOSED)
        return
    follow_up.state, follow_up.solved_at, follow_up.fix_kept = State.SOLVED, solved, solved <= follow_up.fix_due
    step(Kind.SOLVED, solved, rng.choice(_SOLVED), state=State.SOLVED, kept=follow_up.fix_kept)
    said = solved + timedelta(hours=rng.uniform(0.5, 30))
    if said > now or rng.random() > 0.75:
        return
    # Who is not content is called again: only of the last day is that still to be done.
    follow_up.fixed = "partly" if now - said < LIVE_FOR and rng.random() < 0.4 else "yes"
    follow_up.recovery_value = rng.choice((70.0, 80.0, 90.0, 100.0)) if follow_up.fixed == "yes" else 50.0
    if follow_up.fixed == "yes":
        follow_up.state, follow_up.confirmed_at = State.CONFIRMED, said
    else:
        follow_up.state, follow_up.solved_at, follow_up.fix_kept = State.OPEN, None, None
        follow_up.contact_due, follow_up.fix_due = due.due(follow_up.rule, [said], now=said - timedelta(seconds=1))[0]
    value = follow_up.recovery_value
    step(Kind.ANSWERED, said, by=None, fixed=follow_up.fixed, value=value, state=follow_up.state)


def _first(follow_up: FollowUp) -> User | None:
    """Whom it would have come to by its rule, had nobody known better."""
    rule, owner = follow_up.rule, follow_up.owner
    meant = (rule.owner or rule.backup) if rule else None
    return meant if meant and owner and meant != owner else owner


def _write(told: Told) -> None:
    FollowUp.objects.bulk_create(told.follow_ups)
    for follow_up in told.follow_ups:
        follow_up.correlation = follow_up.correlation or f"followup:{follow_up.pk}"
    FollowUp.objects.bulk_update(told.follow_ups, ["correlation"])
    FollowUpStep.objects.bulk_create(told.steps)
    AgreedItem.objects.bulk_create(told.items)
