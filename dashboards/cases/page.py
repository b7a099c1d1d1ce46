"""A case as its page shows it, and the sentence that says it aloud."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cxplatform.tenancy.numbers import number
from dashboards.cases.inputs import BY_KEY, GROUPS, PARTS, SCENARIOS, Input, from_stored
from dashboards.cases.model import Line, model_of
from dashboards.cases.picture import Bar, Course, bars, course
from dashboards.cases.results import Results, place_of, results
from dashboards.models import BusinessCase, CaseVersion

ASSUMED = gettext_lazy(
    "A calculation from told figures, not evidence. Customers' classes differ in many ways; that a customer who "
    "changes class would come to differ as much is assumed, never shown."
)
SUMMARY = ("total_benefits", "total_costs", "npv", "npv_now", "npv_development", "npv_verified", "benefit_per_cost")


@dataclass(frozen=True)
class Yearly:
    """A line over the years; `level` 0 is a sum, 1 what it is made of."""

    title: str
    kind: str
    values: Sequence[float | None]
    level: int


@dataclass(frozen=True)
class Page:
    case: BusinessCase
    version: CaseVersion
    inputs: Sequence[tuple[str, Sequence[Input]]]
    results: Results
    said: str
    summary: Sequence[tuple[Line, Sequence[float | None]]]
    paybacks: Sequence[float | None]
    parts: Sequence[tuple[str, Sequence[Yearly]]]
    whole: Sequence[Yearly]
    memo: Sequence[Yearly]
    course: Course
    bars: Sequence[Bar]

    @property
    def assumed(self) -> str:
        return str(ASSUMED)

    @property
    def years(self) -> range:
        return range(self.version.years + 1)

    @property
    def scenarios(self) -> Sequence[str]:
        return [str(name) for name in SCENARIOS.values()]


def load_page(case: BusinessCase, version: CaseVersion) -> Page:
    """Everything on the page of one version. No query."""
    inputs = from_stored(version.inputs)
    found = results(model_of(inputs, version.years))
    return Page(
        case=case,
        version=version,
        inputs=_grouped(inputs),
        results=found,
        said=said(case, version, found),
        summary=[(found.model.by_key[key], [found.total(key, scenario) for scenario in SCENARIOS]) for key in SUMMARY],
        paybacks=[found.payback(scenario) for scenario in SCENARIOS],
        parts=[(str(title), _part(found, part)) for part, title in PARTS.items()],
        whole=[_yearly(found, key, 0) for key in ("benefits", "costs", "net", "cumulative", "present")],
        memo=[_yearly(found, line.key, 1) for line in found.model.lines if line.group == "memo"],
        course=course(found),
        bars=bars(found),
    )


def said(case: BusinessCase, version: CaseVersion, of: Results) -> str:
    """The sentence to read aloud: what the figures come to if they hold, and how far apart the ends are."""
    if not of.counted:
        return _("Nothing can be counted yet: the figures that it takes are not known. Fill them in.")
    cautious, base, hopeful = (about(of.total("npv", scenario) or 0.0) for scenario in SCENARIOS)
    years = ngettext("%(n)s year", "%(n)s years", version.years) % {"n": version.years}
    worth = _(
        "If the figures hold, the net present value over %(years)s is about %(base)s %(currency)s "
        "(cautious %(cautious)s, hopeful %(hopeful)s)."
    ) % {"years": years, "base": base, "currency": case.currency, "cautious": cautious, "hopeful": hopeful}
    if not of.total("total_costs"):
        return worth + " " + _("No costs are told yet.")
    if (back := of.payback()) is None:
        return worth + " " + _("What is spent does not come back in that time.")
    return worth + " " + _("What is spent has come back in %(years)s years.") % {"years": number(back, decimals=1)}


def about(value: float) -> str:
    """An amount to three digits: what rests on assumptions is not known to the euro."""
    power = max(len(str(abs(round(value)))) - 3, 0)
    return number(round(value, -power))


def _part(of: Results, part: str) -> list[Yearly]:
    counted = [line for line in of.model.benefits(part) if not of.model.missing(line)]
    return [
        _yearly(of, f"benefits_{part}", 0),
        *(_yearly(of, line.key, 1) for line in counted),
        _yearly(of, f"costs_{part}", 0),
        *(_yearly(of, line.key, 1) for line in of.model.costs(part)),
        _yearly(of, f"net_{part}", 0),
    ]


def _yearly(of: Results, key: str, level: int) -> Yearly:
    line = of.model.by_key[key]
    return Yearly(str(line.title), line.kind, of.worked.over(key, place_of("base")), level)


def _grouped(inputs: Sequence[Input]) -> list[tuple[str, list[Input]]]:
    """Inputs under their headings, the case's own last."""
    grouped: list[tuple[str, list[Input]]] = [
        (str(title), [each for each in inputs if not each.own and BY_KEY[each.key].group == group])
        for group, title in GROUPS.items()
    ]
    own = [each for each in inputs if each.own]
    return [*grouped, (str(_("Own costs and benefits")), own)] if own else grouped


def beside(pages: Sequence[Page]) -> dict[str, Any]:
    """Cases beside one another: their results, and the figures in which they differ."""
    keys = list(dict.fromkeys(each.key for page in pages for each in from_stored(page.version.inputs)))
    figures = []
    for key in keys:
        found = [next((each for each in page.results.model.inputs if each.key == key), None) for page in pages]
        # Own rows are numbered by each case: the same number is the same row only in versions of one case.
        told = {(each.name, each.low, each.base, each.high) if each else None for each in found}
        if len(told) > 1:
            name = next(each for each in found if each)
            figures.append((name.title, name.kind, found))
    return {
        "pages": pages,
        "figures": figures,
        "rows": [
            (line, [next(value for other, value in page.summary if other.key == line.key) for page in pages])
            for line, _values in pages[0].summary
        ],
        "currencies": len({page.case.currency for page in pages}) > 1,
    }
