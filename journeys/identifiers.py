"""Identifiers made of names: what integrations call a thing that staff named."""

from typing import Any

from django.db import connection
from django.utils.text import slugify

from cxplatform.tenancy.context import active_tenant_id


def free_identifier(model: Any, name: str, *, most: int = 90) -> str:
    """An identifier like `name` that no row of `model` in the active tenant has: "oil-change", "oil-change-2".

    It is `most` signs long, and a number. It stays free until the transaction ends: who names another meanwhile waits.
    """
    wanted = slugify(name)[:most] or model._meta.model_name
    lock = f"identifier:{active_tenant_id()}:{model._meta.label}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lock])
    taken = set(model.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    if wanted not in taken:
        return wanted
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{wanted}-{number}") not in taken)
