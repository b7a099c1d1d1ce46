"""A document as a PPTX: the sentence first, then a slide a panel with a native chart and its figures."""

import io
import math
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.out.commas import neutral
from dashboards.out.document import Document, Table, shown, table
from dashboards.sheets import Chart, Sheet

MOST_ROWS = 12
MOST_BARS = 24
_FEW_BARS = 8
_COLUMNS, _BESIDE_CHART = 7, 3
_LEFT, _TOP, _WIDTH, _HEIGHT = 0.6, 1.35, 12.1, 5.2  # inches, of a slide of 13.33 x 7.5
_ROW, _LINE, _LETTER = 0.38, 0.19, 0.085  # inches at 11 points: a row at least, a line, a letter
_MUTED, _TEXT, _BAND = "545c66", "16191d", "f5f6f8"


def slides(of: Document) -> bytes:
    """The file."""
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    deck.core_properties.title, deck.core_properties.author = of.title, of.company
    _first(deck, of)
    for sheet in of.sheets:
        _slide(deck, of, sheet)
    file = io.BytesIO()
    deck.save(file)
    return file.getvalue()


def _first(deck: Any, of: Document) -> None:
    slide = _titled(deck, of, of.title)
    _say(slide, of.company, top=0.25, size=14, colour=_MUTED, height=0.4)
    if of.said:
        _say(slide, of.said, top=1.7, size=28 if len(of.said) < 220 else 22, colour=_TEXT, height=3.6)
    _say(slide, "\n".join(of.notes), top=5.6, size=12, colour=_MUTED, height=1.4)


def _slide(deck: Any, of: Document, sheet: Sheet) -> None:
    slide = _titled(deck, of, sheet.title)
    charted = sheet.chart if len(sheet.rows) > 1 else None
    if charted:
        _chart(slide, of, sheet, charted, width=7.2)
    told = _narrow(sheet, charted) if charted else sheet
    if charted and charted.kind == "line":
        told = told.newest(MOST_ROWS)  # of a course the newest
    left = _LEFT + 7.4 if charted else _LEFT
    found = table(told, columns=_BESIDE_CHART if charted else _COLUMNS, rows=MOST_ROWS)
    found = _fitted(found, width=_LEFT + _WIDTH - left)
    _table(slide, of, found, left=left, width=_LEFT + _WIDTH - left)
    more = len(sheet.rows) - len(found.rows)
    notes = list(sheet.notes[:2])
    if more > 0:
        notes.insert(0, ngettext("%d row more in the workbook", "%d rows more in the workbook", more) % more)
    _say(slide, " · ".join(notes), top=6.75, size=10, colour=_MUTED, height=0.6)
    slide.notes_slide.notes_text_frame.text = "\n".join([_spoken(sheet), *sheet.notes])


def _narrow(sheet: Sheet, chart: Chart) -> Sheet:
    """The chart's categories, its first value with the interval, and the n: what must stand beside the picture."""
    first = chart.y[0]
    beside = [column.key for column in sheet.columns if first in (column.low_of, column.high_of, column.n_of)]
    return sheet.only([chart.x, first, *beside])


def _spoken(sheet: Sheet) -> str:
    return "\n".join(table(sheet, columns=_COLUMNS, rows=MOST_ROWS).lines)


def _titled(deck: Any, of: Document, title: str) -> Any:
    from pptx.util import Inches, Pt

    slide = deck.slides.add_slide(deck.slide_layouts[5])  # "title only": the title is found by outlines and readers
    shape = slide.shapes.title
    shape.left, shape.top, shape.width, shape.height = Inches(_LEFT), Inches(0.55), Inches(_WIDTH), Inches(0.75)
    shape.text_frame.text = title
    paragraph = shape.text_frame.paragraphs[0]
    paragraph.alignment = 1  # left
    paragraph.font.size, paragraph.font.bold = Pt(28), True
    paragraph.font.color.rgb = _rgb(of.colour)
    return slide


def _say(slide: Any, text: str, *, top: float, size: int, colour: str, height: float) -> None:
    from pptx.enum.text import MSO_AUTO_SIZE
    from pptx.util import Inches, Pt

    box = slide.shapes.add_textbox(Inches(_LEFT), Inches(top), Inches(_WIDTH), Inches(height))
    box.text_frame.word_wrap, box.text_frame.auto_size = True, MSO_AUTO_SIZE.TEXT_TO_FIT_SHAPE
    box.text_frame.text = text
    for paragraph in box.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.color.rgb = Pt(size), _rgb(colour)


def _chart(slide: Any, of: Document, sheet: Sheet, drawn: Chart, *, width: float) -> None:
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION
    from pptx.util import Inches, Pt

    rows = list(sheet.rows) if drawn.kind == "line" else list(sheet.rows)[:MOST_BARS]
    x = sheet.place(drawn.x)
    data = CategoryChartData(number_format="0.0")
    # The workbook within the chart takes what begins like a formula for one.
    data.categories = [neutral(shown(row[x], sheet.columns[x].kind)) for row in rows]
    for key in drawn.y:
        place = sheet.place(key)
        data.add_series(neutral(sheet.columns[place].name), [_number(row[place]) for row in rows])
    if drawn.target is not None and drawn.kind == "line":
        data.add_series(_("Target"), [drawn.target] * len(rows))
    kinds = {
        "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
        "bar": XL_CHART_TYPE.BAR_CLUSTERED,
        "line": XL_CHART_TYPE.LINE_MARKERS,
        "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    }
    frame = slide.shapes.add_chart(kinds[drawn.kind], Inches(_LEFT), Inches(_TOP), Inches(width), Inches(_HEIGHT), data)
    frame.name = sheet.title
    chart = frame.chart
    chart.has_title, chart.font.size = False, Pt(12)
    chart.has_legend = len(chart.plots[0].series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    chart.category_axis.reverse_order = drawn.kind == "bar"
    if drawn.kind == "bar":
        chart.category_axis.tick_labels.font.size = Pt(12 if len(rows) <= _FEW_BARS else 9)
        _name_each(chart.category_axis)
    if all(sheet.columns[sheet.place(key)].kind == "percent" for key in drawn.y):
        chart.value_axis.minimum_scale, chart.value_axis.maximum_scale = 0, 100
    chart.value_axis.major_gridlines.format.line.color.rgb = _rgb("d9dde3")
    first = chart.plots[0].series[0]
    if drawn.kind == "line":
        first.format.line.color.rgb, first.smooth = _rgb(of.colour), False
        first.marker.format.fill.solid()
        first.marker.format.fill.fore_color.rgb = _rgb(of.colour)
        for other in list(chart.plots[0].series)[1:]:
            other.format.line.color.rgb, other.smooth = _rgb(_MUTED), False
    else:
        first.format.fill.solid()
        first.format.fill.fore_color.rgb, first.invert_if_negative = _rgb(of.colour), False


def _name_each(axis: Any) -> None:
    """Every bar with its name: left to itself, a chart leaves out every second one."""
    from pptx.oxml.ns import qn

    every = axis._element.makeelement(qn("c:tickLblSkip"), {"val": "1"})
    axis._element.find(qn("c:noMultiLvlLbl")).addprevious(every)


def _table(slide: Any, of: Document, found: Table, *, left: float, width: float) -> None:
    from pptx.util import Inches

    rows, columns = len(found.rows) + 1, len(found.heads)
    frame = slide.shapes.add_table(
        rows, columns, Inches(left), Inches(_TOP), Inches(width), Inches(min(_HEIGHT, _ROW * rows))
    )
    shares = _shares(found)
    for place, share in enumerate(shares):
        frame.table.columns[place].width = Inches(width * share)
    for place, head in enumerate(found.heads):
        _cell(
            frame.table.cell(0, place), head, ground=of.colour, colour="ffffff", right=found.numeric[place], bold=True
        )
    for number, row in enumerate(found.rows, start=1):
        for place, text in enumerate(row):
            ground = _BAND if number % 2 else "ffffff"
            cell = frame.table.cell(number, place)
            _cell(cell, text, ground=ground, colour=_TEXT, right=found.numeric[place])
            if link := found.links[number - 1][place]:
                cell.text_frame.paragraphs[0].runs[0].hyperlink.address = link


def _fitted(found: Table, *, width: float) -> Table:
    """The first rows that stand within the slide, as text that is wrapped makes a row higher."""
    widths = [width * share - 0.12 for share in _shares(found)]
    left, kept = _HEIGHT - _ROW, 0
    for row in found.rows:
        lines = max(math.ceil(len(text) * _LETTER / wide) for text, wide in zip(row, widths, strict=True))
        left -= max(_ROW, lines * _LINE + 0.06)
        if left < 0:
            break
        kept += 1
    return replace(found, rows=found.rows[: max(1, kept)])


def _shares(found: Table) -> list[float]:
    """Widths as shares of the whole, by the longest text of each column within bounds; a number keeps to one line."""
    longest = [
        min(
            36 if found.numeric[place] or len(found.heads) > _BESIDE_CHART else 24,
            max(len(found.heads[place]), *(len(row[place]) + 1 for row in found.rows), 8),
        )
        for place in range(len(found.heads))
    ]
    return [length / sum(longest) for length in longest]


def _cell(cell: Any, text: str, *, ground: str, colour: str, right: bool, bold: bool = False) -> None:
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    cell.text_frame.text = text
    cell.fill.solid()
    cell.fill.fore_color.rgb = _rgb(ground)
    cell.margin_left = cell.margin_right = Inches(0.06)
    cell.margin_top = cell.margin_bottom = Inches(0.03)
    for paragraph in cell.text_frame.paragraphs:
        paragraph.font.size, paragraph.font.bold, paragraph.font.color.rgb = Pt(11), bold, _rgb(colour)
        paragraph.alignment = PP_ALIGN.RIGHT if right else PP_ALIGN.LEFT


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _rgb(colour: str) -> Any:
    from pptx.dml.color import RGBColor

    return RGBColor.from_string(colour.removeprefix("#").upper())
