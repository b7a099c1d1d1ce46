"""A survey is written, seen as on a phone, published, and opened by links and widgets."""

import json

import pytest

from cxplatform.deliveries.models import OutgoingMail
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from cxplatform.tenancy.roles import Role
from surveys.models import Question, Response, Survey, SurveyLink, Widget
from surveys.questionnaire.publish import publish
from tests.admin.pages import errors_of, post, rows
from tests.factories import client_of, make_dimension, make_member, make_tenant, make_touchpoint

pytestmark = pytest.mark.django_db


def make_survey(tenant, *metrics, slug="after-visit"):
    with activate(tenant.pk):
        survey = Survey.objects.create(name="After the visit", slug=slug)
        for position, metric in enumerate(metrics):
            Question.objects.create(survey=survey, key=metric.split("/")[0], metric=metric, position=position)
        return survey


def survey_fields(*questions, stored=0, **fields):
    known = {"kind": "transaction", "audience": "customer", "legal_basis": "interest"}
    fields = {"name": "After the visit", "slug": "after-visit", **known} | fields
    return fields | rows("questions", *questions, stored=stored)


def test_a_survey_is_written_and_published_at_once(client, edit, editor):
    post(
        client,
        edit + "surveys/survey/add/",
        surveys_survey_publish="1",
        **survey_fields(
            {"metric": "nps/0-10", "required": "on", "position": 0},
            {"metric": "comment", "key": "reason", "wording_fi": " Miksi? ", "position": 1},
        ),
    )
    with activate(editor.tenant_id):
        survey = Survey.objects.get()
        assert survey.versions.get().questions == [
            {"key": "nps", "metric": "nps/0-10", "wording": {}, "required": True},
            {"key": "reason", "metric": "comment", "wording": {"fi": "Miksi?"}, "required": False},
        ]
        assert [entry.action for entry in AuditEntry.objects.filter(model="surveys.survey").order_by("id")] == [
            "added",
            "published",
        ]


def test_what_cannot_be_published_is_saved_and_says_why(client, edit, editor):
    response = post(client, edit + "surveys/survey/add/", surveys_survey_publish="1", **survey_fields())
    page = client.get(response.url).content.decode()
    assert "Add at least one question before publishing." in page
    assert "The draft is saved but not published." in page
    with activate(editor.tenant_id):
        assert not Survey.objects.get().versions.exists()


def test_questions_move_change_and_go_with_their_history(client, edit, editor):
    survey = make_survey(editor.tenant, "nps/0-10", "ces/1-7", "comment")
    with activate(editor.tenant_id):
        nps, ces, comment = survey.questions.order_by("position")
    address = f"{edit}surveys/survey/{survey.pk}/change/"
    post(
        client,
        address,
        **survey_fields(
            {"id": nps.pk, "survey": survey.pk, "metric": "nps/0-10", "key": "nps", "position": 1},
            {"id": ces.pk, "survey": survey.pk, "metric": "ces/1-7", "key": "ease", "position": 0},
            {"id": comment.pk, "survey": survey.pk, "metric": "comment", "key": "comment", "DELETE": "on"},
            stored=3,
        ),
    )
    with activate(editor.tenant_id):
        assert [q.key for q in survey.questions.order_by("position")] == ["ease", "nps"]
    history = client.get(address.replace("change", "history")).content.decode()
    assert "<del>ces</del>" in history
    assert "comment" in history


def test_one_key_twice_is_refused_in_words(client, edit):
    response = post(
        client,
        edit + "surveys/survey/add/",
        expect=200,
        **survey_fields({"metric": "nps/0-10", "key": "a"}, {"metric": "ces/1-7", "key": "a"}),
    )
    assert "Two rows have the same Key. Change one of them." in errors_of(response)


def test_the_phone_shows_the_draft_in_the_chosen_language(client, edit, editor):
    draft = {
        "kind": "relationship",
        "language": "sv",
        "questions": [
            {"metric": "nps/0-10"},
            {"metric": "ces/1-7"},
            {"metric": "comment", "wording": {"sv": "Varför <b>?"}},
            {"metric": ""},
        ],
    }
    page = client.post(edit + "surveys/survey/preview/", json.dumps(draft), content_type="application/json")
    text = page.content.decode()
    assert "Hur sannolikt är det att du skulle rekommendera oss" in text
    assert f"{editor.tenant.name} gjorde det lätt" in text
    assert "Varför &lt;b&gt;?" in text
    assert text.count("phone-screen") == 3


@pytest.mark.parametrize("body", ["{", "[]", '{"questions": 5}', "[" * 5000])
def test_a_broken_draft_is_refused_without_a_fuss(client, edit, body):
    answer = client.post(edit + "surveys/survey/preview/", body, content_type="application/json")
    assert (answer.status_code, answer.content.decode()) == (400, "The draft could not be read. Reload the page.")


def test_the_preview_is_for_those_who_may_define():
    viewer = make_member(role=Role.VIEWER)
    address = f"/t/{viewer.tenant.slug}/edit/surveys/survey/preview/"
    assert client_of(viewer).post(address, "{}", content_type="application/json").status_code == 403


def test_options_get_keys_of_their_words_and_keep_them(client, edit, editor):
    options = [{"key": "", "text": {"fi": "Hinta", "en": "Price"}}, {"key": "", "text": {"fi": "Hinta"}}]
    options += [{"key": "", "text": {"fi": " "}}, {"key": "old-one", "text": {"sv": "Kö"}}]
    row = {"metric": "choice", "wording_fi": "Miksi tulit?", "options": json.dumps(options), "only_if": "null"}
    image = {"metric": "image/3", "options": json.dumps([{"key": "word", "text": {"fi": "Lämmin", "en": "warm"}}])}
    post(client, edit + "surveys/survey/add/", surveys_survey_publish="1", **survey_fields(row, image))
    with activate(editor.tenant_id):
        asked = Survey.objects.get().versions.get().questions
    assert [question["key"] for question in asked] == ["miksi_tulit", "lammin"]
    assert [one["key"] for one in asked[0]["options"]] == ["hinta", "hinta_2", "old-one"]


def test_a_customer_is_asked_for_a_dimension_and_not_for_the_variant_they_met(client, edit, editor):
    make_dimension(editor.tenant, "region")
    make_dimension(editor.tenant, "experiment-queue")
    page = client.get(edit + "surveys/survey/add/").content.decode()
    assert ('value="profile:region"' in page, 'value="profile:experiment-queue"' in page) == (True, False)


def test_broken_options_are_an_error_of_the_form(client, edit):
    faulty = [{"metric": "choice", "options": broken} for broken in ("{", "[1]", "[" * 5000, '[{"key": 7}]')]
    refused = post(client, edit + "surveys/survey/add/", expect=200, **survey_fields(*faulty))
    assert errors_of(refused) == ["The draft could not be read. Reload the page."] * len(faulty)


def test_only_an_admin_writes_why_a_survey_is_long(client, edit, editor):
    six = [{"metric": "line", "key": f"q{n}"} for n in range(6)]
    why = {"long_because": "Yearly study"}
    address = edit + "surveys/survey/add/"
    post(client, address, surveys_survey_publish="1", **survey_fields(*six, **why))
    with activate(editor.tenant_id):
        assert (Survey.objects.get().long_because, Survey.objects.get().versions.count()) == ("", 0)
    admin = client_of(make_member(editor.tenant, role=Role.ADMIN))
    post(admin, address, surveys_survey_publish="1", **survey_fields(*six, **why, slug="long"))
    with activate(editor.tenant_id):
        assert Survey.objects.get(slug="long").versions.get().long_because == "Yearly study"


def test_a_mirror_survey_is_asked_of_staff(client, edit, editor):
    post(client, edit + "surveys/survey/add/", **survey_fields(kind="mirror"))
    with activate(editor.tenant_id):
        assert Survey.objects.get().audience == "employee"


def test_a_test_goes_to_the_person_who_asks_for_it(client, edit, editor):
    survey = make_survey(editor.tenant, "nps/0-10")
    address = f"{edit}surveys/survey/{survey.pk}/change/"
    with activate(editor.tenant_id):
        row = survey.questions.get()
    send = {**survey_fields({"id": row.pk, "survey": survey.pk, "metric": "nps/0-10", "key": "nps"}, stored=1)}
    answer = post(client, address, surveys_survey_send_test="1", **send)
    assert "Publish the survey first" in client.get(answer.url).content.decode()
    assert not OutgoingMail.objects.exists()
    with activate(editor.tenant_id):
        publish(survey)
    for _ in range(2):
        answer = post(client, address, surveys_survey_send_test="1", **send)
    assert f"A test is on its way to {editor.user.email}." in client.get(answer.url).content.decode()
    link = SurveyLink.objects.get(tenant=editor.tenant)
    assert link.is_test
    mails = OutgoingMail.objects.all()
    assert [(mail.to, f"/s/{link.code}" in mail.text) for mail in mails] == [(editor.user.email, True)] * 2


def test_what_to_copy_stands_on_the_surveys_page(client, edit, editor):
    survey = make_survey(editor.tenant, "nps/0-10")
    address = f"{edit}surveys/survey/{survey.pk}/change/"
    assert "Publish the survey and open a link" in client.get(address).content.decode()
    with activate(editor.tenant_id):
        publish(survey)
    link = SurveyLink.objects.create(tenant=editor.tenant, survey_id=survey.pk, label="<b>Receipt</b>")
    SurveyLink.objects.create(tenant=editor.tenant, survey_id=survey.pk, is_test=True, label="Mine")
    widget = Widget.objects.create(tenant=editor.tenant, survey_id=survey.pk, name="Shop")
    page = client.get(address).content.decode()
    assert f"/s/{link.code}?lang=en&amp;amp;q=nps&amp;amp;a=10" in page
    assert f"/w/{widget.key}.js" in page
    assert "<b>Receipt</b>" not in page
    assert "Mine" not in page
    chosen = client.get(f"/s/{link.code}?lang=en&q=nps&a=10").content.decode()
    assert 'name="a" value="10"' in chosen
    assert "<table" not in page.partition('class="snippets"')[2]
    with activate(editor.tenant_id):
        assert not Response.objects.exists()  # a scanner of mail may have followed the button


def test_a_link_opens_its_survey_and_closes(client, edit, editor):
    survey = make_survey(editor.tenant, "nps/0-10")
    till = make_touchpoint(editor.tenant)
    post(client, edit + "surveys/surveylink/add/", label="Receipt", survey=survey.pk, touchpoint=till.pk)
    link = SurveyLink.objects.get(tenant=editor.tenant)
    assert (link.survey_id, link.touchpoint_id, link.channel_id) == (survey.pk, till.pk, None)
    address = f"{edit}surveys/surveylink/{link.pk}/change/"
    assert f"/s/{link.code}" in client.get(address).content.decode()
    post(client, address, label="Receipt", survey=survey.pk, surveys_surveylink_close="1")
    link.refresh_from_db()
    assert link.closed_at
    assert link.touchpoint_id is None


def test_a_widget_has_a_snippet_and_pages_that_may_show_it(client, edit, editor):
    survey = make_survey(editor.tenant, "nps/0-10")
    add = edit + "surveys/widget/add/"
    refused = post(client, add, expect=200, name="Shop", survey=survey.pk, origins="https://shop.example/path")
    assert any("is not an address of a site" in error for error in errors_of(refused))
    post(client, add, name="Shop", survey=survey.pk, origins="https://shop.example/\nhttps://www.shop.example")
    widget = Widget.objects.get(tenant=editor.tenant)
    assert widget.origins == ["https://shop.example", "https://www.shop.example"]
    page = client.get(f"{edit}surveys/widget/{widget.pk}/change/").content.decode()
    assert f"/w/{widget.key}.js" in page


def test_doors_of_another_company_are_not_there(client, edit):
    theirs = make_tenant()
    survey = make_survey(theirs, "nps/0-10")
    link = SurveyLink.objects.create(tenant=theirs, survey_id=survey.pk, label="Their receipt")
    widget = Widget.objects.create(tenant=theirs, survey_id=survey.pk, name="Their widget")
    assert client.get(f"{edit}surveys/surveylink/{link.pk}/change/").status_code == 404
    assert client.get(f"{edit}surveys/widget/{widget.pk}/change/").status_code == 404
    assert client.get(f"{edit}surveys/survey/{survey.pk}/change/").status_code == 404
    assert "Their receipt" not in client.get(edit + "surveys/surveylink/").content.decode()
    refused = post(client, edit + "surveys/surveylink/add/", expect=200, label="Ours", survey=survey.pk)
    assert errors_of(refused)
