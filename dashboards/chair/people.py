"""What the chair keeps of a person: nothing once they are erased."""

from typing import Any
from uuid import UUID

from dashboards.models import ChairCase
from journeys.exporting import rows
from journeys.keepers import Erasing, Keeper, Merging


def merge(merging: Merging) -> None:
    ChairCase.objects.filter(customer_id=merging.gone).update(customer_id=merging.stays)


def erase(erasing: Erasing) -> None:
    ChairCase.objects.filter(customer_id=erasing.customer_id).delete()


def export(customer_id: UUID) -> dict[str, Any]:
    return {"told_in_the_chair": rows(ChairCase.objects.filter(customer_id=customer_id))}


KEEPER = Keeper(merge, erase, export)
