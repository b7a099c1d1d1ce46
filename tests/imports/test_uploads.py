"""Files of offices brought in by the browser: guessed, tried, taken in, mended and sent again."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from journeys.importing import uploads
from journeys.importing.run import BATCH
from journeys.models import Customer, Upload
from journeys.tasks import sweep_uploads
from surveys.asking.optout import opted_out
from surveys.models import Invitation, Response
from tests.factories import client_of, make_dimension, make_member, make_tenant
from tests.imports.worlds import EXCEL, Person, xlsx
from tests.surveys.asking_worlds import make_people
from tests.surveys.worlds import NPS, REASON, make_survey


@pytest.fixture
def tenant(db: None) -> Tenant:
    return make_tenant(language="en", timezone="Europe/Helsinki")


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
