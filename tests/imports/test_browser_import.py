"""Files of offices brought in by the browser: read, guessed, tried, taken in, mended and sent again."""

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.importing import uploads
from journeys.importing.cells import number_of, text_of, time_of
from journeys.importing.customers import offered
from journeys.importing.guess import guess
from journeys.importing.run import BATCH
from journeys.importing.table import TableError, open_table
from journeys.models import Customer, Upload
from journeys.tasks import sweep_uploads
from surveys.asking.optout import opted_out
from surveys.models import Invitation, Response
from tests.factories import client_of, make_dimension, make_member, make_tenant
from tests.surveys.asking_worlds import make_people
from tests.surveys.worlds import NPS, REASON, make_survey

EXCEL = "Asiakasnumero;Nimi;Sähköposti;Segmentti\r\n1001;Åsa Öhman;asa@example.org;yritys\r\n1002;Matti;ei osoite;\r\n"


def xlsx(*rows: list[Any], title: str = "Taulukko", more: dict[str, list[list[Any]]] | None = None) -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, lines in (more or {}).items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(line)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("24.12.2026", "2026-12-24"),
        ("1.2.2026 klo 9.30", "2026-02-01T09:30:00"),
        ("1.2.2026 9:30:05", "2026-02-01T09:30:05"),
        ("24. joulukuuta 2026", "2026-12-24"),
        ("3 mars 2026", "2026-03-03"),
        ("maaliskuu 2026", "2026-03-01"),
        ("tammi 2026", "2026-01-01"),
        ("marras-2026", "2026-11-01"),
        ("Mar 2026", "2026-03-01"),
        ("12/2026", "2026-12-01"),
        ("2026-12", "2026-12-01"),
        ("2026-12-24T10:00:00+02:00", "2026-12-24T10:00:00+02:00"),
        (datetime(2026, 12, 24, 9, 30), "2026-12-24T09:30:00"),
        (date(2026, 12, 24), "2026-12-24"),
        (None, ""),
    ],
)
def test_dates_are_read_as_offices_write_them(cell: Any, expected: str) -> None:
    assert time_of(cell) == expected


@pytest.mark.parametrize("cell", ["31.2.2026", "eilen", "24.12.26", "24.12.2026 25:00", "13/2026", 44927.0])
def test_what_is_no_date_is_said_so(cell: Any) -> None:
    with translation.override("en"), pytest.raises(ValueError, match="is not a date"):
        time_of(cell)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1 234,5", "1234.5"),
        ("1\u00a0234,50", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("-3", "-3"),
        ("\u22123,0", "-3"),
        ("45 %", "45"),
        ("1 234,5 €", "1234.5"),
        (9.0, "9"),
    ],
)
def test_numbers_are_read_as_offices_write_them(cell: Any, expected: str) -> None:
    assert number_of(cell) == expected


@pytest.mark.parametrize("cell", ["kymmenen", "nan", "inf", "1_000", "1,2,3,a"])
def test_what_is_no_number_is_said_so(cell: str) -> None:
    with translation.override("en"), pytest.raises(ValueError, match="is not a number"):
        number_of(cell)


def test_an_identifier_that_a_spreadsheet_made_a_number_is_one_again() -> None:
    assert (text_of(1001.0), text_of(12.5), text_of("'=1+1")) == ("1001", "12.5", "=1+1")


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-8", "utf-16"])
def test_csv_is_read_in_the_encodings_that_offices_save(encoding: str) -> None:
    table = open_table(EXCEL.encode(encoding))
    assert table.columns == ("Asiakasnumero", "Nimi", "Sähköposti", "Segmentti")
    assert next(table.rows()) == (2, ["1001", "Åsa Öhman", "asa@example.org", "yritys"])


def test_decimal_commas_do_not_part_columns() -> None:
    table = open_table(b"nimi;arvo\na;1,5\nb;2,5\nc;3,5\n")
    assert table.columns == ("nimi", "arvo")


def test_a_title_and_merged_cells_over_the_header_are_passed_over() -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["Asiakkaat 2026"])
    sheet.append(["Tunniste", None, "Yhteystiedot", None])
    sheet.merge_cells("A2:B2")
    sheet.merge_cells("C2:D2")
    sheet.append(["Asiakasnumero", "Nimi", "Sähköposti", "Nimi"])
    sheet.append([1001, "Matti", "m@example.org", "M"])
    file = io.BytesIO()
    book.save(file)
    table = open_table(file.getvalue())
    assert table.columns == ("Asiakasnumero", "Nimi", "Sähköposti", "Nimi")
    assert list(table.rows()) == [(4, [1001, "Matti", "m@example.org", "M"])]


def test_a_formula_gives_its_saved_value_and_is_never_run() -> None:
    assert list(open_table(xlsx(["id", "name"], ["1", "=1+1"])).rows()) == [(2, ["1", None])]


def test_the_first_sheet_with_a_table_is_taken_unless_told() -> None:
    data = xlsx(title="Tyhjä", more={"Asiakkaat": [["id"], ["1"]], "Muut": [["id"], ["2"]]})
    assert open_table(data).sheet == "Asiakkaat"
    assert list(open_table(data, sheet="Muut").rows()) == [(2, ["2"])]
    with pytest.raises(TableError):
        open_table(data, sheet="Ei ole")


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/a.xml", "w") as part:
        for _ in range(310):
            part.write(b"0" * 1024 * 1024)
    return file.getvalue()


@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0 old", b"x" * (20 * 1024 * 1024 + 1)],
)
def test_what_is_no_table_is_refused_with_a_sentence(data: bytes) -> None:
    with translation.override("en"), pytest.raises(TableError, match=r"\.$"):
        open_table(data)


def test_a_zip_bomb_is_refused_unopened() -> None:
    with translation.override("en"), pytest.raises(TableError, match="300 MB"):
        open_table(bomb())


def test_an_entity_bomb_is_refused() -> None:
    file = io.BytesIO(xlsx(["id"], ["1"]))
    bad = io.BytesIO()
    with zipfile.ZipFile(file) as good, zipfile.ZipFile(bad, "w") as packed:
        for part in good.infolist():
            text = good.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                text = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>'
            packed.writestr(part, text)
    with pytest.raises(TableError):
        list(open_table(bad.getvalue()).rows())


def changed(data: bytes, part_name: str, old: bytes, new: bytes) -> bytes:
    bad = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as good, zipfile.ZipFile(bad, "w") as packed:
        for part in good.infolist():
            text = good.read(part)
            packed.writestr(part, text.replace(old, new) if part.filename == part_name else text)
    return bad.getvalue()


def damaged(data: bytes, part_name: str) -> bytes:
    """The packed bytes of one part overwritten."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        part = packed.getinfo(part_name)
    at = part.header_offset + 30 + len(part.filename)
    return data[:at] + b"\xff" * part.compress_size + data[at + part.compress_size :]


@pytest.mark.parametrize(
    "data",
    [
        damaged(xlsx(["id"], ["1"]), "xl/worksheets/sheet1.xml"),
        damaged(xlsx(["id"], ["1"]), "xl/workbook.xml"),
        changed(
            xlsx(["id"], ["one"]),
            "xl/worksheets/sheet1.xml",
            b't="inlineStr"><is><t>one</t></is>',
            b't="s"><v>99</v>',
        ),
    ],
)
def test_a_damaged_xlsx_is_refused_with_a_sentence(data: bytes) -> None:
    with translation.override("en"), pytest.raises(TableError, match="damaged"):
        list(open_table(data).rows())


def test_csv_with_lone_returns_is_read_and_a_cell_without_end_is_said() -> None:
    table = open_table(b"id;name\r1;Matti\r2;Maija\r")
    assert (table.columns, list(table.rows())) == (("id", "name"), [(2, ["1", "Matti"]), (3, ["2", "Maija"])])
    with translation.override("en"), pytest.raises(TableError, match="Row 2 cannot be read"):
        open_table(b"id;name\n1;" + b"a" * 200_000 + b"\n")


@pytest.mark.parametrize(
    "columns", [["Asiakasnro", "Nimi", "S-posti", "Puh."], ["Kundnummer", "Namn", "E-post", "Telefon"]]
)
@pytest.mark.django_db
def test_columns_are_known_by_their_names_in_three_languages(columns: list[str]) -> None:
    with activate(make_tenant().pk):
        (offer,) = offered()
        assert guess(columns, [], offer.targets) == ["external_id", "name", "email", "phone"]
        assert guess(["Koodi", "Yhteys"], [["a", "a@example.org"]], offer.targets) == ["", "email"]


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant(language="en", timezone="Europe/Helsinki")


class Person:
    """Somebody at the import pages."""

    def __init__(self, tenant: Tenant) -> None:
        self.tenant = tenant
        self.client = client_of(make_member(tenant, "cx_lead"), headers={"accept-language": "en"})
        self.begin = f"/t/{tenant.slug}/import/"

    def send(self, offer: str, data: bytes, name: str = "rows.csv") -> Any:
        return self.client.post(self.begin, {"offer": offer, "file": SimpleUploadedFile(name, data)})

    def bring(self, offer: str, data: bytes, name: str = "rows.csv", **columns: str) -> Upload:
        """Upload, take the columns as guessed, start, and run it."""
        answer = self.send(offer, data, name)
        assert answer.status_code == 302, answer.content.decode()
        address = answer["location"]
        shown = self.client.get(address)
        posted = {f"column-{place}": target.key if target else "" for place, _, target in shown.context["columns"]}
        posted |= {"shown_sheet": shown.context["table"].sheet, "start": "1", **columns}
        assert self.client.post(address, posted).status_code == 302
        pk = int(address.rstrip("/").rpartition("/")[2])
        uploads.bring_in(self.tenant.pk, pk)
        with activate(self.tenant.pk):
            return Upload.objects.get(pk=pk)


@pytest.fixture
def person(tenant: Tenant) -> Person:
    return Person(tenant)


def test_customers_go_in_and_the_rejected_row_comes_back_to_be_mended(person: Person, tenant: Tenant) -> None:
    make_dimension(tenant, "segment", name="Segmentti")
    done = person.bring("customers", EXCEL.encode("cp1252"))
    assert (done.state, done.rows, done.accepted, done.rejected, done.content) == ("done", 2, 1, 1, None)
    with activate(tenant.pk):
        customer = Customer.objects.get()
        assert (customer.external_id, customer.name, customer.email) == ("1001", "Åsa Öhman", "asa@example.org")
        assert customer.dimensions == {"segment": "yritys"}

    page = person.client.get(f"{person.begin}{done.pk}/").content.decode()
    assert "Rejected rows (.xlsx)" in page
    file = person.client.get(f"{person.begin}{done.pk}/rejected.xlsx").content
    book = load_workbook(io.BytesIO(file))
    header, row = book.active.iter_rows(values_only=True)
    assert header == ("Row in the file", "Why it was not taken in", "Asiakasnumero", "Nimi", "Sähköposti", "Segmentti")
    assert row[0] == 3
    assert row[1].startswith("e-mail: Send an e-mail address")
    assert row[2:] == ("1002", "Matti", "ei osoite", None)

    book.active["E2"] = "matti@example.org"
    mended = io.BytesIO()
    book.save(mended)
    again = person.bring("customers", mended.getvalue(), "mended.xlsx")
    assert (again.state, again.accepted, again.rejected) == ("done", 1, 0)
    with activate(tenant.pk):
        assert Customer.objects.get(external_id="1002").email == "matti@example.org"


def test_answers_go_in_once_however_often_the_file_is_sent(person: Person, tenant: Tenant) -> None:
    make_survey(tenant, "garden", questions=[NPS, ("solved", "fcr/5"), REASON])
    data = xlsx(
        ["Pvm", "NPS", "Solved", "Kommentti", "Asiakasnumero"],
        [datetime(2026, 3, 1, 12), 9, "Kyllä, ensimmäisellä yhteydenotolla", "Hyvä", 1001],
        ["2.3.2026 klo 9.30", "3", "no", "=HYPERLINK(1)", None],
        ["2.3.2026 klo 9.30", "3", "no", None, None],
        ["2.3.2026 klo 9.30", "3", "no", None, None],
        ["huomenna", 11, "", "", ""],
    )
    done = person.bring("responses:garden", data, "vastaukset.xlsx")
    assert (done.state, done.accepted, done.duplicates, done.rejected) == ("done", 4, 0, 1)
    with activate(tenant.pk):
        first = Response.objects.earliest("answered_at")
        assert first.answers == {"nps": 9, "solved": "first"}
        assert first.answered_at == datetime(2026, 3, 1, 10, tzinfo=UTC)
    again = person.bring("responses:garden", data, "toinen.xlsx")
    assert (again.accepted, again.duplicates, again.rejected) == (0, 4, 1)
    with activate(tenant.pk):
        assert Response.objects.count() == 4


def test_people_not_to_be_contacted_are_asked_no_more(person: Person, tenant: Tenant) -> None:
    (asked,) = make_people(tenant, email="maija@example.org")
    with activate(tenant.pk):
        Invitation.objects.create(
            survey=make_survey(tenant),
            method="email",
            customer_id=asked.id,
            address="maija@example.org",
            due_at=timezone.now(),
            expires_at=timezone.now(),
        )
    data = "Asiakasnumero;Sähköposti;Puhelin\n;Maija@Example.org;\nuusi-1;;040 123 4567\n;;12\n;ei osoite;\n"
    done = person.bring("optouts", data.encode())
    assert (done.accepted, done.duplicates, done.rejected) == (2, 0, 2)
    with activate(tenant.pk):
        new = Customer.objects.get(external_id="uusi-1")
        said = [(None, "maija@example.org", "email"), (new.id, "", "sms"), (None, "+358401234567", "ivr")]
        assert opted_out([*said, (asked.id, "", "sms")]) == [True, True, True, False]
        assert Invitation.objects.get().state == "refused"
    again = person.bring("optouts", data.encode(), "again.csv")
    assert (again.accepted, again.duplicates, again.rejected) == (0, 2, 2)


def test_the_preview_says_by_cell_what_is_wrong_and_stores_nothing(person: Person, tenant: Tenant) -> None:
    make_survey(tenant, "garden", questions=[NPS])
    sent = person.send("responses:garden", b"Pvm;NPS\n1.3.2026;9\neilen;9\n1.3.2026;11\n")
    shown = person.client.get(sent["location"])
    rows = shown.context["preview"].rows
    assert [row.good for row in rows] == [True, False, False]
    assert rows[1].cells[0][1].startswith("“eilen” is not a date")
    assert "not on the scale" in rows[2].cells[1][1]
    with activate(tenant.pk):
        assert not Response.objects.exists()


def test_columns_chosen_twice_or_missing_keep_it_from_starting(person: Person, tenant: Tenant) -> None:
    address = person.send("customers", b"a;b\n1;2\n")["location"]
    for columns in ({}, {"column-0": "external_id", "column-1": "external_id"}):
        answer = person.client.post(address, {"shown_sheet": "", "start": "1", **columns})
        assert answer.status_code == 200
        assert answer.context["preview"].faults
    with activate(tenant.pk):
        assert Upload.objects.get().state == "new"


def test_a_file_in_which_nothing_fits_changes_nothing_and_says_why(person: Person, tenant: Tenant) -> None:
    done = person.bring("customers", b"id;email\n1;x\n2;y\n")
    assert (done.state, done.accepted, done.rejected) == ("failed", 0, 2)
    assert done.result is not None
    with activate(tenant.pk):
        assert not Customer.objects.exists()


def test_starting_twice_runs_once(person: Person, tenant: Tenant) -> None:
    done = person.bring("customers", b"id;name\n1;A\n")
    assert person.client.post(f"{person.begin}{done.pk}/", {"start": "1"}).status_code == 302
    uploads.bring_in(tenant.pk, done.pk)
    with activate(tenant.pk):
        assert Upload.objects.get().accepted == 1


def test_bad_uploads_are_refused_on_the_page(person: Person) -> None:
    assert b"Choose a file" in person.client.post(person.begin, {"offer": "customers"}).content
    assert b"Choose what the file holds" in person.send("nothing", b"id\n1\n").content
    assert b"damaged" in person.send("customers", b"PK\x03\x04").content


def test_nul_and_markup_go_in_as_text_or_are_rejected(person: Person, tenant: Tenant) -> None:
    done = person.bring("customers", b"id;name\n1;<script>\n2;a\x00b\n")
    assert (done.accepted, done.rejected) == (1, 1)
    shown = person.client.get(person.begin).content.decode()
    assert "<script>alert" not in shown


def test_files_go_after_a_day_and_the_history_stays(person: Person, tenant: Tenant) -> None:
    done = person.bring("customers", EXCEL.encode())
    with activate(tenant.pk):
        Upload.objects.update(uploaded_at=timezone.now() - timedelta(hours=25))
    sweep_uploads.run()
    with activate(tenant.pk):
        kept = Upload.objects.get(pk=done.pk)
        assert (kept.content, kept.result, kept.accepted) == (None, None, 1)
    assert person.client.get(f"{person.begin}{done.pk}/rejected.xlsx").status_code == 404


def test_a_lost_worker_is_replaced_where_it_stopped(person: Person, tenant: Tenant) -> None:
    address = person.send("customers", b"id;name\n1;A\n")["location"]
    pk = int(address.rstrip("/").rpartition("/")[2])
    with activate(tenant.pk):
        Upload.objects.update(
            state="running", columns=["external_id", "name"], touched_at=timezone.now() - timedelta(minutes=11)
        )
        assert uploads.lost() == [pk]
    uploads.bring_in(tenant.pk, pk)
    with activate(tenant.pk):
        assert Upload.objects.get().state == "done"


@pytest.mark.parametrize("sees", [True, False])
def test_rows_are_for_whoever_uploaded_them_and_those_who_see_identity(
    person: Person, tenant: Tenant, sees: bool
) -> None:
    done = person.bring("customers", b"id;name;email\n1;Maija;maija@example.org\n2;Matti;x\n")
    new = person.send("customers", b"id;name\n3;Liisa\n")["location"]
    colleague = client_of(make_member(tenant, "cx_lead", sees_identity=sees), headers={"accept-language": "en"})
    for address in (new, f"{person.begin}{done.pk}/rejected.xlsx"):
        assert person.client.get(address).status_code == 200
        answer = colleague.get(address)
        assert answer.status_code == (200 if sees else 302)
    assert ("Liisa" in colleague.get(new, follow=True).content.decode()) == sees
    assert ("Rejected rows (.xlsx)" in colleague.get(f"{person.begin}{done.pk}/").content.decode()) == sees
    with activate(tenant.pk):
        assert Upload.objects.filter(state="new").count() == 1


def test_a_worker_lost_after_the_last_row_leaves_nothing_running(person: Person, tenant: Tenant) -> None:
    done = person.bring("customers", EXCEL.encode())
    with activate(tenant.pk):
        Upload.objects.update(
            state="running",
            content=EXCEL.encode(),
            rejects=b"rejected_row,rejected_reason,c0\r\n2,email: no,1002\r\n",
            result=None,
            finished_at=None,
            touched_at=timezone.now() - timedelta(minutes=11),
        )
    uploads.bring_in(tenant.pk, done.pk)
    with activate(tenant.pk):
        ended = Upload.objects.get()
    assert (ended.state, ended.message, ended.accepted, ended.rejected) == ("done", "", 1, 1)
    assert (ended.content, ended.rejects) == (None, None)
    assert ended.result is not None


@pytest.mark.parametrize(("most", "listed"), [(uploads.MOST_REJECTS, 101), (2_000, 1)])
def test_rejected_rows_beyond_what_is_kept_are_counted_and_not_listed_when_another_worker_takes_over(
    person: Person, tenant: Tenant, monkeypatch: pytest.MonkeyPatch, most: int, listed: int
) -> None:
    """Of each batch they are kept with the upload, up to 20 MB; here a worker is lost between the last row and the
    end, so all that can be listed is what was kept."""
    assert uploads.MOST_REJECTS == 20 * 1024 * 1024
    monkeypatch.setattr(uploads, "MOST_REJECTS", most)
    good = "".join(f"{n};\n" for n in range(BATCH - 1))
    data = f"id;email\n{good}" + "bad;no address\n" * 101
    address = person.send("customers", data.encode())["location"]
    pk = int(address.rstrip("/").rpartition("/")[2])
    with activate(tenant.pk):
        assert uploads.start(Upload.objects.get(pk=pk), columns=["external_id", "email"], sheet="")

    class Lost(BaseException):
        pass

    def lost(*args: Any, **fields: Any) -> None:
        raise Lost

    with monkeypatch.context() as killed, pytest.raises(Lost):
        killed.setattr(uploads, "_end", lost)
        uploads.bring_in(tenant.pk, pk)
    with activate(tenant.pk):
        left = Upload.objects.get(pk=pk)
        assert (left.state, left.rejected) == ("running", 101)
        assert len(left.rejects) <= most
        Upload.objects.update(touched_at=timezone.now() - timedelta(minutes=11))
    uploads.bring_in(tenant.pk, pk)
    with activate(tenant.pk):
        done = Upload.objects.get(pk=pk)
    assert (done.state, done.accepted, done.rejected) == ("done", BATCH - 1, 101)
    rows = list(load_workbook(io.BytesIO(bytes(done.result))).active.iter_rows(values_only=True))
    assert len(rows) == 1 + listed
    said = "" if listed == 101 else "Only 1 of the rejected rows could be kept for the file of rejected rows."
    assert done.message == said


def test_a_fault_in_the_program_ends_the_import_with_a_sentence(person: Person, tenant: Tenant) -> None:
    address = person.send("customers", b"id;name\n1;A\n")["location"]
    pk = int(address.rstrip("/").rpartition("/")[2])
    with activate(tenant.pk):
        Upload.objects.update(state="waiting", columns=5)
    uploads.bring_in(tenant.pk, pk)
    with activate(tenant.pk):
        ended = Upload.objects.get()
    assert (ended.state, ended.content) == ("failed", None)
    assert ended.message.startswith("The import stopped at a fault of this program.")


def test_a_run_that_is_lost_for_a_day_is_given_up_with_its_file(person: Person, tenant: Tenant) -> None:
    person.send("customers", b"id;name\n1;A\n")
    with activate(tenant.pk):
        now = timezone.now()
        Upload.objects.update(state="running", uploaded_at=now - timedelta(hours=25), touched_at=now)
        assert uploads.forget() == 0
        Upload.objects.update(touched_at=now - timedelta(minutes=11))
        assert uploads.forget() == 1
        ended = Upload.objects.get()
    assert (ended.state, ended.content) == ("failed", None)
    assert ended.message.startswith("The import could not be finished within a day.")


def test_another_company_finds_no_file(person: Person) -> None:
    done = person.bring("customers", b"id;name\n1;A\n")
    other = Person(make_tenant())
    for path in ("", "progress", "rejected.xlsx"):
        assert other.client.get(f"{other.begin}{done.pk}/{path}").status_code == 404
    assert other.client.post(f"{other.begin}{done.pk}/remove/").status_code == 404
