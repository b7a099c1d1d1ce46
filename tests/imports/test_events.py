"""Rows of a file come in as events by the same door as all others, each once, and bad rows stop nothing."""

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cxplatform.pipeline.models import QueueRow
from cxplatform.tenancy.context import activate
from journeys.models import Customer, Event, Import
from tests.factories import make_dimension, make_tenant, make_touchpoint
from tests.imports.conftest import Importing

pytestmark = pytest.mark.django_db

MAPPING = """
source = "desk"
[dates]
format = "%d/%m/%Y %H:%M"
[event]
id = "{no}"
type = "case.{state}"
time = "{when}"
customer = "{who}"
touchpoint = "{where}"
[event.properties]
note = "{note}"
"""
ROWS = '''no,state,when,who,where,note
1,open,1/3/2026 12:00,c-1,chat,"two
lines, and a comma"
2,closed,1/3/2026 12:05,c-1,chat,
3,open,1/7/2026 00:30,,kiosk,"a ""quote"""
'''
SOME_ROWS_SHUFFLED = '''no,state,when,who,where,note
3,open,1/7/2026 00:30,,kiosk,"a ""quote"""
2,closed,1/3/2026 12:05,c-1,chat,
'''


def test_rows_become_events(importing: Importing) -> None:
    tenant = make_tenant(timezone="Europe/Helsinki")
    chat = make_touchpoint(tenant, "chat")
    done = importing("import_events", tenant.slug, MAPPING, ROWS)
    assert done.numbers == (3, 0, 0)
    assert "rows.csv: 3 rows" in done.said
    assert not done.rejected
    with activate(tenant.pk):
        customer = Customer.objects.get(external_id="c-1")
        fields = ("source", "source_id", "type", "time", "customer_id", "touchpoint_id", "touchpoint_text")
        assert list(Event.objects.order_by("source_id").values_list(*fields, "properties")) == [
            ("desk", "1", "case.open", datetime(2026, 3, 1, 10, tzinfo=UTC), customer.id, chat.pk, "chat",
             {"note": "two\nlines, and a comma"}),
            ("desk", "2", "case.closed", datetime(2026, 3, 1, 10, 5, tzinfo=UTC), customer.id, chat.pk, "chat", {}),
            ("desk", "3", "case.open", datetime(2026, 6, 30, 21, 30, tzinfo=UTC), None, None, "kiosk",
             {"note": 'a "quote"'}),
        ]  # fmt: skip
    assert QueueRow.objects.filter(tenant_id=tenant.pk).count() == 1


def test_a_file_goes_in_once_and_sent_again_changes_nothing(importing: Importing) -> None:
    tenant = make_tenant()
    assert importing("import_events", tenant.slug, MAPPING, ROWS).numbers == (3, 0, 0)
    assert "Nothing was done; --again" in importing("import_events", tenant.slug, MAPPING, ROWS).said
    assert importing("import_events", tenant.slug, MAPPING, ROWS, "--again").numbers == (0, 3, 0)
    assert importing("import_events", tenant.slug, MAPPING, SOME_ROWS_SHUFFLED).numbers == (0, 2, 0)
    with activate(tenant.pk):
        assert Event.objects.count() == 3


def test_bad_rows_stop_nothing_and_come_back_with_reasons(importing: Importing) -> None:
    rows = "\n".join(
        (
            "no,state,when,who,where,note",
            "1,open,1/3/2026 12:00,c-1,chat,fine",
            "2,open,2026-03-01,c-1,chat,wrong date",
            "3,,1/3/1999 12:00,c-1,chat,no state",
            "4,open,1/3/1999 12:00,c-1,chat,old",
            "5,open,1/3/2026 12:00,c-1,chat",
            "6,open,1/3/2026 12:00,c-1,chat,nul\x00",
            "",
            '7,open,1/3/2026 12:00,c-1,chat,"fine, too"',
        )
    )
    tenant = make_tenant()
    done = importing("import_events", tenant.slug, MAPPING, rows)
    assert done.numbers == (2, 0, 5)
    assert done.rejected.decode().splitlines() == [
        "rejected_row,rejected_reason,no,state,when,who,where,note",
        "2,time: '2026-03-01' is not a time of the form %d/%m/%Y %H:%M,2,open,2026-03-01,c-1,chat,wrong date",
        "3,type: is empty,3,,1/3/1999 12:00,c-1,chat,no state",
        '4,"time: The time is before the year 2000. Send when it happened, as in 2026-11-22T09:30:00+02:00.",'
        "4,open,1/3/1999 12:00,c-1,chat,old",
        "5,row: has 5 cells where the header has 6,5,open,1/3/2026 12:00,c-1,chat",
        "6,properties: Remove the NUL character: the database cannot store it.,6,open,1/3/2026 12:00,c-1,chat,nul\x00",
    ]
    with activate(tenant.pk):
        assert sorted(Event.objects.values_list("source_id", flat=True)) == ["1", "7"]


def test_mended_rejects_can_be_imported_as_they_are(importing: Importing) -> None:
    tenant = make_tenant()
    bad = importing("import_events", tenant.slug, MAPPING, ROWS + "4,open,today,,,x\n5,open,now,,,x\n")
    assert bad.numbers == (3, 0, 2)
    half = importing("import_events", tenant.slug, MAPPING, bad.rejected.replace(b"today", b"1/3/2026 12:00"))
    assert half.numbers == (1, 0, 1)
    assert half.rejected.splitlines()[0] == bad.rejected.splitlines()[0]
    whole = importing("import_events", tenant.slug, MAPPING, half.rejected.replace(b"now,,", b"1/3/2026 12:00,,"))
    assert whole.numbers == (1, 0, 0)
    assert not whole.rejected


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize(
    ("encoding", "delimiter"), [("utf-8", ","), ("utf-8-sig", ";"), ("cp1252", "\t"), ("utf-16", ";")]
)
def test_files_as_other_systems_write_them(importing: Importing, encoding: str, delimiter: str, zipped: bool) -> None:
    rows = delimiter.join(("nro", "hetki", "huomio")) + "\r\n"
    rows += delimiter.join(("1", "2026-03-01 12:00", '"Hyvää; päivää,\r\nÅsa"')) + "\r\n"
    rows += delimiter.join(("2", "eilen", "ä")) + "\r\n"
    mapping = f"""
source = "x"
[file]
encoding = "{encoding}"
delimiter = {delimiter!r}
[event]
id = "{{nro}}"
type = "note"
time = "{{hetki}}"
properties.note = "{{huomio}}"
""".replace("'\\t'", '"\\t"')
    tenant = make_tenant()
    data = rows.encode(encoding)
    done = importing("import_events", tenant.slug, mapping, gzip.compress(data) if zipped else data)
    assert done.numbers == (1, 0, 1)
    assert done.rejected.decode(encoding.replace("-sig", "")).splitlines()[1].split(delimiter)[-3:] == [
        "2", "eilen", "ä",
    ]  # fmt: skip
    with activate(tenant.pk):
        assert Event.objects.get().properties == {"note": "Hyvää; päivää,\r\nÅsa"}


def test_bytes_of_another_encoding_cost_only_their_row(importing: Importing) -> None:
    rows = ROWS.encode() + "4,open,1/3/2026 12:00,c-1,chat,päivää\n".encode("latin-1")
    done = importing("import_events", make_tenant().slug, MAPPING, rows)
    assert done.numbers == (3, 0, 1)
    assert b"4,row: is not utf-8" in done.rejected
    assert done.rejected.endswith("päivää\r\n".encode("latin-1"))


def test_a_file_without_a_header_gets_its_columns_from_the_mapping(importing: Importing) -> None:
    mapping = MAPPING + '[file]\ncolumns = ["no", "state", "when", "who", "where", "note"]'
    rows = ROWS.partition("\n")[2]
    assert importing("import_events", make_tenant().slug, mapping, rows).numbers == (3, 0, 0)


def test_a_dry_run_tells_and_stores_nothing(importing: Importing) -> None:
    tenant = make_tenant()
    rows = ROWS + "4,open,never,c-1,chat,\n"
    done = importing("import_events", tenant.slug, MAPPING, rows, "--dry-run")
    assert done.numbers == (3, 0, 1)
    assert "Nothing was stored." in done.said
    assert b"'never' is not a time" in done.rejected
    with activate(tenant.pk):
        assert not Event.objects.exists()
        assert not Import.objects.exists()
    assert not QueueRow.objects.filter(tenant_id=tenant.pk).exists()
    assert importing("import_events", tenant.slug, MAPPING, rows).numbers == (3, 0, 1)


def test_a_dimension_must_be_declared(importing: Importing) -> None:
    tenant = make_tenant()
    mapping = MAPPING + '[event.dimensions]\nplace = "{where}"'
    with pytest.raises(CommandError, match=r"event\.dimensions\.place: is not a dimension of this organisation"):
        importing("import_events", tenant.slug, mapping, ROWS)
    make_dimension(tenant, "place")
    assert importing("import_events", tenant.slug, mapping, ROWS).numbers == (3, 0, 0)
    with activate(tenant.pk):
        assert Event.objects.get(source_id="2").properties == {"place": "chat"}


def test_counting_at_once_leaves_nothing_waiting(importing: Importing) -> None:
    tenant = make_tenant()
    assert "counted               3" in importing("import_events", tenant.slug, MAPPING, ROWS, "--count").said
    assert not QueueRow.objects.filter(tenant_id=tenant.pk).exists()


def test_a_mapping_that_fits_no_row_stops_before_anything_is_done(importing: Importing) -> None:
    tenant = make_tenant()
    rows = "no,state,when,who,where,note\n" + "".join(f"{n},open,2026-03-01,c,chat,\n" for n in range(12_000))
    with pytest.raises(CommandError, match=r"the mapping does not fit.*row 1: time: '2026-03-01' is not a time"):
        importing("import_events", tenant.slug, MAPPING, rows)
    with activate(tenant.pk):
        assert Import.objects.get().rows == 0
    fitting = MAPPING.replace("%d/%m/%Y %H:%M", "%Y-%m-%d")
    assert importing("import_events", tenant.slug, fitting, rows).numbers == (12_000, 0, 0)


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        (b"", "is empty; its first line must name the columns"),
        (b"no;state;when\n", r"event\.id: the file has no column 'no'; does \[file\] delimiter fit"),
        (gzip.compress(ROWS.encode())[:-9], "the file is damaged"),
        (b"no,state,when,who,where,note\n" + b"x" * 2_000_000, "a line is longer than a million characters"),
    ],
)
def test_a_file_that_cannot_be_read_says_so(importing: Importing, rows: bytes, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        importing("import_events", make_tenant().slug, MAPPING, rows)


def test_wrong_names_on_the_command_line_say_so(tmp_path: Path) -> None:
    tenant = make_tenant()
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(MAPPING)
    with pytest.raises(CommandError, match=f"no organisation 'nobody'. There are: .*{tenant.slug}"):
        call_command("import_events", "rows.csv", "--tenant", "nobody", "--mapping", str(mapping))
    with pytest.raises(CommandError, match=r"gone\.csv: cannot be read \(No such file"):
        call_command("import_events", "gone.csv", "--tenant", tenant.slug, "--mapping", str(mapping))
    with pytest.raises(CommandError, match=r"gone\.toml: cannot be read \(No such file"):
        call_command("import_events", "rows.csv", "--tenant", tenant.slug, "--mapping", "gone.toml")


def test_another_organisation_sees_nothing_of_it(importing: Importing) -> None:
    ours, theirs = make_tenant(), make_tenant()
    importing("import_events", ours.slug, MAPPING, ROWS)
    with activate(theirs.pk):
        assert not Event.objects.exists()
        assert not Customer.objects.exists()
        assert not Import.objects.exists()
    assert importing("import_events", theirs.slug, MAPPING, ROWS).numbers == (3, 0, 0)
