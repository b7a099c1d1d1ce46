"""Rules, triggers and rounds in the editor: saved as meant, refused with a word on the field, approved by another."""

from datetime import UTC, datetime

import pytest

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import AuditEntry
from surveys.models import ContactRule, SurveyRound, SurveyTrigger
from tests.admin.pages import errors_of, post
from tests.factories import client_of, make_customer, make_member, make_tenant, make_unit
from tests.surveys.worlds import make_survey

pytestmark = pytest.mark.django_db

RULE = {
    "kind": "",
    "every_days": 21,
    "after_answer_days": 30,
    "after_refusal_days": 90,
    "after_abandon_days": 30,
    "quiet_from": "20:00",
    "quiet_to": "09:00",
    "weekdays": ["1", "2", "3", "4", "5"],
    "country": "fi",
    "reminders": 1,
    "remind_after_days": 3,
}


def test_a_rule_is_made_and_there_is_one_of_a_kind(client, edit, editor):
    post(client, edit + "surveys/contactrule/add/", **RULE)
    with activate(editor.tenant_id):
        rule = ContactRule.objects.get()
        assert (rule.every_days, rule.weekdays, rule.country) == (21, [1, 2, 3, 4, 5], "FI")
        assert AuditEntry.objects.filter(model="surveys.contactrule", action="added").count() == 1
    again = post(client, edit + "surveys/contactrule/add/", expect=200, **RULE)
    assert errors_of(again) == ["There is a rule for this kind already. Change that one."]


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"weekdays": []}, "Choose at least one weekday."),
        ({"country": "XX"}, "No holidays are known for “XX”. Use two letters, like FI, or leave it empty."),
        ({"every_days": 99999}, "Ensure this value is less than or equal to 3650."),
        ({"kind": "other"}, "Select a valid choice. other is not one of the available choices."),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(client, edit, fields, error):
    assert errors_of(post(client, edit + "surveys/contactrule/add/", expect=200, **RULE | fields)) == [error]


def trigger(survey, **fields):
    return {
        "name": "Delivered",
        "survey": survey.pk,
        "active": "on",
        "event_type": "order.delivered",
        "unless_minutes": 60,
        "delay": 2,
        "delay_unit": "60",
        "ways": "sms,email",
        "sampling_percent": 50,
        "relevant_days": 3,
        "lifetime_days": 14,
    } | fields


def test_a_trigger_is_made_with_time_in_hours_and_ways_by_preference(client, edit, editor):
    survey = make_survey(editor.tenant)
    post(client, edit + "surveys/surveytrigger/add/", **trigger(survey))
    with activate(editor.tenant_id):
        made = SurveyTrigger.objects.get()
    assert (made.delay_minutes, made.methods, made.slug) == (120, ["sms", "email"], "delivered")
    page = client.get(f"{edit}surveys/surveytrigger/{made.pk}/change/")
    assert page.status_code == 200
    form = page.context["adminform"].form
    assert (form.initial["delay"], form.initial["delay_unit"], form.initial["ways"]) == (2, "60", "sms,email")


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"delay": 800, "delay_unit": "1440"}, "Ask within two years of the event."),
        ({"property_value": "big"}, "Say which property has this value."),
        ({"unless_type": "order.delivered"}, "Choose another event than the one that triggers."),
        ({"sampling_percent": 101}, "Ensure this value is less than or equal to 100."),
    ],
)
def test_a_trigger_that_cannot_work_is_refused(client, edit, editor, fields, error):
    sent = trigger(make_survey(editor.tenant), **fields)
    assert errors_of(post(client, edit + "surveys/surveytrigger/add/", expect=200, **sent)) == [error]


def test_another_tenants_survey_is_no_choice(client, edit):
    sent = trigger(make_survey(make_tenant()))
    (error,) = errors_of(post(client, edit + "surveys/surveytrigger/add/", expect=200, **sent))
    assert error.startswith("Select a valid choice.")


def round_(survey, **fields):
    return {
        "name": "Spring",
        "survey": survey.pk,
        "scheduled_at_0": "2026-12-01",
        "scheduled_at_1": "10:00",
        "who": "everyone",
        "roles": ["employee"],
        "ways": "email,sms",
        "sample_size": 100,
        "seed": 1,
        "lifetime_days": 14,
    } | fields


def test_a_round_is_made_and_approved_by_another(client, edit, editor):
    make_unit(editor.tenant, "espoo")
    survey = make_survey(editor.tenant)
    post(client, edit + "surveys/surveyround/add/", **round_(survey))
    with activate(editor.tenant_id):
        made = SurveyRound.objects.get()
        assert (made.state, made.made_by, made.slug) == ("draft", editor.user, "spring")
    other = client_of(make_member(editor.tenant, "admin"), headers={"accept-language": "en"})
    address = f"{edit}surveys/surveyround/{made.pk}/change/"
    sent = round_(survey, slug="spring", surveys_surveyround_approve="1")
    refused = client.post(address, sent, follow=True)
    assert "Ask a colleague to approve it" in refused.content.decode()
    post(other, address, **sent)
    with activate(editor.tenant_id):
        made.refresh_from_db()
        assert made.state == "approved"
    page = other.get(address)
    assert page.status_code == 200
    assert "surveys_surveyround_withdraw" in page.content.decode()
    # What was approved is what is asked: the form no longer takes another sample.
    post(other, address, name="Spring round", slug="x", sample_size=999999, survey=made.survey_id)
    with activate(editor.tenant_id):
        made.refresh_from_db()
        assert (made.name, made.sample_size, made.slug) == ("Spring round", 100, "spring")
    post(other, address, name="Spring round", surveys_surveyround_withdraw="1")
    with activate(editor.tenant_id):
        made.refresh_from_db()
        assert made.state == "draft"


def test_a_list_is_pasted_and_unknown_numbers_are_named(client, edit, editor):
    make_customer(editor.tenant, "C-1")
    make_customer(editor.tenant, "C-2")
    survey = make_survey(editor.tenant)
    bad = round_(survey, who="listed", customers_text="C-1\nC-9; C-1")
    assert errors_of(post(client, edit + "surveys/surveyround/add/", expect=200, **bad)) == [
        "No customer has these numbers: C-9. Mend or remove them."
    ]
    post(client, edit + "surveys/surveyround/add/", **bad | {"customers_text": "C-1\r\nC-2, C-1"})
    with activate(editor.tenant_id):
        assert SurveyRound.objects.get().customers == ["C-1", "C-2"]


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"who": "dimension"}, ["Choose the dimension.", "Write at least one value."]),
        ({"who": "listed"}, ["Paste the customer numbers."]),
        ({"who": "staff"}, ["This survey is asked of customers."]),
        ({"sample_size": 0}, ["Ensure this value is greater than or equal to 1."]),
    ],
)
def test_a_round_that_cannot_be_asked_is_refused(client, edit, editor, fields, errors):
    sent = round_(make_survey(editor.tenant), **fields)
    assert sorted(errors_of(post(client, edit + "surveys/surveyround/add/", expect=200, **sent))) == sorted(errors)


def test_a_round_that_was_asked_leads_to_its_asks(client, edit, editor):
    survey = make_survey(editor.tenant)
    with activate(editor.tenant_id):
        done = SurveyRound.objects.create(
            survey=survey, name="Old", slug="old", state="done", drawn=3, scheduled_at=datetime(2026, 3, 1, tzinfo=UTC)
        )
    page = client.get(f"{edit}surveys/surveyround/{done.pk}/change/").content.decode()
    assert f"round={done.pk}" in page
    assert "surveys_surveyround_approve" not in page
    new = client.get(f"{edit}surveys/surveyround/add/").content.decode()
    assert "(&#x27;done" not in page  # people read words, not a pair of code and word
    assert "State.DRAFT" not in new
