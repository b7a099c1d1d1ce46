"""What each role may do. One table, read by every view, the admin and the permission matrix test."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    ADMIN = "admin", _("Admin")
    CX_LEAD = "cx_lead", _("CX lead")
    VIEWER = "viewer", _("Viewer (leadership)")
    UNIT_MANAGER = "unit_manager", _("Unit manager")
    HANDLER = "handler", _("Handler")
    EMPLOYEE = "employee", _("Employee")


class Permission(TextChoices):
    SEE_RESULTS = "see_results", _("See results")
    SEE_STAFF_RESULTS = "see_staff_results", _("See staff results")
    DEFINE = "define", _("Define journeys, surveys and promises")
    SET_TARGETS = "set_targets", _("Set targets")
    HANDLE_FEEDBACK = "handle_feedback", _("Handle feedback")
    MANAGE_COMPANY = "manage_company", _("Manage the organisation")
    MANAGE_PEOPLE = "manage_people", _("Manage people")
    MANAGE_KEYS = "manage_keys", _("Manage API keys")
    MANAGE_PRIVACY = "manage_privacy", _("Manage privacy")
    REPLAY_QUARANTINE = "replay_quarantine", _("Replay quarantined events")
    SEE_IDENTITY = "see_identity", _("See customer identity")


_READ = {Permission.SEE_RESULTS, Permission.SEE_STAFF_RESULTS}
PERMISSIONS: dict[str, frozenset[str]] = {
    Role.ADMIN: frozenset(set(Permission) - {Permission.SEE_IDENTITY}),
    Role.CX_LEAD: frozenset(_READ | {Permission.DEFINE, Permission.SET_TARGETS, Permission.HANDLE_FEEDBACK}),
    Role.VIEWER: frozenset(_READ),
    Role.UNIT_MANAGER: frozenset(_READ | {Permission.HANDLE_FEEDBACK}),
    Role.HANDLER: frozenset({Permission.HANDLE_FEEDBACK, Permission.SEE_STAFF_RESULTS}),
    Role.EMPLOYEE: frozenset({Permission.SEE_STAFF_RESULTS}),
}
