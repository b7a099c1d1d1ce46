"""Journeys as they should be: versions and what differs, plans and the gap, finishing, notes with files, orphans."""

import json
import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cxplatform.tenancy.context import activate
from journeys.layout import layout_of
from journeys.models import Attachment, Channel, Journey, JourneyVersion, Note, Process, Stage, Touchpoint
from journeys.reports import languages_served, orphans
from journeys.versions import read_backing, read_design
from tests.admin.pages import errors_of, post
from tests.factories import (
    api_of,
    client_of,
    make_channel,
    make_journey,
    make_key,
    make_member,
    make_tenant,
    make_touchpoint,
    make_unit,
)

pytestmark = pytest.mark.django_db
PLAIN = {"kind": "as_is", "trace_by": "correlation", "inactive_hours": 720}


@pytest.fixture
def path(editor):
    return make_journey(editor.tenant, "tyres", stages=["Choose", "Buy", "Use"])


@pytest.fixture
def save(client, edit, path):
    """Change what the board shows by a function, and save the journey with it."""

    def save(change=lambda board: None, expect=302, **fields):
        with activate(path.journey.tenant_id):
            board = json.loads(json.dumps(_plain(layout_of(path.journey))))
        change(board)
        page = f"{edit}journeys/journey/{path.journey.pk}/change/"
        return post(
            client,
            page,
            expect=expect,
            **PLAIN | {"name": "Tyres", "slug": "tyres", "board": json.dumps(board)} | fields,
        )

    return save


def _plain(layout):
    import msgspec

    return msgspec.to_builtins(layout)


def seen(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_change_is_a_version_and_two_versions_are_compared(save, client, edit, editor, path):
    def change(board):
        choose, buy, use = board["stages"]
        choose |= {"flow": "choice", "emotion": 2, "vision": "Easy"}
        use |= {"after_purchase": True, "steps": [use["steps"][0], buy["steps"][0]]}
        buy["steps"] = []
        board["jumps"] = [[[2, 0], [0, 0]]]

    save(change, note="Customers asked for it")
    save(lambda board: board.update(version=2))  # nothing is different: no version
    with activate(editor.tenant_id):
        versions = list(JourneyVersion.objects.order_by("number").values_list("number", "note", "made_by"))
        assert versions == [(1, "", "system"), (2, "Customers asked for it", editor.user.email)]
    page = seen(client, f"{edit}journeys/journey/{path.journey.pk}/versions/")
    first, second, third = (touchpoint.name for touchpoint in path.touchpoints)
    for told in ("Customers asked for it", "one of them", "+2 delighted", "Easy", second, f"{third} → {first}"):
        assert told in page
    assert page.count("editor-mark-moved") == 1
    assert "Nothing is different." in seen(client, f"{edit}journeys/journey/{path.journey.pk}/versions/?from=2&to=2")


def test_a_version_tells_which_customers_stand_behind_it(save, client, edit, editor, path):
    save(lambda board: board["stages"][0].update(vision="Easy"), co_designers="Six customers in Espoo")
    panel = {"validated_on": "2026-03-02", "validated_by": "The panel", "co_designers": "Six customers in Espoo"}
    save(**panel)  # validating changes no design: the version in force is the one that was validated
    with activate(editor.tenant_id):
        versions = list(JourneyVersion.objects.order_by("number"))
        assert [read_backing(version.design).validated_by for version in versions] == ["", "The panel"]
        assert [read_design(version.design).stages[0].vision for version in versions] == ["", "Easy"]
    page = " ".join(seen(client, f"{edit}journeys/journey/{path.journey.pk}/versions/").split())
    told = re.findall(r'data-label="With customers">(.*?)</td>', page)
    assert told == ["validated 2 Mar 2026: The panel (before this version)<br>Six customers in Espoo", "assumed"]
    key = api_of(make_key(editor.tenant))
    stored = key.get("/api/v1/journeys/tyres/versions").json()["results"][0]["design"]["backing"]
    assert stored == {key: panel[key] for key in ("co_designers", "validated_on", "validated_by")}


def test_two_people_do_not_overwrite_each_other(save):
    save(lambda board: board["stages"][0].update(name="Compare"))
    refused = save(lambda board: board.update(version=1), expect=200)
    assert "Somebody else has changed this journey" in " ".join(errors_of(refused))


@pytest.mark.parametrize(
    ("jumps", "said"),
    [
        ([[[0, 0], [0, 0]]], "from one touchpoint to another"),
        ([[[0, 0], [9, 0]]], "was removed"),
        ([[[0, 0], [1, 0]]] * 2, "there twice"),
    ],
)
def test_a_jump_leads_from_one_step_to_another(save, jumps, said):
    assert said in " ".join(errors_of(save(lambda board: board.update(jumps=jumps), expect=200)))


def test_a_plan_begins_as_it_is_and_the_gap_shows_what_changes(save, client, edit, editor, path):
    save(journeys_journey_plan="1")
    with activate(editor.tenant_id):
        plan = Journey.objects.get(kind="to_be")
        assert (plan.as_is_id, plan.stages.count(), plan.versions.count()) == (path.journey.pk, 3, 1)
        assert not Journey.objects.measured().filter(pk=plan.pk).exists()
    gap = f"{edit}journeys/journey/{path.journey.pk}/gap/"
    assert "Nothing is different." in seen(client, gap)
    with activate(editor.tenant_id):
        Stage.objects.filter(journey=plan, name="Buy").update(vision="Paid before one thinks of it")
        Stage.objects.filter(journey=plan, name="Use").first().steps.all().delete()
    page = seen(client, gap)
    assert "Paid before one thinks of it" in page
    assert path.touchpoints[2].name in page
    assert (page.count("editor-mark-removed"), page.count("editor-mark-changed")) == (1, 1)
    assert seen(client, f"{edit}journeys/journey/{plan.pk}/gap/").count("editor-mark-removed") == 1


def test_a_journey_is_finished_with_one_owner_and_one_sponsor_and_warns_of_the_purchase(save, client, edit, editor):
    said = client.get(save(journeys_journey_finish="1").headers["location"]).content.decode()
    assert "A finished journey has one owner." in said
    assert "A finished journey has one executive sponsor." in said
    assert "No stage is marked as after the purchase." in said
    people = {"owner": editor.user_id, "sponsor": editor.user_id}
    save(journeys_journey_finish="1", **people)
    with activate(editor.tenant_id):
        assert Journey.objects.get(slug="tyres").finished_at
    assert "A finished journey has one owner." in errors_of(save(expect=200, sponsor=editor.user_id))[0]


def test_a_note_keeps_files_that_are_downloaded_and_never_shown(client, edit, editor):
    unit, other = make_unit(editor.tenant), make_unit(editor.tenant)
    till = make_touchpoint(editor.tenant, unit=unit)

    def upload(name, content, expect=302):
        form = {"touchpoint": till.pk, "text": "They waited.", "source": "ethnography", "noted_on": "2026-11-20"}
        return post(
            client, edit + "journeys/note/add/", expect=expect, **form, uploads=SimpleUploadedFile(name, content)
        )

    upload("visit.txt", b"<script>alert(1)</script>")
    assert "is not what its name says" in errors_of(upload("plan.pdf", b"MZ", expect=200))[0]
    assert "not taken in" in errors_of(upload("page.html", b"<p>", expect=200))[0]
    assert "too large" in errors_of(upload("big.txt", b"a" * (5 * 1024 * 1024 + 1), expect=200))[0]
    with activate(editor.tenant_id):
        assert (Note.objects.get().source, Attachment.objects.get().size) == ("ethnography", 25)
        address = f"/t/{editor.tenant.slug}/notes/files/{Attachment.objects.get().pk}"
    file = client.get(address)
    assert file.content == b"<script>alert(1)</script>"
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    partner, stranger = (
        client_of(make_member(editor.tenant, "unit_manager", unit_ids=[one.pk])) for one in (unit, other)
    )
    assert (partner.get(address).status_code, stranger.get(address).status_code) == (200, 404)
    outsider = client_of(make_member(make_tenant()))
    assert outsider.get(address).status_code == 404


def test_what_leads_nowhere_is_told(client, edit, editor, path):
    alone = make_touchpoint(editor.tenant, name="Alone")
    with activate(editor.tenant_id):
        serving = Process.objects.create(slug="billing", name="Billing", review_on=date(2026, 1, 31))
        Process.objects.create(slug="stock", name="Stock")
        serving.serves.create(touchpoint=path.touchpoints[0])
        found = orphans(date(2026, 11, 22))
        assert [process.slug for process in found.processes] == ["stock"]
        assert [process.slug for process in found.late] == ["billing"]
        assert found.touchpoints == [Touchpoint.objects.get(pk=alone.pk)]
        assert found.no_after_purchase == found.no_owner == [path.journey]
    page = seen(client, edit + "journeys/journey/orphans/")
    assert all(name in page for name in ("Stock", "Billing", "Alone"))
    assert client_of(make_member(editor.tenant, "viewer")).get(edit + "journeys/journey/orphans/").status_code == 403


def test_a_channel_tells_when_it_serves_which_language(client, edit, editor):
    make_channel(editor.tenant)
    form = {"name": "Phone", "slug": "phone", "mon": "8-16", "sat": "10-14", "spoken": "fi, sv: mon-tue 9-12"}
    post(client, edit + "journeys/channel/add/", **form)
    with activate(editor.tenant_id):
        phone = Channel.objects.get(slug="phone")
        assert (phone.languages, phone.language_hours["sv"]) == (
            ["fi", "sv"],
            {"mon": [["09:00", "12:00"]], "tue": [["09:00", "12:00"]]},
        )
        served, untold = languages_served()
        assert [(one.language, sum(one.minutes), one.spans[0]) for one in served] == [
            ("fi", 720, "08:00–16:00"),
            ("sv", 360, "09:00–12:00"),
        ]
        assert len(untold) == 1
    page = " ".join(re.sub(r"<[^>]+>", " ", seen(client, edit + "journeys/journey/languages/")).split())
    assert "Swedish in at least one channel 09:00–12:00 09:00–12:00 –" in page
    # What is always open hides no gap: each channel has its own row.
    assert "Finnish: Phone 08:00–16:00 –" in page
    told = api_of(make_key(editor.tenant)).get("/api/v1/design-report").json()["languages"][1]
    assert (told["language"], told["channels"], told["by_channel"][0]["served"]["tue"]) == (
        "sv",
        ["Phone"],
        "09:00–12:00",
    )
    assert "mon-tue" not in seen(client, f"{edit}journeys/channel/{phone.pk}/change/").split("spoken")[0]
    refused = post(client, edit + "journeys/channel/add/", expect=200, name="X", spoken="sv: someday", mon="16-8")
    assert len(errors_of(refused)) == 2


def test_a_journey_starts_from_a_template_or_a_file(client, edit, editor):
    start = edit + "journeys/journey/start/"
    assert "Health" not in seen(client, start) or "Care path" in seen(client, start)
    assert client.post(start, {"template": "health"}).status_code == 302
    assert client.post(start, {"template": "health"}).status_code == 302
    with activate(editor.tenant_id):
        assert list(Journey.objects.order_by("pk").values_list("slug", flat=True)) == ["care-path", "care-path-2"]
        journey = Journey.objects.first()
    table = client.get(f"{edit}journeys/journey/{journey.pk}/file.csv").content.replace(b"Prepare", b"Get ready")
    assert client.post(start, {"file": SimpleUploadedFile("a.csv", table)}).status_code == 302
    with activate(editor.tenant_id):
        assert Stage.objects.in_use().filter(journey=journey, name="Get ready").exists()
    broken = client.post(start, {"file": SimpleUploadedFile("a.json", b'{"format": 1}')})
    assert "Nothing was taken in." in broken.content.decode()
    assert "format" in broken.content.decode()
