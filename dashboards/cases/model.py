"""The lines of a case, each with its one formula: the page works them out, the workbook has them as live formulas.

Year 0 is the start, when what is paid once is paid. Customers come in classes by what they answered; who changes class
is taken to come along with a told share of the difference between the classes: a difference, never a cause.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dashboards.cases.formulas import names_in
from dashboards.cases.inputs import PARTS, Input, Kind

Group = Literal["derived", "effect", "benefit", "cost", "result", "memo", "hidden"]
Guard = Literal["blank", "zero", ""]


@dataclass(frozen=True)
class Line:
    """One row over the years, or one figure (`once`). `first` is the formula of year 0 where it is another.

    `guard` says what the line is while a figure that it rests on is not known: empty, or nothing (a benefit is then
    not counted).
    """

    key: str
    title: str | Promise
    formula: str
    first: str | None = None
    kind: Kind = "money"
    group: Group = "result"
    part: str = ""
    once: bool = False
    guard: Guard = ""

    def of_year(self, year: int) -> str:
        return self.first if year == 0 and self.first is not None else self.formula


@dataclass(frozen=True)
class Model:
    """The lines in an order in which each needs only those before it (and its own year before)."""

    inputs: tuple[Input, ...]
    years: int
    lines: tuple[Line, ...]
    by_key: Mapping[str, Line] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_key", {line.key: line for line in self.lines})

    @cached_property
    def rests_on(self) -> Mapping[str, frozenset[str]]:
        """The keys of the inputs that each line rests on, through other lines too."""
        inputs = {each.key for each in self.inputs}
        found: dict[str, frozenset[str]] = {}
        for line in self.lines:
            keys: set[str] = set()
            for text in (line.formula, line.first or "0"):
                for named in names_in(text):
                    keys |= {named.name} if named.name in inputs else found.get(named.name, frozenset())
            found[line.key] = frozenset(keys)
        return found

    @cached_property
    def waits_for(self) -> Mapping[str, tuple[str, ...]]:
        """The keys of the inputs without which a guarded line is empty or nothing. What it only sums up is no reason:
        of a sum, that which is known counts."""
        inputs = {each.key for each in self.inputs}
        found: dict[str, set[str]] = {}
        for line in self.lines:
            keys: set[str] = set()
            for text in (line.formula, line.first or "0"):
                for named in names_in(text):
                    other = self.by_key.get(named.name)
                    if named.name in inputs:
                        keys.add(named.name)
                    elif other and other.guard == "blank":
                        keys |= found.get(named.name, set())
            found[line.key] = keys
        return {line.key: tuple(sorted(found[line.key])) for line in self.lines if line.guard}

    def benefits(self, part: str = "") -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.group == "benefit" and part in ("", line.part))

    def costs(self, part: str = "") -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.group == "cost" and part in ("", line.part))

    def missing(self, line: Line) -> tuple[Input, ...]:
        """The figures without which a guarded line is not counted."""
        return tuple(each for each in self.inputs if each.base is None and each.key in self.waits_for.get(line.key, ()))


def model_of(inputs: Sequence[Input], years: int) -> Model:
    """The model of a case: the lines that every case has and a line for each of its own costs and benefits."""
    lines = [*_DERIVED, *_effects(), *(_own(each) for each in inputs if each.own)]
    resting = Model(tuple(inputs), years, tuple(lines))
    unsure = {each.key for each in inputs if each.mark == "unverified"}
    known = {line.key for line in lines if not resting.rests_on[line.key] & unsure}
    return Model(tuple(inputs), years, (*lines, *_results(lines, known)))


_DERIVED = (
    Line("passives", _("Passives, share"), "1 - promoters - detractors",
         kind="share", group="derived", once=True, guard="blank"),
    Line("revenue_mean", _("A customer pays in a year, mean"),
         "promoters * revenue_promoters + passives * revenue_passives + detractors * revenue_detractors",
         group="derived", once=True, guard="blank"),
    Line("stay_more_recovered", _("Recovered: more of them stay a year"),
         "follows * (retention_passives - retention_detractors)",
         kind="share", group="derived", once=True, guard="blank"),
    Line("stay_more_raised", _("Raised: more of them stay a year"),
         "follows * (retention_promoters - retention_passives)",
         kind="share", group="derived", once=True, guard="blank"),
    Line("pay_more_recovered", _("Recovered: pay more in a year"),
         "follows * (revenue_passives - revenue_detractors)",
         group="derived", once=True, guard="blank"),
    Line("pay_more_raised", _("Raised: pay more in a year"),
         "follows * (revenue_promoters - revenue_passives)",
         group="derived", once=True, guard="blank"),
    Line("ramp", _("Of the full effect"), "choose(year == 1, ramp_1, choose(year == 2, ramp_2, 1))", "0",
         kind="share", group="effect"),
)  # fmt: skip


def _effects() -> Iterator[Line]:
    """What changes and what it is worth, of each part."""
    for part in PARTS:
        yield from (
            Line(f"recovered_customers_{part}", _("Customers recovered: detractors to passives"),
                 f"customers * detractors * recovered_{part} * ramp", kind="count", group="effect", part=part,
                 guard="blank"),
            Line(f"raised_customers_{part}", _("Customers raised: passives to promoters"),
                 f"customers * passives * raised_{part} * ramp", kind="count", group="effect", part=part,
                 guard="blank"),
            Line(f"recovered_kept_{part}", _("Recovered customers who stay in addition"),
                 f"recovered_kept_{part}[-1] * retention_passives"
                 f" + recovered_customers_{part} * stay_more_recovered", "0",
                 kind="count", group="effect", part=part, guard="blank"),
            Line(f"raised_kept_{part}", _("Raised customers who stay in addition"),
                 f"raised_kept_{part}[-1] * retention_promoters + raised_customers_{part} * stay_more_raised", "0",
                 kind="count", group="effect", part=part, guard="blank"),
            Line(f"staying_recovered_{part}", _("Recovered customers stay"),
                 f"recovered_kept_{part} * revenue_passives * margin", group="benefit", part=part, guard="zero"),
            Line(f"staying_raised_{part}", _("Raised customers stay"),
                 f"raised_kept_{part} * revenue_promoters * margin", group="benefit", part=part, guard="zero"),
            Line(f"buying_recovered_{part}", _("Recovered customers buy more"),
                 f"recovered_customers_{part} * pay_more_recovered * margin", group="benefit", part=part,
                 guard="zero"),
            Line(f"buying_raised_{part}", _("Raised customers buy more"),
                 f"raised_customers_{part} * pay_more_raised * margin", group="benefit", part=part, guard="zero"),
            Line(f"price_{part}", _("Customers pay a higher price"),
                 f"customers * payers_{part} * revenue_mean * premium * ramp", group="benefit", part=part,
                 guard="zero"),
            Line(f"handling_{part}", _("Fewer contacts to handle"),
                 f"contacts * avoided_{part} * contact_cost * ramp", group="benefit", part=part, guard="zero"),
            Line(f"talk_{part}", _("Less bad word of mouth"),
                 f"recovered_customers_{part} * told * swayed * revenue_mean * margin", group="benefit", part=part,
                 guard="zero"),
        )  # fmt: skip


def _own(each: Input) -> Line:
    """A cost or benefit that is this case's own."""
    group: Group = "benefit" if each.sort == "benefit_yearly" else "cost"
    yearly, at_start = ("0", each.key) if each.sort == "cost_once" else (each.key, "0")
    return Line(f"line_{each.key}", each.name, yearly, at_start, group=group, part=each.part, guard="zero")


def _results(lines: Sequence[Line], known: set[str]) -> Iterator[Line]:
    """Sums by year and over the years. `known`: the lines that rest on nothing unverified."""
    for part in PARTS:
        for group in ("benefit", "cost"):
            keys = [line.key for line in lines if line.group == group and line.part == part]
            title = _("Benefits") if group == "benefit" else _("Costs")
            yield Line(f"{group}s_{part}", title, _sum(keys), part=part)
        yield Line(f"net_{part}", _("Net"), f"benefits_{part} - costs_{part}", part=part)
    checked = [line.key for line in lines if line.group == "benefit" and line.key in known]
    yield from (
        Line("benefits", _("Benefits"), "benefits_now + benefits_development"),
        Line("costs", _("Costs"), "costs_now + costs_development"),
        Line("net", _("Net"), "benefits - costs"),
        Line("cumulative", _("Net, cumulative"), "cumulative[-1] + net", "net"),
        Line("discount", _("Discount factor"), "1 / (1 + rate) ** year", kind="number"),
        Line("present", _("Net, at present value"), "net * discount"),
        Line("by_people", _("Of the benefits by people"), "benefits * people", group="memo", guard="blank"),
        Line("by_processes", _("Of the benefits by processes"), "benefits * (1 - people)", group="memo",
             guard="blank"),
        Line("present_now", _("Net, at present value"), "net_now * discount", group="hidden", part="now"),
        Line("present_development", _("Net, at present value"), "net_development * discount", group="hidden",
             part="development"),
        Line("present_benefits", _("Benefits, at present value"), "benefits * discount", group="hidden"),
        Line("present_costs", _("Costs, at present value"), "costs * discount", group="hidden"),
        Line("present_verified", _("Net without unverified figures, at present value"),
             f"({_sum(checked)} - costs) * discount", group="hidden"),
        # The moment at which what was spent has come back, -1 until then.
        Line("paid_back_by", _("Paid back by the year"),
             "choose(paid_back_by[-1] >= 0, paid_back_by[-1],"
             " choose(cumulative >= 0, year - cumulative / net, -1))", "choose(net >= 0, 0, -1)",
             kind="number", group="hidden"),
        Line("total_benefits", _("Benefits, all years"), "total(benefits)", once=True),
        Line("total_costs", _("Costs, all years"), "total(costs)", once=True),
        Line("npv", _("Net present value"), "total(present)", once=True),
        Line("npv_now", PARTS["now"], "total(present_now)", once=True, part="now"),
        Line("npv_development", PARTS["development"], "total(present_development)", once=True, part="development"),
        Line("npv_verified", _("Without what rests on unverified figures"), "total(present_verified)", once=True),
        Line("benefit_per_cost", _("Benefits for each unit of cost, at present value"),
             "choose(total(present_costs) > 0, total(present_benefits) / total(present_costs), 0)",
             kind="number", once=True),
        Line("payback", _("Paid back in, years"), "paid_back_by", kind="number", once=True),
    )  # fmt: skip


def _sum(keys: Sequence[str]) -> str:
    return " + ".join(keys) or "0"
