"""Who meets which variant: drawn by a hash, so that the same customer always meets the same, and kept with them."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import connection

from cxplatform.tenancy.context import active_tenant_id
from dashboards.models import Experiment
from journeys.models import Customer
from journeys.people import customer_of

LONGEST = 200


def drawn(experiment: Experiment, who: str) -> str:
    """The key of the variant that falls to a customer's number or a visitor's id; the same each time, and of another
    experiment independent."""
    text = f"{active_tenant_id()}:{experiment.slug}:{who}"
    lot = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    return experiment.keys[lot % len(experiment.keys)]


def assign(experiment: Experiment, *, customer: str = "", visitor: str = "") -> str:
    """The variant of a customer (by number) or of a visitor whom nobody knows yet (by an id of the caller's own).

    The customer keeps it as their own value of the experiment's dimension, so that their answers carry it whichever
    way they are asked. Of an experiment that does not run it is what there was before, and nothing is kept.
    """
    if experiment.state != Experiment.State.RUNNING:
        return experiment.keys[0]
    variant = drawn(experiment, customer or visitor)
    return _kept(experiment, customer, variant) if customer else variant


# An erased customer gets no value, and one merged into another's is kept by that one. Who has met a variant stays with
# it, whichever of their numbers they are asked for by: of two merged into one each number draws for itself.
_KEEP = """
UPDATE journeys_customer SET dimensions = dimensions || jsonb_build_object(%(dimension)s, %(variant)s::text)
WHERE tenant_id = %(tenant)s AND id = %(customer)s AND erased_at IS NULL
    AND NOT coalesce(dimensions ->> %(dimension)s = ANY(%(keys)s::text[]), false)
"""
_MET = "SELECT dimensions ->> %(dimension)s FROM journeys_customer WHERE tenant_id = %(tenant)s AND id = %(customer)s"


def _kept(experiment: Experiment, number: str, variant: str) -> str:
    """The variant that the customer has met already, else this one from now on."""
    known = customer_of(number)
    if known is None:
        Customer.objects.bulk_create([Customer(external_id=number)], ignore_conflicts=True)
        known = customer_of(number)
    if known is None:  # erased: met the variant, and is nobody to us
        return variant
    told: dict[str, Any] = {
        "tenant": active_tenant_id(),
        "customer": known.id,
        "dimension": experiment.dimension,
        "variant": variant,
        "keys": list(experiment.keys),
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, told)
        if cursor.rowcount:
            return variant
        cursor.execute(_MET, told)
        met = cursor.fetchone()
    return met[0] if met and met[0] in experiment.keys else variant


def carried(sent: str) -> Mapping[str, str]:
    """The properties of an answer whose link or widget says `experiment:variant`; nothing where none such runs."""
    slug, _colon, key = sent.partition(":")
    if not key or len(sent) > LONGEST or "\x00" in sent:
        return {}
    experiment = Experiment.objects.in_use().filter(slug=slug, state=Experiment.State.RUNNING).first()
    if experiment is None or key not in experiment.keys:
        return {}
    return {experiment.dimension: key}
