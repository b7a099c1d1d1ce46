from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from cxplatform.api.models import IdempotentRequest
from cxplatform.celery import app
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from cxplatform.tenancy.tasks import PlatformTask


@app.task(base=PlatformTask)
def forget_requests() -> None:
    """Drop answers kept for retries that will not come any more."""
    horizon = timezone.now() - timedelta(days=settings.API_IDEMPOTENCY_DAYS)
    for tenant_id in Tenant.objects.values_list("pk", flat=True):
        with activate(tenant_id):
            IdempotentRequest.objects.filter(made_at__lt=horizon).delete()
