"""Keeping what the page said of a day, once the day is over where the company lives."""

from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from dashboards.days.said import said
from dashboards.models import Snapshot


def missing(tenant: Tenant) -> date | None:
    """The day that ended last in the active tenant's zone, if it is not kept yet."""
    day = timezone.localdate(timezone=tenant.zone) - timedelta(days=1)
    return None if Snapshot.objects.filter(day=day).exists() else day


def keep(*, tenant: Tenant, day: date) -> None:
    """Keep a day of the active tenant; a day that is kept already stays as it is."""
    languages = [language for language, _name in settings.LANGUAGES]
    data = said(tenant=tenant, day=day, languages=languages)
    Snapshot.objects.bulk_create([Snapshot(day=day, data=data)], ignore_conflicts=True)
