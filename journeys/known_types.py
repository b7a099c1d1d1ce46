"""Types of events that many systems have, with what they mean, for a company to take over with one click."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from journeys.mapping import Meaning, describe
from journeys.models import EventType
from journeys.remapping import remap

_M = EventType.Meaning


@dataclass(frozen=True)
class KnownType:
    """One type: its name for people, its meaning, and whether it is no encounter at all."""

    type: str
    name: Any
    meaning: str = ""
    ignored: bool = False


KNOWN: tuple[KnownType, ...] = (
    KnownType("chat.unanswered", _("Nobody answered the chat"), _M.FAILURE),
    KnownType("call.abandoned", _("The caller hung up in the queue"), _M.FAILURE),
    KnownType("call.unanswered", _("Nobody answered the phone"), _M.FAILURE),
    KnownType("email.unanswered", _("Nobody answered the e-mail"), _M.FAILURE),
    KnownType("bot.dead_end", _("The bot could not go on"), _M.FAILURE),
    KnownType("bot.started", _("A bot began to serve"), _M.BOT),
    KnownType("human.joined", _("A human began to serve"), _M.HUMAN),
    KnownType("checkout.error", _("The checkout failed"), _M.FAILURE),
    KnownType("payment.declined", _("The payment was declined"), _M.FAILURE),
    KnownType("form.error", _("A form could not be sent"), _M.FAILURE),
    KnownType("page.error", _("A page failed"), _M.FAILURE),
    KnownType("app.crashed", _("The app crashed"), _M.FAILURE),
    KnownType("search.no_results", _("A search found nothing"), _M.FAILURE),
    KnownType("delivery.failed", _("A delivery failed"), _M.FAILURE),
    KnownType("appointment.cancelled_by_us", _("We cancelled the appointment"), _M.FAILURE),
    KnownType("trial.ended_without_contact", _("The trial ended and nobody was in touch"), _M.FAILURE),
    KnownType("page.rage_click", _("Repeated taps on what does not respond"), _M.FAILURE),
    KnownType("subscription.renewed", _("The customer renewed"), _M.REPURCHASE),
    KnownType("order.repeated", _("The customer ordered again"), _M.REPURCHASE),
    # Made here, when a friend follows an ambassador's link.
    KnownType("referral.visited", _("An ambassador's link was opened"), ignored=True),
    KnownType("referral.joined", _("A friend became a customer"), _M.REFERRAL, ignored=True),
    KnownType("device.heartbeat", _("A device says it is alive"), ignored=True),
    KnownType("page.heartbeat", _("A page says it is still open"), ignored=True),
)


# Of our own making: nobody has them to take over, and what stands behind a promise shows them.
_OWN = {
    "survey.answered": _("A survey was answered"),
    "promise.broken": _("A promise was broken"),
    "promise.break_retracted": _("A promise was not broken after all"),
}
_NAMES = {one.type: one.name for one in KNOWN} | _OWN


def name_of(type_: str, described: EventType | None) -> str:
    """What people call a type: the company's own name, else the one known here, else empty."""
    return (described.name if described else "") or str(_NAMES.get(type_, ""))


def untaken() -> list[KnownType]:
    """Those the active tenant has not described."""
    described = set(EventType.objects.filter(type__in=[one.type for one in KNOWN]).values_list("type", flat=True))
    return [one for one in KNOWN if one.type not in described]


def take(types: Sequence[str]) -> int:
    """Describe these known types as they stand here, and have history follow; how many. Others are passed over.

    Those that the company has described stay as they are.
    """
    wanted = [one for one in untaken() if one.type in set(types)]
    remap([describe(one.type, Meaning(None, one.meaning, one.ignored), name=str(one.name)) for one in wanted])
    return len(wanted)
