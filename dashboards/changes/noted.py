"""Noting a change, and taking one back: from the page and over REST alike."""

from typing import Any

from cxplatform.tenancy import audit
from dashboards.changes import effects
from dashboards.models import JourneyChange, Look
from dashboards.tasks import look_for


def note(**told: Any) -> JourneyChange:
    """Keep a change of the active tenant; workers then test all of them anew, as their family is another."""
    made: JourneyChange = JourneyChange.objects.create(**told)
    audit.record("added", made)
    look_again(made.tenant.pk)
    return made


def take_back(change: JourneyChange) -> None:
    """Drop a change that was noted by mistake."""
    audit.record("removed", change)
    tenant_id = change.tenant.pk
    change.delete()
    look_again(tenant_id)


def look_again(tenant_id: int) -> None:
    """Have workers test all changes at once, whenever they last did."""
    Look.objects.filter(kind=effects.KIND).delete()
    look_for.after_commit(tenant_id, effects.KIND)
