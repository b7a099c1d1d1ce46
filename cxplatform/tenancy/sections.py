"""The pages of the settings, in the order of their menu."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.access import ANY_MEMBER
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission


@dataclass(frozen=True)
class Section:
    """One page: the name of its address, what it is called, and who may open it."""

    name: str
    label: Any
    permission: str


SECTIONS = [
    Section("settings_company", _("Organisation"), Permission.MANAGE_COMPANY),
    Section("settings_members", _("Members"), Permission.MANAGE_PEOPLE),
    Section("settings_keys", _("API keys"), Permission.MANAGE_KEYS),
    Section("settings_webhooks", _("Webhooks"), Permission.MANAGE_KEYS),
    Section("import", _("Bring in data"), Permission.DEFINE),
    Section("mapping", _("What integrations send"), Permission.DEFINE),
    Section("settings_quarantine", _("Quarantine"), Permission.REPLAY_QUARANTINE),
    Section("outbox", _("Outbox"), Permission.MANAGE_COMPANY),
    Section("settings_history", _("History"), Permission.MANAGE_PEOPLE),
    Section("settings_profile", _("My profile"), ANY_MEMBER),
]


def sections_of(membership: Membership) -> list[Section]:
    """The pages this member may open."""
    return [section for section in SECTIONS if section.permission == ANY_MEMBER or membership.may(section.permission)]
