"""A document as an XLSX: a sheet a panel, native charts, formulas that go on working."""

import io
import math
import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dashboards.out.document import Document
from dashboards.sheets import Chart, Formula, Kind, Sheet, Value

MOST_DRAWN = 60  # a chart of more bars is read by nobody: the first so many, which the title says
_LONGEST_NAME = 31
_LONGEST_LINK = 2079  # what Excel opens
_WIDEST = 45  # characters of a column: longer text is wrapped
# The steps of the page's colour scale on a white ground, and the text that can be read on each.
_LEVELS = {
    4: ("#1f6a9f", "#ffffff"),
    3: ("#7fb8dd", "#000000"),
    2: ("#b5d6ec", "#000000"),
    1: ("#dcebf6", "#000000"),
    0: ("#f3f3f1", "#000000"),
    -1: ("#fcead9", "#000000"),
    -2: ("#f9ce9f", "#000000"),
    -3: ("#f0a35a", "#000000"),
    -4: ("#a8480b", "#ffffff"),
}
_CHART = {"column": ("column", ""), "bar": ("bar", ""), "line": ("line", ""), "stacked": ("column", "stacked")}
_SUMS = {"sum": "SUM", "average": "AVERAGE", "min": "MIN", "max": "MAX"}


def workbook(of: Document) -> bytes:
    """The file. Nothing in it is taken for a formula but what is declared as one."""
    import xlsxwriter

    file = io.BytesIO()
    book = xlsxwriter.Workbook(
        file,
        {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True},
    )
    book.set_properties({"title": of.title, "company": of.company})
    _Book(book, of).write()
    book.close()
    return file.getvalue()


class _Book:
    """The workbook while it is written: formats are made once each."""

    def __init__(self, book: Any, of: Document) -> None:
        self.book, self.of = book, of
        self.formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.numbers = _numbers()  # once: asking for the language takes longer than writing a cell
        self.names = sheet_names([_("Summary"), *(sheet.title for sheet in of.sheets)])

    def format(self, **properties: Any) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format({"font_name": "Calibri", "valign": "top", **properties})
        return self.formats[key]

    def write(self) -> None:
        self._summary()
        for name, sheet in zip(self.names[1:], self.of.sheets, strict=True):
            self._sheet(name, sheet)

    def _summary(self) -> None:
        page = self.book.add_worksheet(self.names[0])
        page.hide_gridlines(2)
        page.set_column(0, 0, 100)
        page.write_string(0, 0, self.of.company, self.format(font_color="#545c66"))
        page.write_string(1, 0, self.of.title, self.format(bold=True, font_size=18, font_color=self.of.colour))
        row = 3
        if self.of.said:
            page.write_string(row, 0, self.of.said, self.format(font_size=13, text_wrap=True))
            page.set_row(row, 18 * math.ceil(len(self.of.said) / 85))
            row += 2
        for note in self.of.notes:
            page.write_string(row, 0, note, self.format(font_color="#545c66", text_wrap=True))
            row += 1
        row += 1
        for name, sheet in zip(self.names[1:], self.of.sheets, strict=True):
            link = self.format(font_color=self.of.colour, underline=1)
            page.write_url(row, 0, f"internal:'{name}'!A1", link, string=sheet.title)
            row += 1
        _print(page, across=False)

    def _sheet(self, name: str, sheet: Sheet) -> None:
        page = self.book.add_worksheet(name)
        page.write_string(0, 0, sheet.title, self.format(bold=True, font_size=14, font_color=self.of.colour))
        for row, note in enumerate(sheet.notes, start=1):
            page.write_string(row, 0, note, self.format(font_color="#545c66"))
        head = len(sheet.notes) + 2
        for place, column in enumerate(sheet.columns):
            right = {"align": "right"} if column.kind != "text" else {}
            style = self.format(bold=True, bg_color=self.of.colour, font_color="#ffffff", text_wrap=True, **right)
            page.write_string(head, place, column.name, style)
            page.set_column(place, place, _width(sheet, place))
        first = head + 1
        for row, values in enumerate(sheet.rows, start=first):
            # Not every program makes room for wrapped text by itself.
            if (longest := max((len(value) for value in values if isinstance(value, str)), default=0)) > _WIDEST:
                page.set_row(row, 15 * math.ceil(longest / (_WIDEST - 5)))
            for place, value in enumerate(values):
                level, link = _level(sheet, row - first, place), sheet.link(row - first, place)
                self._cell(page, sheet, row, place, value, level=level, link=link)
        last = head + len(sheet.rows)
        named = list(dict.fromkeys(formula.name for formula in sheet.formulas))
        for formula in sheet.formulas:
            row = last + 1 + named.index(formula.name)
            self._formula(page, sheet, row, formula, first=first, last=last)
        if sheet.rows:
            page.autofilter(head, 0, last, len(sheet.columns) - 1)
        page.freeze_panes(first, 1)
        page.repeat_rows(head)
        _print(page, across=len(sheet.columns) > 5)
        if sheet.chart and sheet.rows:
            drawn = min(last, head + MOST_DRAWN)
            self._chart(page, sheet, sheet.chart, name, first=first, last=drawn, below=last + len(named) + 2)

    def _cell(
        self, page: Any, sheet: Sheet, row: int, place: int, value: Value, *, level: int | None, link: str
    ) -> None:
        column = sheet.columns[place]
        shades = {} if level is None else {"bg_color": _LEVELS[level][0], "font_color": _LEVELS[level][1]}
        style = self.format(num_format=self.numbers[column.kind], **shades)
        if column.less:
            ends = [_address(row, sheet.place(key)) for key in column.less]
            formula = f'=IF(OR({ends[0]}="",{ends[1]}=""),"",{ends[0]}-{ends[1]})'
            page.write_formula(row, place, formula, style, "" if value is None else value)
        elif value is None:
            page.write_blank(row, place, None, style)
        elif isinstance(value, str):
            wrapped = {"text_wrap": True} if len(value) > _WIDEST else {}
            page.write_string(row, place, value, self.format(**shades, **wrapped))
        elif isinstance(value, date):
            page.write_datetime(row, place, value, style)
        else:
            if len(link) in range(1, _LONGEST_LINK):
                style = self.format(num_format=self.numbers[column.kind], **shades, underline=1)
                page.write_url(row, place, link, style)  # a cell written over it stays a link, and a number
            page.write_number(row, place, value, style)

    def _formula(self, page: Any, sheet: Sheet, row: int, formula: Formula, *, first: int, last: int) -> None:
        place = sheet.place(formula.of)
        span = f"{_address(first, place)}:{_address(last, place)}"
        text = f'=IF(COUNT({span})=0,"",{_SUMS[formula.how]}({span}))'
        style = self.format(bold=True, top=1, num_format=self.numbers[sheet.columns[place].kind])
        page.write_formula(row, place, text, style, worked_out(sheet, formula))
        if place:
            page.write_string(row, 0, formula.name, self.format(bold=True, top=1))

    def _chart(self, page: Any, sheet: Sheet, drawn: Chart, name: str, *, first: int, last: int, below: int) -> None:
        kind, sub = _CHART[drawn.kind]
        chart = self.book.add_chart({"type": kind, **({"subtype": sub} if sub else {})})
        x = sheet.place(drawn.x)
        for number, key in enumerate(drawn.y):
            y = sheet.place(key)
            series = {
                **_series(name, x, y, first=first, last=last),
                "gap": 60,
                **_bars(sheet, key, most=last - first + 1),
            }
            if number == 0:
                colour = {"color": self.of.colour}
                series |= {"line": {**colour, "width": 2.25}} if kind == "line" else {"fill": colour}
            chart.add_series(series)
        if drawn.target is not None and kind != "bar":
            self._target(page, sheet, drawn, name, chart, first=first, last=last)
        drawn_rows = last - first + 1
        part = f" (1–{drawn_rows} / {len(sheet.rows)})" if drawn_rows < len(sheet.rows) else ""
        chart.set_title({"name": sheet.title + part, "name_font": {"size": 12}})
        alone = len(drawn.y) == 1 and drawn.target is None
        chart.set_legend({"none": True} if alone else {"position": "bottom"})
        days = sheet.columns[x].kind in ("date", "month")
        dates = {"text_axis": True, "num_format": self.numbers[sheet.columns[x].kind]} if days else {}
        names = {"label_position": "low", "reverse": kind == "bar", **dates}
        values = {"major_gridlines": {"visible": True, "line": {"color": "#d9dde3"}}, "label_position": "low"}
        # In a chart of bars the upright axis, y, is the one of the names.
        chart.set_x_axis(values if kind == "bar" else names)
        chart.set_y_axis(names if kind == "bar" else values)
        chart.set_size({"width": 860, "height": max(320, 28 * drawn_rows + 120) if kind == "bar" else 360})
        page.insert_chart(below, 0, chart, {"description": sheet.title})

    def _target(self, page: Any, sheet: Sheet, drawn: Chart, name: str, chart: Any, *, first: int, last: int) -> None:
        """A level line over the chart; its points are a column apart from the figures."""
        place, muted = len(sheet.columns) + 1, self.format(font_color="#545c66")
        page.write_string(first - 1, place, _("Target"), muted)
        for row in range(first, last + 1):
            page.write_number(row, place, drawn.target, muted)
        series = {
            **_series(name, sheet.place(drawn.x), place, first=first, last=last),
            "line": {"color": "#545c66", "dash_type": "dash", "width": 1.25},
        }
        if drawn.kind == "line":
            chart.add_series(series)
            return
        line = self.book.add_chart({"type": "line"})
        line.add_series(series)
        chart.combine(line)


def _series(name: str, x: int, y: int, *, first: int, last: int) -> dict[str, Any]:
    return {
        "name": [name, first - 1, y],
        "categories": [name, first, x, last, x],
        "values": [name, first, y, last, y],
    }


def worked_out(sheet: Sheet, formula: Formula) -> float | str:
    """What a formula's row comes to, for programs that do not calculate; "" of nothing."""
    place = sheet.place(formula.of)
    known = [value for row in sheet.rows if isinstance(value := row[place], int | float)]
    if not known:
        return ""
    return {"sum": sum(known), "average": sum(known) / len(known), "min": min(known), "max": max(known)}[formula.how]


def sheet_names(titles: Sequence[str]) -> list[str]:
    """Titles as names of sheets: at most 31 characters, none that Excel refuses, each once whatever its case."""
    names: list[str] = []
    for title in titles:
        plain = re.sub(r"[\[\]:*?/\\]", " ", title)
        plain = re.sub(r"\s+", " ", plain).strip().strip("'")[:_LONGEST_NAME].rstrip() or "–"
        name, number = plain, 1
        while name.casefold() in {other.casefold() for other in names} or name.casefold() == "history":
            number += 1
            name = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
        names.append(name)
    return names


def _bars(sheet: Sheet, key: str, *, most: int) -> dict[str, Any]:
    """The interval of a column as error bars, which take distances and not ends."""
    low = next((place for place, column in enumerate(sheet.columns) if column.low_of == key), None)
    high = next((place for place, column in enumerate(sheet.columns) if column.high_of == key), None)
    if low is None or high is None:
        return {}
    y = sheet.place(key)

    def away(row: tuple[Value, ...], end: int) -> float:
        value, edge = row[y], row[end]
        return round(abs(edge - value), 4) if isinstance(value, int | float) and isinstance(edge, int | float) else 0

    return {
        "y_error_bars": {
            "type": "custom",
            "plus_values": [away(row, high) for row in sheet.rows[:most]],
            "minus_values": [away(row, low) for row in sheet.rows[:most]],
            "line": {"color": "#545c66"},
        }
    }


def _level(sheet: Sheet, row: int, place: int) -> int | None:
    return sheet.levels[row] if sheet.coloured and sheet.columns[place].key == sheet.coloured and sheet.levels else None


def _width(sheet: Sheet, place: int) -> float:
    column = sheet.columns[place]
    if column.kind != "text":
        return 11 if column.kind == "date" else max(9, min(16, len(column.name) + 2))
    longest = max((len(str(row[place] or "")) for row in sheet.rows), default=0)
    return max(10, min(_WIDEST, longest + 2), min(20, len(column.name) + 2))


def _address(row: int, place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _numbers() -> dict[Kind, str]:
    """How each kind of column is written in the language that is on."""
    space = "" if (get_language() or "").startswith("en") else " "
    return {
        "text": "General",
        "count": "#,##0",
        "score": "0.0",
        "percent": f'0.0"{space}%"',
        "points": "+0.0;-0.0;0.0",
        "money": "#,##0",
        "date": date_format(),
        "month": "m/yyyy",
    }


def date_format() -> str:
    return "d mmm yyyy" if (get_language() or "").startswith("en") else "d.m.yyyy"


def _print(page: Any, *, across: bool) -> None:
    page.set_paper(9)
    if across:
        page.set_landscape()
    page.fit_to_pages(1, 0)
