"""One step from nothing to where the first 11 led; installations that took those go on from there."""

from django.conf import settings
from django.db import migrations, models

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS, TenantReference
from promises.migrations.squashed import judging, making

REFERENCES = [
    ("Promise", "touchpoint_id", "journeys_touchpoint"),
    ("Rule", "promise_id", "promises_promise"),
    ("Rule", "calendar_id", "promises_calendar"),
    ("PromiseOutcome", "rule_id", "promises_rule"),
    ("PromiseOutcome", "customer_id", "journeys_customer"),
    ("OutcomeRollup", "rule_id", "promises_rule"),
    ("JudgedHistory", "rule_id", "promises_rule"),
    ("Rule", "instruction_id", "promises_instruction"),
    ("Rule", "first_id", "promises_rule"),
    ("Instruction", "promise_id", "promises_promise"),
    ("Instruction", "unit_id", "journeys_unit"),
    ("Instruction", "touchpoint_id", "journeys_touchpoint"),
    ("Acknowledgement", "instruction_id", "promises_instruction"),
    ("Training", "instruction_id", "promises_instruction"),
    ("LifecycleStep", "promise_id", "promises_promise"),
    ("Participation", "promise_id", "promises_promise"),
    ("Participation", "unit_id", "journeys_unit"),
    ("Publication", "promise_id", "promises_promise"),
    ("Alert", "rule_id", "promises_rule"),
    ("Criterion", "promise_id", "promises_promise"),
    ("Exclusion", "rule_id", "promises_rule"),
    ("OutcomeScore", "rule_id", "promises_rule"),
]

BEHIND_POLICIES = [
    "Calendar", "Promise", "Rule", "PromiseOutcome", "OutcomeRollup", "JudgedHistory", "Instruction",
    "Acknowledgement", "Training", "LifecycleStep", "Participation", "PromisePage", "Publication", "Alert",
    "AlertChoice", "Criterion", "Exclusion", "OutcomeScore",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("promises", "0001_initial"),
        ("promises", "0002_rules_of_several_tests"),
        ("promises", "0003_what_the_customer_was"),
        ("promises", "0004_judged_history"),
        ("promises", "0005_outcome_by_customer"),
        ("promises", "0006_promises_made_and_proven"),
        ("promises", "0007_choice_of_alerts"),
        ("promises", "0008_how_it_came_to_be"),
        ("promises", "0009_what_outcomes_are_counted_by"),
        ("promises", "0010_open_by_unit_and_scores"),
        ("promises", "0011_surprised"),
    ]
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("journeys", "0010_room_in_counts"),
        ("tenancy", "0002_key_rotation"),
    ]
    operations = [
        AtOnce([
            *making.TABLES,
            *judging.TABLES,
            *[TenantReference(*reference) for reference in REFERENCES],
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
