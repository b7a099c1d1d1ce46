"""What a case is worked out from: figures with their range, where they come from and how sure they are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Kind = Literal["count", "share", "money", "number"]
"""A share is 0..1 here and per cent wherever people see it."""
Mark = Literal["measured", "assumption", "unverified"]
Part = Literal["now", "development"]
Better = Literal["higher", "lower", "neither"]
End = Literal["low", "base", "high"]

MARKS: dict[str, str | Promise] = {
    "measured": _("measured"),
    "assumption": _("assumption"),
    "unverified": _("unverified"),
}
PARTS: dict[str, str | Promise] = {
    "now": _("possible with today's services"),
    "development": _("needs development"),
}
SHORT_PARTS: dict[str, str | Promise] = {"now": _("today's services"), "development": _("development")}
SORTS: dict[str, str | Promise] = {
    "cost_once": _("one-off cost"),
    "cost_yearly": _("yearly cost"),
    "benefit_yearly": _("yearly benefit"),
}
MOST_OWN = 40


@dataclass(frozen=True)
class Spec:
    """A figure that every case has. `better` says which end is the cautious one; "neither" stays at its base in all
    scenarios, as it moves the result both ways."""

    key: str
    title: str | Promise
    kind: Kind
    better: Better
    group: str
    low: float | None = None
    base: float | None = None
    high: float | None = None
    mark: Mark = "assumption"
    needed: bool = False
    help: str | Promise = ""


GROUPS: dict[str, str | Promise] = {
    "customers": _("Customers and their classes"),
    "change": _("What could change"),
    "contacts": _("Service contacts"),
    "talk": _("Word of mouth"),
    "calculation": _("Calculation"),
}
_NOW, _LATER = PARTS["now"], PARTS["development"]
SPECS: tuple[Spec, ...] = (
    Spec("customers", _("Customers"), "count", "higher", "customers"),
    Spec("promoters", _("Promoters, share"), "share", "lower", "customers"),
    Spec("detractors", _("Detractors, share"), "share", "higher", "customers"),
    Spec("revenue_promoters", _("A promoter pays in a year"), "money", "higher", "customers"),
    Spec("revenue_passives", _("A passive pays in a year"), "money", "neither", "customers"),
    Spec("revenue_detractors", _("A detractor pays in a year"), "money", "lower", "customers"),
    Spec("retention_promoters", _("Promoters who stay a year"), "share", "higher", "customers"),
    Spec("retention_passives", _("Passives who stay a year"), "share", "neither", "customers"),
    Spec("retention_detractors", _("Detractors who stay a year"), "share", "lower", "customers"),
    Spec("margin", _("Margin on revenue"), "share", "higher", "customers"),
    Spec("recovered_now", _("Detractors who become passives: today's services"), "share", "higher", "change"),
    Spec("recovered_development", _("Detractors who become passives: development"), "share", "higher", "change"),
    Spec("raised_now", _("Passives who become promoters: today's services"), "share", "higher", "change"),
    Spec("raised_development", _("Passives who become promoters: development"), "share", "higher", "change"),
    Spec("follows", _("Share of the difference between classes that comes along"), "share", "higher", "change",
         0.25, 0.5, 0.75,
         help=_("0 % = who changes class stays as before, 100 % = becomes wholly like the others.")),
    Spec("payers_now", _("Customers ready to pay more: today's services"), "share", "higher", "change"),
    Spec("payers_development", _("Customers ready to pay more: development"), "share", "higher", "change"),
    Spec("premium", _("How much more they pay"), "share", "higher", "change", 0.2, 0.25, 0.3,
         help=_("Often heard: 20–30 %. Ask your own customers.")),
    Spec("people", _("People's share of the change, processes the rest"), "share", "neither", "change",
         None, 0.9, None, help=_("Often heard: 90 % is people.")),
    Spec("contacts", _("Service contacts in a year"), "count", "higher", "contacts"),
    Spec("contact_cost", _("Cost of a contact"), "money", "higher", "contacts"),
    Spec("avoided_now", _("Contacts avoided: today's services"), "share", "higher", "contacts"),
    Spec("avoided_development", _("Contacts avoided: development"), "share", "higher", "contacts"),
    Spec("told", _("People whom a disappointed customer tells"), "number", "higher", "talk",
         9, 12, 15, mark="unverified", help=_("Often heard: 9–15. Not verified by anybody.")),
    Spec("swayed", _("Of those told, who would have become customers"), "share", "higher", "talk", mark="unverified"),
    Spec("ramp_1", _("Of the full effect in the first year"), "share", "higher", "calculation",
         0.2, 0.3, 0.5, needed=True),
    Spec("ramp_2", _("Of the full effect in the second year"), "share", "higher", "calculation",
         0.6, 0.8, 1.0, needed=True),
    Spec("rate", _("Discount rate"), "share", "lower", "calculation", 0.06, 0.08, 0.1, needed=True),
)  # fmt: skip
BY_KEY: Mapping[str, Spec] = {spec.key: spec for spec in SPECS}
SCENARIOS: dict[str, str | Promise] = {
    "cautious": pgettext_lazy("scenario", "Cautious"),
    "base": pgettext_lazy("scenario", "Base"),
    "hopeful": pgettext_lazy("scenario", "Hopeful"),
}


@dataclass(frozen=True)
class Input:
    """A figure of one case. Empty ends are the base itself; an empty base is a figure nobody knows.

    `own` rows are the case's own costs and benefits: they have a name, a `sort` and a `part`. `origin` is "product"
    while the figure stands as the product measured it.
    """

    key: str
    low: float | None = None
    base: float | None = None
    high: float | None = None
    mark: Mark = "assumption"
    source: str = ""
    known_on: date | None = None
    origin: str = ""
    name: str = ""
    sort: str = ""
    part: str = ""

    @property
    def own(self) -> bool:
        return bool(self.sort)

    @property
    def kind(self) -> Kind:
        return "money" if self.own else BY_KEY[self.key].kind

    @property
    def title(self) -> str:
        return self.name if self.own else str(BY_KEY[self.key].title)

    @property
    def better(self) -> Better:
        if self.own:
            return "higher" if self.sort == "benefit_yearly" else "lower"
        return BY_KEY[self.key].better

    @property
    def ranges(self) -> bool:
        """Whether its ends are apart."""
        return self.base is not None and (self.at("low") != self.base or self.at("high") != self.base)

    def at(self, end: End) -> float | None:
        """The figure at an end of its range."""
        told = {"low": self.low, "base": self.base, "high": self.high}[end]
        return self.base if told is None else told

    def end_of(self, scenario: str) -> End:
        """Which end of its range a scenario takes."""
        if scenario == "base" or self.better == "neither":
            return "base"
        return "low" if (scenario == "cautious") == (self.better == "higher") else "high"


def usual(known_on: date) -> tuple[Input, ...]:
    """The figures of a new case before anything is known of the company."""
    return tuple(
        Input(spec.key, spec.low, spec.base, spec.high, spec.mark, known_on=known_on if spec.base is not None else None)
        for spec in SPECS
    )


def as_stored(inputs: Sequence[Input]) -> list[dict[str, Any]]:
    """The inputs as they are kept."""
    return [
        {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(each).items()}
        for each in inputs
    ]


def from_stored(rows: Sequence[Mapping[str, Any]]) -> tuple[Input, ...]:
    """The inputs of a version. A figure that cases did not have when it was saved is empty or as usual."""
    kept = {row["key"]: _one(row) for row in rows if row["sort"] or row["key"] in BY_KEY}
    needed = {each.key: each for each in usual(date.min) if BY_KEY[each.key].needed}
    known = [kept.get(spec.key) or needed.get(spec.key) or Input(spec.key, mark=spec.mark) for spec in SPECS]
    return (*known, *(each for each in kept.values() if each.own))


def _one(row: Mapping[str, Any]) -> Input:
    day = row["known_on"]
    return replace(Input(**{**row, "known_on": None}), known_on=date.fromisoformat(day) if day else None)
