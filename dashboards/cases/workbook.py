"""A case as a spreadsheet that goes on calculating: named figures, a sheet a scenario, and every swing as a run.

The formulas are the model's own (`formulas.written`); what stands beside them is what we worked out, for programs that
do not calculate.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from cxplatform.tenancy.colours import accent
from cxplatform.tenancy.models import Tenant
from dashboards.cases import formulas
from dashboards.cases.inputs import MARKS, PARTS, SCENARIOS, SHORT_PARTS, Input, Kind
from dashboards.cases.model import Line
from dashboards.cases.page import ASSUMED, Page
from dashboards.cases.results import place_of, place_of_run
from dashboards.cases.runs import address, guarded, runs_of
from dashboards.out.document import clean
from dashboards.out.workbook import date_format, sheet_names

_NUMBERS: Mapping[Kind, str] = {"count": "#,##0", "share": "0.0%", "money": "#,##0.00", "number": "0.00"}
_ENDS = ("low", "base", "high")
_BOLD = ("npv", "benefits", "costs", "net")


def workbook(*, tenant: Tenant, page: Page) -> bytes:
    """The file. Nothing in it is taken for a formula but what the model declares as one."""
    import xlsxwriter

    file = io.BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(file, plain)
    book.set_properties({"title": clean(page.case.title), "company": clean(tenant.name)})
    _Book(book, tenant, page).write()
    book.close()
    return file.getvalue()


class _Book:
    """The workbook while it is written."""

    def __init__(self, book: Any, tenant: Tenant, page: Page) -> None:
        self.book, self.tenant, self.page = book, tenant, page
        self.model, self.worked = page.results.model, page.results.worked
        self.colour = accent(tenant.brand_colour).light
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.years = range(self.model.years + 1)
        titles = [
            _("Summary"),
            _("Figures"),
            *(str(name) for name in SCENARIOS.values()),
            _("What moves it"),
            _("Runs"),
        ]
        self.names = sheet_names(titles)
        self.pages = [book.add_worksheet(name) for name in self.names]
        self.yearly = [line for line in self.model.lines if not line.once]
        self.once = [line for line in self.model.lines if line.once]
        # A sheet of a scenario: figures of the end on top, then what is derived, then the years.
        derived = [line for line in self.once if line.group == "derived"]
        ended = [line for line in self.once if line.group != "derived"]
        self.rows: dict[str, int] = {}
        for row, line in enumerate(ended, start=3):
            self.rows[line.key] = row
        for row, line in enumerate(derived, start=5 + len(ended)):
            self.rows[line.key] = row
        self.head = 7 + len(ended) + len(derived)
        for row, line in enumerate(self.yearly, start=self.head + 1):
            self.rows[line.key] = row

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Calibri", "valign": "top", **properties})
        return self.formats[key]

    def write(self) -> None:
        self._figures(self.pages[1])
        for place, scenario in enumerate(SCENARIOS):
            self._scenario(self.pages[2 + place], self.names[2 + place], scenario)
        self._runs(self.pages[6])
        self._swings(self.pages[5])
        self._summary(self.pages[0])

    def _title(self, page: Any, text: str, width: float = 46) -> None:
        page.write_string(0, 0, clean(text), self.format(bold=True, font_size=14, font_color=self.colour))
        page.set_column(0, 0, width)
        page.hide_gridlines(2)
        page.set_paper(9)
        page.set_landscape()
        page.fit_to_pages(1, 0)

    def _headings(self, page: Any, row: int, names: list[str]) -> None:
        for place, name in enumerate(names):
            right = {"align": "right"} if place else {}
            style = self.format(bold=True, bg_color=self.colour, font_color="#ffffff", text_wrap=True, **right)
            page.write_string(row, place, clean(name), style)

    def _figures(self, page: Any) -> None:
        """Every figure with a name for each end: customers_low, customers_base, customers_high."""
        self._title(page, _("Figures"))
        page.set_column(1, 3, 14)
        page.set_column(4, 4, 13)
        page.set_column(5, 5, 50)
        page.set_column(6, 7, 13)
        note = _("Change the figures in the coloured cells: everything else is worked out from them.")
        page.write_string(1, 0, note, self.format(font_color="#545c66"))
        heads = [
            _("Figure"),
            *(_("Low"), _("Base"), _("High")),
            _("How sure"),
            _("Source"),
            _("Date"),
            _("Name of the cell"),
        ]
        self._headings(page, 3, heads)
        for row, each in enumerate(self.model.inputs, start=4):
            page.write_string(row, 0, clean(each.title), self.format(text_wrap=True))
            style = self.format(num_format=_NUMBERS[each.kind], bg_color="#fdf6e3", border=1, border_color="#d9dde3")
            for place, end in enumerate(_ENDS, start=1):
                self._end(page, row, place, each, end, style)
                # Names of the book: what every formula says.
                self.book.define_name(f"{each.key}_{end}", f"='{self.names[1]}'!{address(row, place, fixed=True)}")
            page.write_string(row, 4, str(MARKS[each.mark]) if each.base is not None else "", self.format())
            page.write_string(row, 5, clean(each.source), self.format(text_wrap=True))
            if each.known_on:
                page.write_datetime(row, 6, each.known_on, self.format(num_format=date_format(), align="right"))
            page.write_string(row, 7, f"{each.key}_base", self.format(font_color="#545c66"))
        page.freeze_panes(4, 1)

    def _end(self, page: Any, row: int, place: int, each: Input, end: str, style: Any) -> None:
        told = getattr(each, end)
        if told is not None:
            page.write_number(row, place, told, style)
        elif end == "base":
            page.write_blank(row, place, None, style)
        else:
            base = address(row, 2)
            page.write_formula(
                row, place, f'=IF(ISNUMBER({base}),{base},"")', style, "" if each.base is None else each.base
            )

    def _scenario(self, page: Any, name: str, scenario: str) -> None:
        run = place_of(scenario)
        title = f"{clean(self.page.case.title)}: {SCENARIOS[scenario]} ({self.page.case.currency})"
        self._title(page, title, 62)
        page.set_column(1, self.model.years + 1, 15)
        ends = {each.key: f"{each.key}_{each.end_of(scenario)}" for each in self.model.inputs}

        def at_of(line: Line, year: int) -> Callable[[str, int], str]:
            def at(key: str, back: int) -> str:
                if key == formulas.YEAR:
                    return address(self.head, year + 1, fixed_row=True)
                if key in ends:
                    return ends[key]
                if self.model.by_key[key].once:
                    return address(self.rows[key], 1, fixed=True)
                return address(self.rows[key], (self.model.years if line.once else year + back) + 1)

            return at

        def span(key: str) -> str:
            return f"{address(self.rows[key], 1)}:{address(self.rows[key], self.model.years + 1)}"

        for line in self.once:
            self._line_title(page, line)
            self._formula(page, line, 0, at_of(line, 0), span, ends, run)
        self._headings(page, self.head, [_("By year")])
        for year in self.years:
            style = self.format(bold=True, bg_color=self.colour, font_color="#ffffff", align="right")
            page.write_number(self.head, year + 1, year, style)
        for line in self.yearly:
            self._line_title(page, line)
            for year in self.years:
                self._formula(page, line, year, at_of(line, year), span, ends, run)
        page.freeze_panes(0, 1)

    def _line_title(self, page: Any, line: Line) -> None:
        style = self.format(bold=line.key in _BOLD)
        page.write_string(self.rows[line.key], 0, titled(line), style)

    def _formula(self, page: Any, line: Line, year: int, at: Any, span: Any, ends: Mapping[str, str], run: int) -> None:
        text = guarded(formulas.written(line.of_year(year), at=at, span=span), line, self.model, ends.__getitem__)
        bold = {"bold": True} if line.key in _BOLD else {}
        style = self.format(num_format=_shown(line), **bold)
        found = self.worked.get(line.key, run, year)
        page.write_formula(self.rows[line.key], year + 1, f"={text}", style, "" if found is None else found)

    def _runs(self, page: Any) -> None:
        """A row a run: what the swings are read from."""
        self._title(page, _("Runs"), 40)
        note = _("Each row works the whole case out with one figure at one end of its range.")
        page.write_string(1, 0, note, self.format(font_color="#545c66"))
        self.runs = runs_of(self.model)
        self._headings(page, 3, list(self.runs.heads))
        ends = {"low": _("Low"), "high": _("High")}
        plain = {kind: self.format(num_format=text) for kind, text in _NUMBERS.items()}
        lined = {line.key: self.format(num_format=_shown(line)) for line in self.model.lines}
        for number, (varied, end) in enumerate(self.runs.order):
            row = self.runs.row(number)
            page.write_string(row, 0, f"{clean(varied.title)}: {ends[end]}", self.format())
            for place, each, text in self.runs.figures(varied, end):
                found = each.at(end) if each is varied else each.base
                style = self.format(num_format=_NUMBERS[each.kind], bold=True) if each is varied else plain[each.kind]
                page.write_formula(row, place, text, style, "" if found is None else found)
            for place, line, year, text in self.runs.lines(row):
                found = self.worked.get(line.key, place_of_run(number), year)
                page.write_formula(row, place, text, lined[line.key], "" if found is None else found)
        page.freeze_panes(4, 1)

    def _swings(self, page: Any) -> None:
        """The tornado: live, in the order in which they stood when the file was made."""
        self._title(page, _("What moves the result most"))
        page.set_column(1, 7, 16)
        note = _("Net present value with one figure at either end of its range and the others at their base.")
        page.write_string(1, 0, note, self.format(font_color="#545c66"))
        self._headings(page, 3, [_("Figure"), _("At low"), _("At high"), _("Low, from base"), _("High, from base")])
        base = f"'{self.names[3]}'!{address(self.rows['npv'], 1, fixed=True)}"
        npv = self.page.results.base_npv
        money = self.format(num_format=_NUMBERS["money"])
        swings = self.page.results.swings
        for row, swing in enumerate(swings, start=4):
            page.write_string(row, 0, clean(swing.of.title), self.format(text_wrap=True))
            for place, end, value in ((1, "low", swing.low), (2, "high", swing.high)):
                cell = self.runs.npv_of(swing.of, end)
                page.write_formula(row, place, f"='{self.names[6]}'!{cell}", money, value)
                page.write_formula(row, place + 2, f"={address(row, place)}-{base}", money, value - npv)
        if not swings:
            return
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        last = 3 + min(len(swings), 15)
        for place, colour in ((3, "#a8480b"), (4, self.colour)):
            chart.add_series(
                {
                    "name": [self.names[5], 3, place],
                    "categories": [self.names[5], 4, 0, last, 0],
                    "values": [self.names[5], 4, place, last, place],
                    "fill": {"color": colour},
                    "gap": 40,
                }
            )
        chart.set_title({"name": _("What moves the result most"), "name_font": {"size": 12}})
        chart.set_y_axis({"reverse": True, "label_position": "low"})
        chart.set_x_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#d9dde3"}}})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 900, "height": 120 + 28 * (last - 3)})
        page.insert_chart(5 + len(swings), 0, chart, {"description": _("What moves the result most")})

    def _summary(self, page: Any) -> None:
        case, version = self.page.case, self.page.version
        self._title(page, case.title)
        page.set_column(1, 3, 18)
        muted = self.format(font_color="#545c66", text_wrap=True)
        about = _("%(company)s, version %(number)s, amounts in %(currency)s") % {
            "company": clean(self.tenant.name),
            "number": version.number,
            "currency": case.currency,
        }
        page.write_string(1, 0, about, muted)
        told = _("When this file was made: %(said)s") % {"said": self.page.said}
        page.merge_range(2, 0, 2, 3, clean(told), self.format(text_wrap=True))
        page.set_row(2, 34)
        page.merge_range(3, 0, 3, 3, str(ASSUMED), muted)
        page.set_row(3, 34)
        self._headings(page, 5, ["", *(str(name) for name in SCENARIOS.values())])
        lines = [line for line, _values in self.page.summary] + [self.model.by_key["payback"]]
        for row, line in enumerate(lines, start=6):
            indent = {"indent": 1} if line.part or line.key == "npv_verified" else {}
            style = self.format(**({"bold": True} if line.key == "npv" else {}), **indent)
            page.write_string(row, 0, clean(_upper(str(line.title))), style)
            for place, scenario in enumerate(SCENARIOS):
                cell = f"'{self.names[2 + place]}'!{address(self.rows[line.key], 1)}"
                found = self.worked.get(line.key, place_of(scenario))
                bold = {"bold": True} if line.key == "npv" else {}
                number = self.format(num_format=_shown(line), align="right", **bold)
                if line.key == "payback":
                    never = _("not in time")
                    shown = never if found is None or found < 0 else found
                    page.write_formula(row, place + 1, f'=IF({cell}<0,"{never}",{cell})', number, shown)
                else:
                    page.write_formula(row, place + 1, f"={cell}", number, "" if found is None else found)
        chart = self.book.add_chart({"type": "line"})
        for place, (scenario, colour) in enumerate(
            zip(SCENARIOS, ("#a8480b", self.colour, "#1f6a9f"), strict=True), start=2
        ):
            row = self.rows["cumulative"]
            dash = {} if scenario == "base" else {"dash_type": "dash"}
            chart.add_series(
                {
                    "name": str(SCENARIOS[scenario]),
                    "categories": [self.names[place], self.head, 1, self.head, self.model.years + 1],
                    "values": [self.names[place], row, 1, row, self.model.years + 1],
                    "line": {"color": colour, "width": 2.25, **dash},
                }
            )
        chart.set_title({"name": _("Net, cumulative"), "name_font": {"size": 12}})
        chart.set_y_axis({"num_format": "#,##0", "major_gridlines": {"visible": True, "line": {"color": "#d9dde3"}}})
        chart.set_x_axis({"label_position": "low"})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": 320})
        page.insert_chart(7 + len(lines), 0, chart, {"description": _("Net, cumulative")})
        row = 25 + len(lines)
        for line, gaps in self.page.results.uncounted:
            if row == 25 + len(lines):
                page.write_string(row, 0, _("Not counted, as a figure is not known"), self.format(bold=True))
                row += 1
            missing = "; ".join(clean(each.title) for each in gaps)
            page.write_string(row, 0, f"{titled(line)}: {missing}", self.format(font_color="#545c66"))
            row += 1
        page.activate()


def _shown(line: Line) -> str:
    """How a line's cells are written: amounts without the cents that they hold."""
    if line.key in ("payback", "paid_back_by"):
        return '0.00;"–"'  # -1 until it is paid back
    return "#,##0" if line.kind == "money" else _NUMBERS[line.kind]


def _part_name(line: Line) -> str:
    """The part that a line belongs to, where its title does not say it."""
    return "" if line.title == PARTS.get(line.part) else str(SHORT_PARTS.get(line.part, ""))


def titled(line: Line) -> str:
    part = _part_name(line)
    return _upper(clean(f"{line.title} ({part})" if part else str(line.title)))


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
