from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask
from journeys.models import EventKey


@app.task(base=PlatformTask)
def forget_event_keys() -> None:
    """Drop deduplication keys past their time; events themselves stay."""
    horizon = timezone.now() - timedelta(days=settings.EVENT_KEY_DAYS)
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with activate(tenant_id):
            EventKey.objects.filter(seen_at__lt=horizon).delete()
