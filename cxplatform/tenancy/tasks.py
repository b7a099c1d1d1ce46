"""The base of every task: takes ids, opens the tenant, tries again when the database is starting up."""

from typing import Any

from celery import Task
from django.db import InterfaceError, OperationalError, close_old_connections, transaction

from cxplatform.tenancy.context import activate


class PlatformTask(Task):
    """A task outside any tenant, such as a sweep over all of them."""

    abstract = True
    autoretry_for = (OperationalError, InterfaceError)
    retry_backoff = True
    retry_backoff_max = 30
    max_retries = 20
    ignore_result = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        try:
            return super().__call__(*args, **kwargs)
        finally:
            close_old_connections()

    def after_commit(self, *args: Any) -> None:
        """Dispatch once the surrounding transaction has committed; losing the broker loses only the wake-up."""
        transaction.on_commit(lambda: self.delay(*args), robust=True)


class TenantTask(PlatformTask):
    """A task of one tenant: its first argument is the tenant's id, its body runs in that tenant's transaction."""

    abstract = True

    def __call__(self, tenant_id: int, *args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        with activate(tenant_id):
            return Task.__call__(self, tenant_id, *args, **kwargs)
