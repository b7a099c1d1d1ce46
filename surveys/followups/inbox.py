"""The inbox: follow-ups by what falls due next, for whoever works them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Membership
from journeys.models import Touchpoint, Unit
from surveys.followups.many import AT_ONCE
from surveys.followups.people import Faces, faces_of
from surveys.followups.said import Heard, heard_of
from surveys.followups.seen import seen_by
from surveys.models import Cause, FollowUp, FollowUpStep

PAGE, MOST = 50, 300
# Counts are said up to this and then as "999+": nobody's day is planned by the difference.
MOST_COUNTED = 999
MINE, ALL = "mine", "all"
STATES: Mapping[str, Lazy] = {
    "": _("in work"),
    "open": _("to be contacted"),
    "contacted": _("contacted"),
    "solved": _("waiting for the customer's word"),
    "done": _("no longer in work"),
}
_STORED: Mapping[str, tuple[str, ...]] = {
    "": FollowUp.LIVE,
    "open": (FollowUp.State.OPEN,),
    "contacted": (FollowUp.State.CONTACTED,),
    "solved": (FollowUp.State.SOLVED,),
    "done": (FollowUp.State.CONFIRMED, FollowUp.State.CLOSED),
}


@dataclass(frozen=True)
class Asked:
    """What of the inbox is asked: `scope` MINE or ALL the member may see; what is empty does not narrow."""

    scope: str = MINE
    state: str = ""
    cause: str = ""
    unit: int | None = None
    late: bool = False
    most: int = PAGE

    def querystring(self, **changes: Any) -> str:
        """The shortest address that asks the same, with some fields changed: "?scope=all", or ""."""
        asked = replace(self, **changes)
        given = {
            "scope": asked.scope if asked.scope != MINE else "",
            "state": asked.state,
            "cause": asked.cause,
            "unit": asked.unit or "",
            "late": "1" if asked.late else "",
            "most": asked.most if asked.most != PAGE else "",
        }
        said = urlencode({name: value for name, value in given.items() if value})
        return f"?{said}" if said else ""

    @property
    def query(self) -> str:
        """The same, to be put behind an address: "?scope=all" or ""."""
        return self.querystring()

    @property
    def behind(self) -> str:
        """The same, to be put behind another parameter."""
        return self.query.lstrip("?")

    @property
    def scope_mine(self) -> str:
        return self.querystring(scope=MINE, late=False, most=PAGE)

    @property
    def scope_all(self) -> str:
        return self.querystring(scope=ALL, late=False, most=PAGE)

    @property
    def only_late(self) -> str:
        return self.querystring(late=True, state=self.state if self.live else "", most=PAGE)

    @property
    def further(self) -> str:
        return self.querystring(most=min(self.most * 2, MOST))

    @property
    def live(self) -> bool:
        """Whether it is of follow-ups that fall due."""
        return self.state in ("", "open", "contacted")


def parse(given: Mapping[str, str]) -> Asked:
    """What an address asks. What it should not say is left out: an inbox opens whatever stands behind its address."""
    unit, most = given.get("unit", ""), given.get("most", "")
    return Asked(
        scope=ALL if given.get("scope") == ALL else MINE,
        state=given.get("state", "") if given.get("state") in STATES else "",
        cause=given.get("cause", "") if given.get("cause") in Cause.values else "",
        unit=int(unit) if _is_number(unit) else None,
        late=given.get("late") == "1",
        most=min(max(int(most), PAGE), MOST) if _is_number(most) else PAGE,
    )


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


@dataclass(frozen=True)
class Row:
    """One line. `who` is empty where the reader may not know it; `minutes` until it is due, below zero late."""

    follow_up: FollowUp
    who: str
    said: Heard
    place: str
    unit: str
    minutes: float | None
    mine: bool

    @property
    def late(self) -> bool:
        return self.minutes is not None and self.minutes < 0


@dataclass(frozen=True)
class Count:
    """How many are in work and how many of them late, counted to MOST_COUNTED."""

    live: int
    late: int

    @property
    def live_said(self) -> str:
        return _said(self.live)

    @property
    def late_said(self) -> str:
        return _said(self.late)


def _said(n: int) -> str:
    return f"{MOST_COUNTED}+" if n > MOST_COUNTED else str(n)


@dataclass(frozen=True)
class Whole:
    """All that match, shown or not: how many, and a `mark` that any change of any of them changes. `n` is beyond
    AT_ONCE where they are too many to be taken at once."""

    n: int
    mark: str

    @property
    def too_many(self) -> bool:
        return self.n > AT_ONCE

    @property
    def most(self) -> int:
        return AT_ONCE


@dataclass(frozen=True)
class Inbox:
    asked: Asked
    rows: Sequence[Row]
    more: bool
    whole: Whole
    mine: Count
    everybody: Count
    units: Sequence[tuple[int, str]]

    @property
    def of_scope(self) -> Count:
        return self.mine if self.asked.scope == MINE else self.everybody


def load_inbox(asked: Asked, *, membership: Membership, now: datetime) -> Inbox:
    """A page of the inbox in a fixed number of queries. Uses follow_up_due, _due_of_owner and,
    of those no longer in work, _by_time, _of_owner_by_time and _solved."""
    seen = seen_by(membership)
    found = list(_ordered(_narrowed(seen, asked, membership, now), asked).select_related("owner")[: asked.most + 1])
    shown = found[: asked.most]
    whole = found if len(found) <= asked.most else matching(asked, membership=membership, now=now)
    names = faces_of(shown, membership=membership)
    heard = heard_of(shown)
    places = dict(Touchpoint.objects.filter(pk__in={row.touchpoint_id for row in shown}).values_list("pk", "name"))
    units = dict(Unit.objects.in_use().values_list("pk", "name"))
    own = membership.own_units
    return Inbox(
        asked=asked,
        rows=[_row(row, names, heard, places, units, membership, now) for row in shown],
        more=len(found) > asked.most and asked.most < MOST,
        whole=whole_of(whole),
        mine=_count(seen.filter(owner_id=membership.user_id), now),
        everybody=_count(seen, now),
        units=sorted(((id_, name) for id_, name in units.items() if not own or id_ in own), key=lambda each: each[1]),
    )


def matching(asked: Asked, *, membership: Membership, now: datetime) -> list[FollowUp]:
    """All that the address asks for, with their version and owner alone; one more than AT_ONCE at most."""
    found = _ordered(_narrowed(seen_by(membership), asked, membership, now), asked)
    return list(found.only("pk", "tenant_id", "version", "owner_id")[: AT_ONCE + 1])


def whole_of(rows: Sequence[FollowUp]) -> Whole:
    """What is told of these as a whole."""
    stand = sorted((row.pk, row.version) for row in rows)
    return Whole(len(stand), sha256(repr(stand).encode()).hexdigest())


def version(now: datetime) -> str:
    """Grows with every step that anybody takes, and with each minute: what is not late yet will be."""
    newest = FollowUpStep.objects.order_by("-tenant_id", "-id").values_list("id", flat=True).first()
    return f"{newest or 0}-{int(now.timestamp()) // 60}"


def _narrowed(seen: "QuerySet[FollowUp]", asked: Asked, membership: Membership, now: datetime) -> "QuerySet[FollowUp]":
    found = seen.filter(state__in=_STORED[asked.state])
    if asked.scope == MINE:
        found = found.filter(owner_id=membership.user_id)
    if asked.cause:
        found = found.filter(cause=asked.cause)
    if asked.unit:
        found = found.filter(unit_id=asked.unit)
    if asked.late and asked.live:
        found = found.filter(due_at__lt=now)
    return found


def _ordered(found: "QuerySet[FollowUp]", asked: Asked) -> "QuerySet[FollowUp]":
    return found.order_by("due_at", "id") if asked.live else found.order_by("-opened_at", "-id")


def _count(found: "QuerySet[FollowUp]", now: datetime) -> Count:
    live = found.filter(state__in=FollowUp.LIVE).order_by()
    top = MOST_COUNTED + 1
    return Count(live=live[:top].count(), late=live.filter(due_at__lt=now)[:top].count())


def _row(
    row: FollowUp,
    names: Faces,
    heard: Mapping[int, Heard],
    places: Mapping[int, str],
    units: Mapping[int, str],
    membership: Membership,
    now: datetime,
) -> Row:
    due = row.due_at
    return Row(
        follow_up=row,
        who=names.name(row),
        said=heard[row.pk],
        place=places.get(row.touchpoint_id or 0, ""),
        unit=units.get(row.unit_id or 0, ""),
        minutes=None if due is None else (due - now).total_seconds() / 60,
        mine=row.owner_id == membership.user_id,
    )
