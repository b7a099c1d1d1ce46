"""One step from nothing to where the first 10 led; installations that took those go on from there."""

from django.conf import settings
from django.db import migrations, models

from cxplatform.tenancy.migrating import AtOnce
from cxplatform.tenancy.rls import EnableRLS, TenantReference
from journeys.migrations.squashed import facts, meanings, structure

REFERENCES = [
    ("Touchpoint", "channel_id", "journeys_channel"),
    ("Touchpoint", "unit_id", "journeys_unit"),
    ("Stage", "journey_id", "journeys_journey"),
    ("Step", "stage_id", "journeys_stage"),
    ("Step", "touchpoint_id", "journeys_touchpoint"),
    ("Journey", "as_is_id", "journeys_journey"),
    ("Jump", "journey_id", "journeys_journey"),
    ("Jump", "from_step_id", "journeys_step"),
    ("Jump", "to_step_id", "journeys_step"),
    ("JourneyVersion", "journey_id", "journeys_journey"),
    ("EventType", "touchpoint_id", "journeys_touchpoint"),
    ("Journey", "dimension_id", "journeys_dimension"),
    ("Persona", "dimension_id", "journeys_dimension"),
    ("JourneyPersona", "journey_id", "journeys_journey"),
    ("JourneyPersona", "persona_id", "journeys_persona"),
    ("Process", "unit_id", "journeys_unit"),
    ("ProcessTouchpoint", "process_id", "journeys_process"),
    ("ProcessTouchpoint", "touchpoint_id", "journeys_touchpoint"),
    ("TouchpointChannel", "touchpoint_id", "journeys_touchpoint"),
    ("TouchpointChannel", "channel_id", "journeys_channel"),
    ("Note", "journey_id", "journeys_journey"),
    ("Note", "touchpoint_id", "journeys_touchpoint"),
    ("Attachment", "note_id", "journeys_note"),
    ("EventRule", "at_touchpoint_id", "journeys_touchpoint"),
    ("EventRule", "opens_touchpoint_id", "journeys_touchpoint"),
    ("EventRule", "opens_unit_id", "journeys_unit"),
]

BEHIND_POLICIES = [
    "Channel", "Unit", "Touchpoint", "Journey", "Stage", "Step", "TextMapping", "Dimension", "Customer",
    "Event", "EventKey", "UnmappedText", "Import", "Upload", "Jump", "JourneyVersion", "EventType", "Passage",
    "Variant", "Conformance", "PathRollup", "Persona", "JourneyPersona", "Process", "ProcessTouchpoint",
    "TouchpointChannel", "Note", "Attachment", "ReplayOrigin", "EventRule", "Remapping", "RuleFiring",
    "PathHistory",
]


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("journeys", "0001_initial"),
        ("journeys", "0002_imports"),
        ("journeys", "0003_uploads"),
        ("journeys", "0004_passages"),
        ("journeys", "0005_blueprint"),
        ("journeys", "0006_finding_customers"),
        ("journeys", "0007_mapping"),
        ("journeys", "0008_paths"),
        ("journeys", "0009_firings"),
        ("journeys", "0010_room_in_counts"),
    ]
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("tenancy", "0002_key_rotation"),
    ]
    operations = [
        AtOnce([
            *structure.TABLES,
            *meanings.TABLES,
            *facts.TABLES,
            *facts.STATEMENTS,
            *[TenantReference(*reference) for reference in REFERENCES],
            *[EnableRLS(name) for name in BEHIND_POLICIES],
        ]),
    ]
