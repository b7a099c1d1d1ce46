"""A journey goes out as a file and comes in again: whole, twice without a change, and told what to mend."""

import json

import pytest
from django.utils import translation

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry, Tenant
from journeys.exchange.apply import take_in
from journeys.exchange.document import Unreadable, read_json, write_json
from journeys.exchange.table import COLUMNS, read_csv, write_csv
from journeys.exchange.write import document_of
from journeys.models import Channel, Journey, JourneyVersion, Stage, Touchpoint
from journeys.templates import LANGUAGES, NAMES, template
from tests.factories import api_of, make_journey, make_key, make_member, make_tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def tenant():
    with translation.override("en"):
        yield make_tenant()


def taken(document, **options):
    """Take it in, and once more to see that nothing more happens."""
    first = take_in(document, **options)
    entries, versions = AuditEntry.objects.count(), JourneyVersion.objects.count()
    again = take_in(document, **options)
    assert (again.made, again.changed, again.version) == ([], [], None)
    assert (AuditEntry.objects.count(), JourneyVersion.objects.count()) == (entries, versions)
    return first


@pytest.mark.parametrize("name", NAMES)
def test_a_template_comes_in_whole_in_three_languages_and_goes_out_as_it_came(tenant, name):
    told = {language: template(name, language) for language in LANGUAGES}
    shapes = {language: [len(stage.steps) for stage in document.stages] for language, document in told.items()}
    assert len({str(shape) for shape in shapes.values()}) == 1
    assert len({document.journey.name for document in told.values()}) == 3
    with activate(tenant.pk):
        first = taken(told["fi"])
        assert first.version.number == 1
        assert not first.warnings
        stages = Stage.objects.filter(journey=first.journey)
        assert stages.filter(after_purchase=True).exists()
        assert not Touchpoint.objects.filter(emotion=None).exists()
        assert first.journey.for_personas.count() >= 2
        assert first.journey.jumps.exists()
        out = document_of(first.journey)
        assert read_json(write_json(out)) == out
        assert taken(read_json(write_json(out))).made == []


def test_a_whole_journey_moves_to_another_company(tenant):
    with activate(tenant.pk):
        out = write_json(document_of(take_in(template("retail", "sv")).journey))
    other = make_tenant()
    with activate(other.pk):
        taken(read_json(out))
        assert write_json(document_of(Journey.objects.get())) == out


def test_a_table_holds_the_board_and_leaves_the_rest_as_it_is(tenant):
    with activate(tenant.pk):
        journey = take_in(template("retail", "en")).journey
        before = document_of(journey)
        table = write_csv(before)
        assert taken(read_csv(table)).changed == []
        assert document_of(journey) == before
        changed = table.decode("utf-8-sig").replace("Discover", "Notice").replace("Choose", "=Choose")
        take_in(read_csv(changed.encode("cp1252")))
        names = [stage.name for stage in Stage.objects.in_use().filter(journey=journey).order_by("position")]
        assert names[:2] == ["Notice", "=Choose"]
        assert "'=Choose" in write_csv(document_of(journey)).decode()
        assert JourneyVersion.objects.filter(journey=journey).count() == 2


HEAD = "journey;journey_name;stage;touchpoint;touchpoint_name;emotion;jump_to\n"


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("", "The table is empty"),
        ("stage;colour\nBuy;red\n", "row 1: The column “journey” is missing."),
        ("journey;journey_name;stage;touchpoint;colour\na;A;Buy;;red\n", "row 1: The column “colour” is not known."),
        (HEAD + "a;A;;till;Till;;\n", "row 2, column stage: This cell is empty."),
        (HEAD + "a;A;Buy;till;Till;happy;\n", "row 2, column emotion: “happy” is not a whole number."),
        (HEAD + "a;A;Buy;till;Till;;\na;A;Use;web;Web;;\na;A;Buy;x;X;;\n", "row 4, column stage: “Buy” comes again"),
        (HEAD + "a;A;Buy;till;Till;;\nb;A;Buy;web;Web;;\n", "row 3, column journey: A file holds one journey."),
        (HEAD + "a;A;Buy;till;Till;;\na;A;Buy;till;Till;;\n", "row 3, column touchpoint: This touchpoint is already"),
        (HEAD + "a;A;Buy;till;Till;;till\n", "row 2, column jump_to: “till”: write the stage's number"),
        (HEAD + "a;A;Buy;till;Till;;2:till\n", "jumps[0].to.stage: There is no stage 2."),
        (HEAD + "a;A;Buy;till;Till;7;\n", "touchpoints[0].emotion:"),
        (HEAD + "a;A;Buy;till;;;\n", "stages[0].steps[0].touchpoint: There is no touchpoint “till” here."),
        (HEAD + "a;A;Buy;Till Here;Till;;\n", "touchpoints[0].slug: Use small letters"),
    ],
)
def test_a_table_that_cannot_be_taken_in_says_where_and_changes_nothing(tenant, table, told):
    with activate(tenant.pk):
        with pytest.raises(Unreadable) as refused:
            take_in(read_csv(table.encode()))
        assert told in str(refused.value)
        assert not Journey.objects.exists()
        assert not Touchpoint.objects.exists()


def test_all_faults_of_a_file_are_told_at_once(tenant):
    document = {
        "format": "cxplatform-journey/1",
        "journey": {"slug": "tyres", "name": "Tyres", "kind": "dream", "owner": "who@example.org"},
        "stages": [{"name": "Buy", "steps": [{"touchpoint": "none-such"}]}],
        "channels": [{"slug": "web", "name": "Web", "hours": {"mon": [["16:00", "08:00"]]}}],
    }
    with activate(tenant.pk):
        with pytest.raises(Unreadable) as refused:
            take_in(read_json(json.dumps(document)))
        places = [problem.place for problem in refused.value.problems]
    assert places == ["channels[0].hours", "journey.kind", "stages[0].steps[0].touchpoint"]
    with pytest.raises(Unreadable, match=r"stages\[0\].name"):
        read_json(json.dumps(document | {"stages": [{"name": 7}]}))


class TestOverRest:
    def test_a_journey_goes_out_and_in(self, tenant):
        api = api_of(make_key(tenant))
        make_journey(tenant, "tyres")
        out = api.get("/api/v1/journey-files/tyres")
        assert (out.status_code, out["Content-Type"]) == (200, "application/json")
        again = api.post("/api/v1/journey-files", out.content, content_type="application/json").json()
        assert again == {"journey": "tyres", "version": None, "made": [], "changed": [], "warnings": []}
        table = api.get("/api/v1/journey-files/tyres?as=csv")
        assert table.content.decode("utf-8-sig").split("\r\n")[0] == ";".join(COLUMNS)
        other = api_of(make_key(make_tenant()))
        assert other.get("/api/v1/journey-files/tyres").status_code == 404
        made = other.post("/api/v1/journey-files", table.content, content_type="text/csv").json()
        assert (made["journey"], made["version"], len(made["made"])) == ("tyres", 1, 4)

    def test_a_fault_names_its_place(self, tenant):
        api = api_of(make_key(tenant))
        refused = api.post("/api/v1/journey-files", (HEAD + "a;A;Buy;till;Till;9x;\n"), content_type="text/csv")
        assert refused.status_code == 400
        assert refused.json()["errors"] == [
            {"field": "row 2, column emotion", "message": "“9x” is not a whole number."}
        ]

    def test_a_design_is_written_read_and_finished(self, tenant):
        api = api_of(make_key(tenant))
        make_journey(tenant, "tyres", stages=["Choose", "Buy"])
        read = api.get("/api/v1/journeys/tyres").json()
        choose, buy = read["stages"]
        choose |= {"flow": "choice", "emotion": 2, "vision": "Easy"}
        ends = [stage["touchpoints"][0] for stage in (choose, buy)]
        choose["details"] = [{"touchpoint": ends[0], "optional": True, "emotion": -1}]
        jump = {"from_stage": 2, "from_touchpoint": ends[1], "to_stage": 1, "to_touchpoint": ends[0]}
        change = {"stages": [choose, buy], "jumps": [jump], "change_note": "Asked customers"}

        def patch(data):
            return api.patch("/api/v1/journeys/tyres", data, content_type="application/json")

        told = patch(change).json()
        assert (told["jumps"], told["stages"][0]["flow"], told["stages"][0]["emotion"]) == ([jump], "choice", 2)
        assert told["stages"][0]["details"][0]["emotion"] == -1
        versions = api.get("/api/v1/journeys/tyres/versions").json()["results"]
        assert [(version["number"], version["note"]) for version in versions] == [(2, "Asked customers"), (1, "")]
        refused = patch({"finished": True})
        assert [error["field"] for error in refused.json()["errors"]] == ["owner", "sponsor"]
        email = make_member(tenant).user.email
        assert patch({"finished": True, "owner": email, "sponsor": email}).json()["finished"] is True
        assert [error["field"] for error in patch({"owner": None}).json()["errors"]] == ["owner"]
        assert api_of(make_key(make_tenant())).get("/api/v1/journeys/tyres/versions").status_code == 404


def test_a_new_company_begins_with_the_journey_it_chose(client):
    member = make_member()
    client.force_login(member.user)
    form = {"company": "Ny", "language": "sv", "beginning": "health"}
    assert client.post("/companies/new/", form).status_code == 302
    ours = Tenant.objects.exclude(pk=member.tenant_id).get()
    with activate(ours.pk):
        assert Journey.objects.get().name == "Vårdkedja"
        assert Channel.objects.filter(slug="phone").count() == 1


@pytest.mark.parametrize("place", ["journey.slug", "touchpoints[0].owner", "stages[0].goal"])
def test_a_nul_in_a_file_is_a_fault_with_its_place(tenant, place):
    """The body's own check does not see a file: it is read apart."""
    file = {
        "format": "cxplatform-journey/1",
        "journey": {"slug": "moving", "name": "Moving"},
        "stages": [{"name": "Tell", "goal": "", "steps": []}],
        "touchpoints": [{"slug": "form", "name": "Form", "owner": "anna@example.org"}],
    }
    part, _, name = place.rpartition(".")
    (file[part] if part in file else file[part.removesuffix("[0]")][0])[name] = "a\0b"
    answer = api_of(make_key(tenant)).post("/api/v1/journey-files", file, content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, place)


def test_a_file_that_describes_too_much_is_refused_before_it_costs_anything(tenant):
    channels = [{"slug": f"c{n}", "name": "C"} for n in range(4001)]
    file = {"format": "cxplatform-journey/1", "journey": {"slug": "a", "name": "A"}, "stages": [], "channels": channels}
    with pytest.raises(Unreadable, match=r"channels: .*4000"):
        read_json(json.dumps(file))
