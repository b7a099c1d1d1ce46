"""The leadership page as files: what is in them, what is kept out of them, and what opens them."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import timezone
from openpyxl import load_workbook
from pptx import Presentation
from pptx.oxml.ns import qn

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from cxplatform.tenancy.roles import Role
from dashboards.models import KpiSeries, KpiValue, Target
from dashboards.out.commas import commas
from dashboards.out.document import Document, document
from dashboards.out.slides import slides
from dashboards.out.workbook import sheet_names, workbook, worked_out
from dashboards.sheets import Chart, Column, Formula, Sheet
from tests.dashboards.worlds import count, days_ago, nps
from tests.factories import Path, client_of, make_journey, make_member, make_tenant
from tests.promises.worlds import event, make_promise, send

pytestmark = pytest.mark.django_db
HOSTILE = "=HYPERLINK(1)"


@pytest.fixture(scope="module")
def path(kept: None) -> Path:
    """Choose rises clearly, Buy has three answers, Use none; a target for the company; a promise kept 0 of 0."""
    tenant = make_tenant(name="Rengasala", slug="rengasala", brand_colour="#aa2233")
    path = make_journey(tenant, "tyre-change", name=HOSTILE, stages=["Choose", "Buy", "Use", "Leave"])
    count(tenant, nps(80, 10, 10), at=path.touchpoints[0])
    count(tenant, nps(20, 40, 40), at=path.touchpoints[0], day=days_ago(366, tenant))
    count(tenant, nps(3, 0, 0), at=path.touchpoints[1])
    count(tenant, nps(0, 4, 0), at=path.touchpoints[3])  # or the three were the journey less Choose
    with activate(tenant.pk):
        Target.objects.create(metric="nps", year=days_ago(0, tenant).year, value=60)
    make_promise(tenant, "reply")
    return path


@pytest.fixture(scope="module")
def tenant(path: Path) -> Tenant:
    return path.journey.tenant


def get(tenant: Tenant, address: str, *, language: str = "en", role: str = Role.VIEWER) -> Any:
    client = client_of(make_member(tenant, role), headers={"accept-language": language})
    return client.get(f"/t/{tenant.slug}/{address}")


def book(response: Any, *, values: bool) -> Any:
    return load_workbook(io.BytesIO(response.content), data_only=values)


def row_of(sheet: Any, first: str) -> dict[str, Any]:
    """The row whose first cell says so, by the heading above it."""
    rows = list(sheet.iter_rows(values_only=True))
    head = next(row for row in rows if len([cell for cell in row if cell]) > 2)
    return dict(zip(head, next(row for row in rows if row[0] == first), strict=True))


def test_the_workbook_has_the_figures_with_interval_n_and_live_formulas(tenant: Tenant) -> None:
    response = get(tenant, "out/leadership.xlsx")
    assert response["Content-Disposition"] == 'attachment; filename="rengasala-leadership.xlsx"'
    content = response.content
    values = load_workbook(io.BytesIO(content), data_only=True)
    assert values.sheetnames[:4] == ["Summary", "Scores", "Twelve months", "Journeys NPS"]
    score = row_of(values["Scores"], "NPS")
    assert (score["Score"], score["n"], score["Target"]) == (pytest.approx(68.22, abs=0.01), 107, 60)
    assert score["Low"] < score["Score"] < score["High"]
    assert score["To target"] == pytest.approx(score["Score"] - 60)
    assert score["Verdict"] == "better"
    formulas = load_workbook(io.BytesIO(content))
    assert row_of(formulas["Scores"], "NPS")["To target"] == '=IF(OR(D6="",J6=""),"",D6-J6)'
    together = row_of(values["Twelve months"], "All together"), row_of(formulas["Twelve months"], "All together")
    assert [row["n"] for row in together] == [107, '=IF(COUNT(E5:E16)=0,"",SUM(E5:E16))']
    assert len(formulas["Twelve months"]._charts) == len(formulas["Journeys NPS"]._charts) == 1
    assert "NPS" in " ".join(str(cell.value) for cell in values["Summary"]["A"])
    with activate(tenant.pk):
        entry = AuditEntry.objects.get(action="exported")
    assert entry.changes == {"file": "leadership.xlsx", "address": ""}


def test_a_small_group_is_in_no_file_and_a_name_is_no_formula(tenant: Tenant) -> None:
    sheet = book(get(tenant, "out/leadership.xlsx"), values=False)["Journeys NPS"]
    rows = {row[1]: row for row in sheet.iter_rows(values_only=True) if row[0] == HOSTILE}
    assert [rows[stage][3:7] for stage in ("Buy", "Use")] == [(None,) * 4] * 2
    assert [rows[stage][8] for stage in ("Choose", "Buy", "Use")] == ["better", "too few", "not measured"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value == HOSTILE} == {"s"}
    told = get(tenant, "out/journeys.csv").content.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(told)))[1][0] == f"'{HOSTILE}"


def test_slides_begin_with_the_sentence_and_carry_charts_with_their_figures(tenant: Tenant) -> None:
    deck = Presentation(io.BytesIO(get(tenant, "out/leadership.pptx").content))
    first = " ".join(shape.text_frame.text for shape in deck.slides[0].shapes if shape.has_text_frame)
    assert "Rengasala" in first
    assert "NPS 68" in first
    titled = {slide.shapes.title.text_frame.text: slide for slide in deck.slides}
    shapes = list(titled["Journeys: NPS"].shapes)
    chart = next(shape for shape in shapes if shape.has_chart).chart
    assert list(chart.plots[0].series[0].values) == [70, None, None, None]
    assert str(chart.plots[0].series[0].format.fill.fore_color.rgb) == "AA2233"
    table = next(shape for shape in shapes if shape.has_table).table
    assert [cell.text for cell in table.rows[0].cells] == ["Where", "Score", "n"]
    assert [cell.text for cell in table.rows[1].cells] == ["Choose", "70.0 (55.3…80.6)", "100"]


def test_in_finnish_a_text_table_has_semicolons_and_decimal_commas(tenant: Tenant) -> None:
    content = get(tenant, "out/scores.csv", language="fi").content
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:2] == ["Mittari", "Mikä se on"]
    assert rows[1][3] == "68,2243"


def test_the_page_of_files_shows_what_is_in_them(tenant: Tenant) -> None:
    text = get(tenant, "out/?period=30d").content.decode()
    assert f'href="/t/{tenant.slug}/out/leadership.xlsx?period=30d"' in text
    assert f'href="/t/{tenant.slug}/out/journeys.csv?period=30d"' in text
    assert "too few" in text


def test_a_dimension_a_promise_and_a_page_without_answers(tenant: Tenant) -> None:
    then = timezone.now() - timedelta(days=3)
    send(tenant, *[event("order.placed", then, correlation=f"o-{number}") for number in range(6)])
    found = book(get(tenant, "out/leadership.xlsx?view=unit"), values=True)
    kept = row_of(found["Promises"], "reply")
    assert (kept["Kept"], kept["n"], kept["Broken"], kept["Verdict"]) == (0, 6, 6, "clearly short of target")
    bare = make_tenant()
    assert book(get(bare, "out/leadership.xlsx"), values=True).sheetnames == ["Summary", "Scores"]
    assert get(bare, "out/leadership.pptx").status_code == 200


def test_pages_of_analysis_leave_as_files_too(tenant: Tenant) -> None:
    with activate(tenant.pk):
        series = KpiSeries.objects.create(slug="sales", name="Sales", unit="EUR", grain=KpiSeries.Grain.MONTH)
        KpiValue.objects.create(series=series, start=days_ago(0, tenant).replace(day=1), value=1234.5)
    found = book(get(tenant, "kpis/?format=xlsx"), values=True)
    assert row_of(found["KPIs"], "Sales")["Latest"] == 1234.5
    for address in ("blind-spots", "focus", "ahead", "worth", "weeks", "findings"):
        assert get(tenant, f"{address}/?format=xlsx")["Content-Disposition"].startswith("attachment")
    assert get(tenant, "kpis/?format=odt").status_code == 404


@pytest.mark.parametrize("address", ["out/nothing.csv", "out/scores.csv?period=yesterday", "out/leadership.xlsx?to=x"])
def test_nonsense_is_refused(tenant: Tenant, address: str) -> None:
    assert get(tenant, address).status_code == (404 if "nothing" in address else 400)


def test_last_rows_are_worked_out_by_the_spreadsheet_and_by_us() -> None:
    columns = (Column("a", "A"), Column("x", "X", "count"))
    sheet = Sheet("s", "S", columns, [("p", 2), ("q", None), ("r", 4)], Chart("bar", "a", ("x",)))
    made = {how: worked_out(sheet, Formula("x", how, "All")) for how in ("sum", "average", "min", "max")}
    assert made == {"sum": 6, "average": 3, "min": 2, "max": 4}
    assert worked_out(Sheet("s", "S", columns, [("p", None)]), Formula("x", "sum", "All")) == ""
    assert commas(sheet).decode("utf-8-sig") == "A;X\r\np;2\r\nq;\r\nr;4\r\n"


def test_names_of_sheets_are_those_that_spreadsheets_take() -> None:
    titles = ["Scores", "scores", "A/B: [what?]", "'", "x" * 40, "x" * 40, "History"]
    assert sheet_names(titles) == ["Scores", "scores 2", "A B what", "–", "x" * 31, "x" * 29 + " 2", "History 2"]


@pytest.mark.parametrize("name", [HOSTILE, "a\x0bb", "a\x01b", "a\uffffb"])
def test_names_neither_calculate_in_the_workbook_of_a_chart_nor_break_a_file(tenant: Tenant, name: str) -> None:
    columns = (Column("place", name), Column("score", name, "score"))
    sheet = Sheet("places", f"Places {name}", columns, [(name, 1.0), ("b", 2.0)], Chart("bar", "place", ("score",)))
    made = document(tenant=tenant, title=name, sheets=[sheet], notes=[name])
    (chart,) = (
        shape.chart
        for slide in Presentation(io.BytesIO(slides(made))).slides
        for shape in slide.shapes
        if shape.has_chart
    )
    cells = [cell for row in load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert load_workbook(io.BytesIO(workbook(made))).sheetnames[1].startswith("Places")


def test_bars_go_from_the_left_each_with_its_name_and_a_table_stays_on_its_slide() -> None:
    columns = (Column("where", "Where"), Column("kept", "Kept", "percent"))
    rows = [(f"A promise whose name is far too long for one line of a slide, number {n}", 60.0 + n) for n in range(12)]
    sheet = Sheet("bars", "Bars", columns, rows, chart=Chart("bar", "where", ("kept",)))
    of = Document("Rengasala", "Page", "Said.", (), (sheet,), "#0b5cad")
    with ZipFile(io.BytesIO(workbook(of))) as book:
        names, values = re.findall(
            r"<c:(?:cat|val)Ax>.*?</c:(?:cat|val)Ax>", book.read("xl/charts/chart1.xml").decode()
        )
        assert 'orientation val="maxMin"' in names and 'orientation val="minMax"' in values
        assert 'customHeight="1"' in book.read("xl/worksheets/sheet2.xml").decode()
    slide = Presentation(io.BytesIO(slides(of))).slides[1]
    chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
    assert (chart.value_axis.minimum_scale, chart.value_axis.maximum_scale) == (0, 100)
    assert chart.category_axis._element.find(qn("c:tickLblSkip")).get("val") == "1"
    table = next(shape.table for shape in slide.shapes if shape.has_table)
    assert 1 < len(table.rows) < 13
    said = [shape.text_frame.text for shape in slide.shapes if shape.has_text_frame]
    assert any(text.startswith(f"{13 - len(table.rows)} ") for text in said), said
