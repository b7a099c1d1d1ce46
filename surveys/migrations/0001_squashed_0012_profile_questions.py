"""One step from nothing to where the first 12 led; installations that took those go on from there."""

from django.conf import settings
from django.db import migrations, models

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS, TenantReference
from surveys.migrations.squashed import answers, asking, questionnaire

REFERENCES = [
    ("Survey", "touchpoint_id", "journeys_touchpoint"),
    ("Question", "survey_id", "surveys_survey"),
    ("SurveyVersion", "survey_id", "surveys_survey"),
    ("Response", "survey_id", "surveys_survey"),
    ("Response", "version_id", "surveys_surveyversion"),
    ("Response", "customer_id", "journeys_customer"),
    ("Invitation", "survey_id", "surveys_survey"),
    ("Invitation", "customer_id", "journeys_customer"),
    ("SurveyTrigger", "survey_id", "surveys_survey"),
    ("SurveyTrigger", "touchpoint_id", "journeys_touchpoint"),
    ("SurveyTrigger", "channel_id", "journeys_channel"),
    ("SurveyRound", "survey_id", "surveys_survey"),
    ("SurveyRound", "dimension_id", "journeys_dimension"),
    ("OptOut", "customer_id", "journeys_customer"),
    ("PrizeEntry", "survey_id", "surveys_survey"),
    ("Survey", "journey_id", "journeys_journey"),
]

BEHIND_POLICIES = [
    "Survey", "Question", "SurveyVersion", "Response", "ScoreRollup", "Invitation", "AskQuota", "ContactRule",
    "SurveyTrigger", "SurveyRound", "IncomingSms", "OptOut", "PrizeEntry", "AskRollup", "MonthlyCount",
    "EncounterMark", "EncounterRollup",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("surveys", "0001_initial"),
        ("surveys", "0002_link_for_testing"),
        ("surveys", "0003_invitations"),
        ("surveys", "0004_who_is_asked"),
        ("surveys", "0005_ways_to_answer"),
        ("surveys", "0006_question_kinds"),
        ("surveys", "0007_ask_counts"),
        ("surveys", "0008_short_codes"),
        ("surveys", "0009_monthly_counts"),
        ("surveys", "0010_address_hash"),
        ("surveys", "0011_encounters"),
        ("surveys", "0012_profile_questions"),
    ]
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("journeys", "0002_imports"),
        ("tenancy", "0002_key_rotation"),
    ]
    operations = [
        AtOnce([
            *questionnaire.TABLES,
            *asking.TABLES,
            *answers.TABLES,
            *[TenantReference(*reference) for reference in REFERENCES],
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
