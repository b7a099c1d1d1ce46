"""Deliveries that are changed together are locked by id first: who sends, who merges and who erases meet in them."""

from django.db.models import QuerySet

from cxplatform.deliveries.models import WebhookDelivery


def lock_in_order(found: "QuerySet[WebhookDelivery]") -> None:
    """Lock these until the transaction ends, in the order of their ids."""
    list(found.select_for_update(of=("self",)).order_by("id").values_list("id", flat=True))
