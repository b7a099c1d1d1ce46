"""A digest made from the leadership page's own value: the sentence, the scores, what turned, promises, silence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from cxplatform.tenancy.models import Membership
from dashboards import words
from dashboards.digests.days import told_of
from dashboards.digests.heard import heard
from dashboards.feedback.said import Said
from dashboards.leadership.page import Page
from dashboards.leadership.sheets import page_sheets, whose
from dashboards.out.document import Table, table
from dashboards.query import Query, parse
from dashboards.scope import narrowed
from dashboards.sheets import Sheet, Value

_MOST_ROWS, _MOST_COLUMNS = 6, 5
_SHOWN = {
    "scores": ("measure", "unit", "score", "low", "high", "n", "change", "verdict"),
    "journeys": ("where", "score", "low", "high", "n", "change", "verdict"),
    "promises": ("promise", "kept", "low", "high", "n", "target", "verdict"),
    "silent": ("touchpoint", "unit", "owner"),
}
# Of panels: the columns that answer, where the first five do not.
_OF_PANELS = {"unseen": ("place", "metric", "staff", "customers", "gap", "low", "high")}
# The customer's words come in a mail of their own, and without them their steps say nothing.
_LEFT_OUT = ("months", "chair")


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it: a table, or a sentence where there is nothing to list. `more` rows are left
    out."""

    title: str
    table: Table | None = None
    said: str = ""
    more: int = 0


@dataclass(frozen=True)
class Digest:
    """`query` is the page's that it was made from; `whose` is empty where the figures are everybody's. `heard` are
    verbatims of these days."""

    query: Query
    days: str
    whose: tuple[str, ...]
    said: tuple[str, ...]
    sections: tuple[Section, ...]
    heard: tuple[Said, ...] = ()


def query_for(*, filters: str, weekly: bool, sending: date, member: Membership) -> Query:
    """What a digest asks: the filters, of its own days, within what the member may see. Raises BadQuery."""
    asked = parse(dict(parse_qsl(filters)), today=sending)
    return narrowed(replace(asked, period=told_of(sending, weekly=weekly), named=""), member)


def digest(page: Page, *, weekly: bool) -> Digest:
    """The digest in the language that is on. A weekly one has no panels: a huddle takes ten minutes."""
    sheets = {sheet.key: sheet for sheet in page_sheets(page)}
    sections = [
        _measured(sheets.get("scores")),
        _turned(page, sheets.get("journeys")),
        _listed(sheets, "promises"),
        _listed(sheets, "silent"),
    ]
    if not weekly:
        # Where there are warnings, the months of every forecast are too many for a mail.
        left = (*_LEFT_OUT, "ahead") if "coming" in sheets else _LEFT_OUT
        sections += [
            _section(sheet.only(_OF_PANELS[key]) if key in _OF_PANELS else sheet)
            for key, sheet in sheets.items()
            if key not in (*_SHOWN, *left)
        ]
    return Digest(
        query=page.query,
        days=words.period(page.query.period),
        whose=whose(page.query, page.structure),
        said=tuple(phrase.text for phrase in page.sentence),
        sections=tuple(section for section in sections if section),
        heard=heard(page.query, structure=page.structure, tenant=page.scene.tenant),
    )


def _listed(sheets: dict[str, Sheet], key: str) -> Section | None:
    return _section(sheets[key].only(_SHOWN[key])) if key in sheets else None


def _measured(sheet: Sheet | None) -> Section | None:
    """The scores that there are: a mail has no room for what was not asked."""
    if sheet is None:
        return None
    measure, what, n = (sheet.place(key) for key in ("measure", "what", "n"))
    # "Expectation 14.8 %" alone does not say of what: here the name takes along what is counted.
    rows = [(f"{row[measure]}, {row[what]}", *row[measure + 1 :]) for row in sheet.rows if row[n]]
    return _section(replace(sheet, rows=rows).only(_SHOWN["scores"])) if rows else None


def _turned(page: Page, sheet: Sheet | None) -> Section | None:
    """Stages that clearly turned, or are clearly off target, the worst first."""
    if sheet is None or page.heatmap is None:
        return None
    entries = [entry for row in page.heatmap.rows for entry in row.cells if entry]
    if all(entry.cell.verdict == "not_enough" for entry in entries):
        return None  # nothing to compare with: that no stage turned is not known
    clear = [place for place, entry in enumerate(entries) if entry.cell.verdict in ("worse", "better")]
    clear.sort(key=lambda place: (entries[place].cell.verdict == "better", -abs(_moved(sheet.rows[place], sheet))))
    title = _("Against the target") if page.on_target else _("What turned")
    if not clear:
        return Section(title, said=_("No stage stands out.") if page.on_target else _("No stage turned clearly."))
    kept = replace(sheet, title=title, rows=[sheet.rows[place] for place in clear], coloured="", levels=())
    return _section(kept.only(_SHOWN["journeys"]))


def _moved(row: Sequence[Value], sheet: Sheet) -> float:
    found = [row[sheet.place(key)] for key in ("change", "to_target")]
    return next((float(value) for value in found if isinstance(value, int | float)), 0.0)


def _section(sheet: Sheet) -> Section:
    found = table(sheet, columns=_MOST_COLUMNS, rows=_MOST_ROWS)
    return Section(sheet.title, table=found, more=len(sheet.rows) - len(found.rows))
