"""Business cases: started from what is measured, typed as Finns type, versioned, compared, recalculated elsewhere."""

import io
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import translation
from openpyxl import load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.history import in_words
from cxplatform.tenancy.models import AuditEntry, Scope
from dashboards.cases import keep
from dashboards.cases.inputs import SCENARIOS, Input, from_stored, usual
from dashboards.cases.model import model_of
from dashboards.cases.page import load_page
from dashboards.cases.results import results
from dashboards.cases.typed import figure
from dashboards.cases.workbook import titled, workbook
from dashboards.models import BusinessCase, CaseVersion, CustomerWorth, Insight
from surveys.models import FollowUpSetting
from tests.dashboards.worlds import count, nps
from tests.factories import api_of, client_of, make_customer, make_key, make_member, make_tenant, make_touchpoint

HOSTILE = '=HYPERLINK("http://example.org")'
# Words that claim a cause. What is said of a case may say what is assumed, never what follows of what.
CLAIMS = {
    "fi": r"aiheut|johtuu|johtuv|syynä|ansiosta|takia\b|vuoksi|seurauksena|saa aikaan|todistaa",
    "sv": r"orsak|beror på|leder till|tack vare|på grund av|medför|bevisar",
    "en": r"\bcaus|because|leads? to|results? in\b|thanks to|due to|drives|proves",
}
KNOWN: dict[str, tuple[float | None, float, float | None]] = {
    "customers": (None, 48_000, None),
    "promoters": (0.38, 0.41, 0.44),
    "detractors": (0.2, 0.22, 0.24),
    "revenue_promoters": (420, 450.5, 480),
    "revenue_passives": (380, 400, 420),
    "revenue_detractors": (300, 320.25, 340),
    "retention_promoters": (0.9, 0.92, 0.94),
    "retention_passives": (0.84, 0.86, 0.88),
    "retention_detractors": (0.7, 0.73, 0.76),
    "margin": (None, 0.35, None),
    "recovered_now": (0.05, 0.1, 0.15),
    "recovered_development": (0.05, 0.1, 0.2),
    "raised_now": (0, 0.05, 0.1),
    "contacts": (None, 60_000, None),
    "contact_cost": (None, 6.5, None),
    "avoided_now": (0.02, 0.05, 0.08),
}
OWN = (
    Input("own_1", 80_000, 100_000, 140_000, name=HOSTILE, sort="cost_once", part="development"),
    Input("own_2", 30_000, 40_000, 50_000, name="Coaching", sort="cost_yearly", part="now"),
    Input("own_7", None, 5_000, None, name="Fewer returns", sort="benefit_yearly", part="now", mark="unverified"),
)


def filled(**more: tuple[float | None, float | None, float | None]) -> tuple[Input, ...]:
    """A case's figures: those above, `more` over them, the usual ones and its own rows."""
    known = {**KNOWN, **more}
    return (
        *(
            Input(each.key, *known[each.key], mark=each.mark, source=HOSTILE) if each.key in known else each
            for each in usual(date(2026, 1, 31))
        ),
        *OWN,
    )


@pytest.mark.parametrize(
    ("language", "typed", "kind", "is_"),
    [
        ("fi", "1 200,50 EUR", "money", 1200.5),
        ("fi", "1 200,50 €", "money", 1200.5),
        ("fi", "€ 1\u00a0200,50", "money", 1200.5),
        ("fi", "1.234,50", "money", 1234.5),
        ("fi", "1,7 MEUR", "money", 1.7e6),
        ("fi", "20 t€", "money", 20_000),
        ("fi", "3 milj. euroa", "money", 3e6),
        ("fi", "1.200.000", "count", 1.2e6),
        ("fi", "12,5 %", "share", 0.125),
        ("fi", "12", "share", 0.12),
        ("fi", "", "money", None),
        ("en", "1,200.50 EUR", "money", 1200.5),
        ("en", "1,200", "money", 1200),
        ("en", "1.5", "number", 1.5),
        ("fi", "1.200", "money", "can be read in two ways"),
        ("fi", "10 USD", "money", "are in EUR"),
        ("fi", "10 EUR", "count", "without a currency"),
        ("fi", "12 %", "money", "not per cent"),
        ("fi", "120 %", "share", "from 0 to 100"),
        ("fi", "-5", "money", "from 0 up"),
        ("fi", "nan", "money", "not a number"),
        ("fi", "1e9", "money", "not a number"),
        ("fi", HOSTILE, "money", "not a number"),
        ("fi", "9" * 39, "money", "from 0 up"),
    ],
)
def test_figures_are_read_as_people_write_them(language: str, typed: str, kind: Any, is_: Any) -> None:
    with translation.override(language):
        if not isinstance(is_, str):
            assert figure(typed, kind=kind, currency="EUR") == pytest.approx(is_)
            return
        with pytest.raises(ValueError) as error, translation.override("en" if typed != "1.200" else language):
            figure(typed, kind=kind, currency="EUR")
        if typed != "1.200":
            assert is_ in str(error.value)


def test_the_model_by_hand() -> None:
    """One lever, two years, no discount: each number can be followed."""
    inputs = tuple(
        Input(each.key, *{
            "customers": (None, 1_000, None), "promoters": (None, 0.3, None), "detractors": (None, 0.2, None),
            "revenue_passives": (None, 100, None), "revenue_detractors": (None, 60, None),
            "retention_passives": (None, 0.8, None), "retention_detractors": (None, 0.5, None),
            "margin": (None, 0.5, None), "recovered_now": (None, 0.5, None), "follows": (0, 0.5, 1),
            "ramp_1": (None, 0.5, None), "ramp_2": (None, 1.0, None), "rate": (None, 0.0, None),
        }.get(each.key, (None, None, None)))
        for each in usual(date(2026, 1, 31))
    )  # fmt: skip
    own = Input("own_1", None, 1_000, 2_000, name="CRM", sort="cost_once", part="now")
    found = results(model_of((*inputs, own), 2))
    base = 1
    over = found.worked.over
    assert over("recovered_customers_now", base) == [0, 50, 100]
    assert over("recovered_kept_now", base) == pytest.approx([0, 7.5, 21])  # 50 x .5 x .3, then x .8 and 100 x .15
    assert over("staying_recovered_now", base) == pytest.approx([0, 375, 1050])
    assert over("buying_recovered_now", base) == pytest.approx([0, 500, 1000])  # 50 x .5 x 40 x .5
    assert over("cumulative", base) == pytest.approx([-1000, -125, 1925])
    assert found.payback() == pytest.approx(1 + 125 / 2050)
    assert found.total("npv") == found.total("npv_verified") == pytest.approx(1925)
    assert (found.total("npv", "cautious"), found.payback("cautious")) == (-2000, None)
    assert found.total("npv", "hopeful") == pytest.approx(-1000 + 2 * 2925)
    assert [(swing.of.key, swing.low, swing.high) for swing in found.swings] == [
        ("follows", -1000, pytest.approx(4850)),
        ("own_1", pytest.approx(1925), pytest.approx(925)),
    ]
    # What rests on a figure that nobody knows is not counted, and said; nothing is taken for nought.
    gaps = {line.key: {each.key for each in missing} for line, missing in found.uncounted}
    assert gaps["talk_now"] == {"told", "swayed", "revenue_promoters"}
    assert "staying_recovered_now" not in gaps


@pytest.mark.django_db
def test_nothing_known_is_not_a_worth_of_nought() -> None:
    unknown = tuple(Input(each.key, None, None, None) for each in usual(date(2026, 1, 31)))
    assert not results(model_of(unknown, 3)).counted
    own = Input("own_1", None, 1_000, None, name="CRM", sort="cost_once", part="now")
    assert results(model_of((*unknown, own), 3)).counted


def test_unverified_figures_are_told_apart() -> None:
    found = results(model_of(filled(swayed=(0, 0.01, 0.02)), 5))
    talk = found.total("npv") - found.total("npv_verified")  # type: ignore[operator]
    assert talk > 5_000  # what customers tell others, and the own row that is marked so
    assert found.total("npv_now") + found.total("npv_development") == pytest.approx(found.total("npv"))  # type: ignore[operator]


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed (libreoffice-calc-nogui)")
@pytest.mark.django_db
def test_the_workbook_recalculates_in_libreoffice_to_our_numbers(tmp_path: Path) -> None:
    """Figures are changed in the file as people would, and LibreOffice works the rest out."""
    tenant = make_tenant(name=HOSTILE)
    with activate(tenant.pk):
        version = keep.start(title=HOSTILE, currency="EUR", years=4, inputs=filled(), by=None)
        content = workbook(tenant=tenant, page=load_page(version.case, version))
    made = load_workbook(io.BytesIO(content))
    assert [len(sheet._charts) for sheet in made] == [1, 0, 0, 0, 0, 1, 0]
    texts = [cell for sheet in made for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert texts and {cell.data_type for cell in texts} == {"s"}
    # payers_development was not known: written into the workbook, its benefit is counted there too.
    changed: dict[str, tuple[float | None, float | None, float | None]] = {
        "customers": (40_000, 51_234, 60_000), "payers_development": (0.01, 0.025, 0.03), "swayed": (0, 0.01, 0.02),
        "rate": (0.05, 0.07, 0.09),
    }  # fmt: skip
    for key, ends in changed.items():
        for end, value in zip(("low", "base", "high"), ends, strict=True):
            sheet, cell = next(iter(made.defined_names[f"{key}_{end}"].destinations))
            made[sheet][cell.replace("$", "")].value = value
    made.save(tmp_path / "case.xlsx")  # without what we had worked out: whatever is read below is LibreOffice's
    profile, out = f"-env:UserInstallation=file://{tmp_path}/profile", str(tmp_path / "out")
    convert = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out]
    subprocess.run(
        ["soffice", profile, *convert, str(tmp_path / "case.xlsx")], check=True, capture_output=True, timeout=120
    )
    read = load_workbook(tmp_path / "out" / "case.xlsx", data_only=True)
    ours = results(model_of(filled(**changed), 4))
    titles = read.sheetnames
    compared = 0
    for place, scenario in enumerate(SCENARIOS):
        rows = {row[0].value: [cell.value for cell in row[1:6]] for row in read[titles[2 + place]].iter_rows(min_row=3)}
        for line in ours.model.lines:
            theirs = rows[titled(line)]
            values = [ours.worked.get(line.key, place)] if line.once else ours.worked.over(line.key, place)
            for got, value in zip(theirs, values, strict=False):
                if value is None:
                    assert got in (None, "")
                else:
                    assert got == pytest.approx(value, abs=0.005), (scenario, line.key)
                    compared += 1
    assert compared > 500
    before = {swing.of.title: swing for swing in ours.swings}
    swings = [row for row in read[titles[5]].iter_rows(min_row=5, max_col=3, values_only=True) if row[0] in before]
    assert len(swings) > 10
    for title, low, high in swings:
        assert (low, high) == (
            pytest.approx(before[title].low, abs=0.005),
            pytest.approx(before[title].high, abs=0.005),
        )
    summary = {row[0]: row[1:4] for row in read[titles[0]].iter_rows(min_row=6, max_col=4, values_only=True)}
    assert summary[titled(ours.model.by_key["npv"])][1] == pytest.approx(ours.total("npv"), abs=0.005)


@pytest.mark.django_db
@pytest.mark.parametrize("language", CLAIMS)
def test_the_workbook_claims_no_cause(language: str) -> None:
    tenant = make_tenant()
    with translation.override(language), activate(tenant.pk):
        version = keep.start(title="Queues", currency="EUR", years=1, inputs=filled(), by=None)
        book = workbook(tenant=tenant, page=load_page(version.case, version))
        (said,) = in_words(AuditEntry.objects.filter(model="dashboards.caseversion"))
    assert re.fullmatch(r"Queues: versio(n)? 1", said.label)
    texts = ZipFile(io.BytesIO(book)).read("xl/sharedStrings.xml").decode()  # all that cells say in words
    words = [unescape(word) for word in re.findall(r"<t[^>]*>([^<]+)</t>", texts)]
    assert len(words) > 200
    assert [text for text in words if re.search(CLAIMS[language], text, re.IGNORECASE)] == []


@pytest.mark.django_db
def test_a_case_is_started_edited_and_kept_in_versions() -> None:
    tenant = make_tenant(language="en")
    member = make_member(tenant, "cx_lead")
    lead = client_of(member, headers={"accept-language": "en"})
    root = f"/t/{tenant.slug}/cases/"
    place = make_touchpoint(tenant)
    count(tenant, nps(40, 35, 25), at=place)
    stays = make_customer(tenant)
    make_customer(tenant, merged_into_id=stays.id)  # neither this one nor one who was erased is a customer more
    make_customer(tenant, erased_at=datetime.now(UTC))
    with activate(tenant.pk):
        CustomerWorth.objects.create(amount=412, currency="EUR", known_on=date(2026, 1, 1), source="Finance")
        FollowUpSetting.objects.create(cost_of_contact="7.50", currency="EUR")
        stayed = {"stayed": 91.04, "stayed_low": 88.1, "stayed_high": 93.2, "paid": 450.555, "paid_low": None}
        few = {"key": "detractors", "n": None}
        data = {"split": "2025-03-01", "classes": [{"key": "promoters", "n": 640, **stayed, "paid_high": None}, few]}
        Insight.objects.create(kind="nps_class", rank=1, start=date(2024, 3, 1), last=date(2026, 3, 1), data=data)
    bad = lead.post(f"{root}new/", {"title": "", "currency": "euro", "years": "50"})
    assert (bad.status_code, sorted(bad.context["form"].errors)) == (400, ["currency", "title", "years"])
    started = lead.post(f"{root}new/", {"title": HOSTILE, "currency": "eur", "years": "5"})
    sheet = lead.get(started.url)
    with activate(tenant.pk):
        case = BusinessCase.objects.get()
        first = {each.key: each for each in from_stored(case.versions.get().inputs)}
    assert (first["customers"].base, first["promoters"].base, first["promoters"].mark) == (1, 0.4, "measured")
    assert first["promoters"].low < 0.4 < first["promoters"].high and "n 100" in first["promoters"].source
    assert (first["revenue_passives"].base, first["revenue_passives"].mark) == (412, "assumption")
    kept = first["retention_promoters"]
    assert (kept.low, kept.base, kept.high, kept.mark) == (0.881, 0.91, 0.932, "measured")
    assert (first["revenue_promoters"].base, first["revenue_promoters"].ranges) == (450.56, False)
    assert (first["retention_detractors"].base, first["contact_cost"].base) == (None, 7.5)
    posted = {bound.html_name: bound.value() if bound.value() is not None else "" for bound in sheet.context["form"]}
    assert posted["promoters_base"] == "40"

    wrong = posted | {"customers_base": "many", "detractors_base": "80", "detractors_low": "", "detractors_high": "",
                      "margin_low": "5", "own_1_name": HOSTILE, "rate_low": "", "rate_base": "",
                      "rate_high": ""}  # fmt: skip
    refused = lead.post(started.url, wrong)
    text = refused.content.decode()
    assert refused.status_code == 400
    for said in ("“many” is not a number.", "Together these are more than 100 per cent.", "Write the base as well.",
                 "Write the amount.", "This figure is needed."):  # fmt: skip
        assert said in text, said
    assert 'value="many"' in text and "=HYPERLINK(&quot;http" in text
    # What is to be mended is open, and said beside its field; what is right is folded away.
    groups = {group.key: group for group in refused.context["form"].groups()}
    assert [key for key, group in groups.items() if group.open] == ["customers", "calculation", "own"]
    assert re.search(r'name="customers_base"[^>]*aria-describedby="id_customers_base_error"', text)
    assert re.search(r'id="id_customers_base_error" role="alert">“many” is not a number', text)

    good = posted | {
        "customers_base": "48 000", "promoters_base": "41", "margin_base": "35 %", "recovered_now_base": "10",
        "own_1_name": HOSTILE, "own_1_sort": "cost_once", "own_1_part": "development", "own_1_base": "1,200.50 EUR",
        "note": "Finance's figures",
    }  # fmt: skip
    saved = lead.post(started.url, good | {"go_on": "change"})
    assert (saved.status_code, saved.url) == (302, f"{started.url}?group=change#change")
    assert '<details class="case-group" id="change" open>' in lead.get(saved.url).content.decode()
    with activate(tenant.pk):
        second = case.versions.get(number=2)
        told = {each.key: each for each in from_stored(second.inputs)}
    assert (told["own_1"].base, told["own_1"].name, second.note) == (1200.5, HOSTILE, "Finance's figures")
    # What was measured and then written over is an assumption.
    assert (told["promoters"].mark, told["promoters"].origin, told["detractors"].origin) == (
        "assumption",
        "",
        "product",
    )

    # Somebody else's sheet was opened before: nothing is lost, and saving again makes a version after.
    late = lead.post(started.url, good | {"customers_base": "50 000"})
    assert late.status_code == 409 and "saved version 2 meanwhile" in late.content.decode()
    assert late.context["form"]["customers_base"].value() == "50 000"
    again = {bound.html_name: bound.value() or "" for bound in late.context["form"]}
    again |= {"promoters_low": "", "promoters_base": "", "promoters_high": ""}  # to be measured again
    assert lead.post(started.url, again).status_code == 302
    assert lead.post(f"{root}{case.pk}/refresh/").status_code == 302
    with activate(tenant.pk):
        assert [each.number for each in case.versions.all()] == [4, 3, 2, 1]
        newest = {each.key: each for each in from_stored(case.versions.first().inputs)}
    assert (newest["customers"].base, newest["promoters"].mark, newest["margin"].base) == (50_000, "measured", 0.35)

    page = lead.get(f"{root}{case.pk}/?version=3").content.decode()
    assert "not the newest" in page and "measured" in page and "unverified" in page
    together = lead.get(f"{root}beside/?of={case.pk}.2&of={case.pk}.3&of={case.pk}")
    assert "50,000" in together.content.decode() and "Figures that differ" in together.content.decode()
    prefilled = lead.get(f"{root}?title=Shorter%20queues").content.decode()
    assert 'value="Shorter queues"' in prefilled and "version 4" in prefilled
    book = lead.get(f"{root}{case.pk}/case.xlsx")
    assert load_workbook(io.BytesIO(book.content)).sheetnames[0] == "Summary"

    api = api_of(make_key(tenant, scopes=[Scope.READ]))
    (listed,) = api.get("/api/v1/business-cases").json()["cases"]
    one = api.get(f"/api/v1/business-cases/{case.pk}?version=3").json()
    assert (listed["version"], one["version"], one["currency"]) == (4, 3, "EUR")
    shown = results(model_of(from_stored(second.inputs), 5))
    two = api.get(f"/api/v1/business-cases/{case.pk}?version=2").json()
    assert two["scenarios"]["base"]["npv"] == pytest.approx(shown.total("npv"), abs=0.005)
    assert [each["base"] for each in two["inputs"] if each["key"] == "own_1"] == [1200.5]
    for wrong, status in ((f"{case.pk}?version=x", 400), (f"{case.pk}?version=9", 404), (f"{2**70}", 404)):
        assert api.get(f"/api/v1/business-cases/{wrong}").status_code == status

    # Not there, or another company's.
    assert api_of(make_key(make_tenant())).get(f"/api/v1/business-cases/{case.pk}").status_code == 404
    outsider = client_of(make_member(make_tenant(), "admin"))
    elsewhere = root.replace(tenant.slug, outsider.get("/").wsgi_request.path.strip("/") or "nowhere")
    for address in (f"{root}{case.pk}/", f"{root}{case.pk}/edit/", f"{root}{case.pk}/case.xlsx", elsewhere):
        assert outsider.get(address).status_code == 404
    for address in (f"{root}{case.pk}/?version=9", f"{root}{2**70}/", f"{root}beside/?of=x&of=1"):
        assert lead.get(address).status_code == 404
    lead.post(f"{root}{case.pk}/archive/")
    assert lead.get(f"{root}{case.pk}/").status_code == 404
    with activate(tenant.pk):
        assert CaseVersion.objects.count() == 4
