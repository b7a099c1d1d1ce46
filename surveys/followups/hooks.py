"""Follow-ups told to other systems: one webhook for each event of a follow-up, with its trail so far.

`data` holds no word of the customer's and no name: a CRM that needs them reads the follow-up by its id, with a key
that may read who customers are.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cxplatform.deliveries.models import Webhook
from cxplatform.deliveries.webhooks import telling
from cxplatform.tenancy.addresses import absolute, tenant_url
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer, Touchpoint, Unit
from surveys.followups import happened
from surveys.followups.heard import News
from surveys.models import Cause, FollowUp, FollowUpStep

_LABELS = {
    happened.OPENED: gettext_lazy("A follow-up was opened"),
    happened.CONTACTED: gettext_lazy("A customer was contacted"),
    happened.SOLVED: gettext_lazy("A follow-up was solved"),
    happened.CONFIRMED: gettext_lazy("A customer confirmed that it was put right"),
    happened.REOPENED: gettext_lazy("A follow-up was opened again"),
    happened.CLOSED: gettext_lazy("A follow-up was closed without solving"),
}
EXAMPLE: dict[str, Any] = {
    "follow_up": 4711,
    "cause": "complaint",
    "state": "contacted",
    "customer": "A10023",
    "touchpoint": "renkaanvaihto",
    "unit": "espoo",
    "correlation": "order-88",
    "owner": "hanna.hoitaja@rengasala.example",
    "signal_at": "2026-11-20T08:00:00Z",
    "contact_due": "2026-11-20T16:00:00Z",
    "fix_due": "2026-11-24T16:00:00Z",
    "contacts": 2,
    "fixed": "",
    "trail": [
        {"kind": "opened", "at": "2026-11-20T08:00:02Z", "by": None},
        {"kind": "contacted", "at": "2026-11-20T09:12:00Z", "by": "hanna.hoitaja@rengasala.example"},
    ],
}


def register() -> None:
    """Say what is told. Call in AppConfig.ready()."""
    for type_, label in _LABELS.items():
        telling.register(type_, label, say=_saying(type_), example=EXAMPLE)


def listen(news: Sequence[News]) -> None:
    """Tell the endpoints that listen, in the transaction of the steps; nothing is read where there are none."""
    told = [(each, type_) for each in news for type_ in happened.types_of(each)]
    if not told or not Webhook.objects.in_use().exists():
        return
    rows = {each.follow_up.pk: each.follow_up for each, _type in told}
    data = dict(zip(rows, told_of(list(rows.values())), strict=True))
    telling.tell(
        [
            telling.Happening(
                type=type_, data=data[each.follow_up.pk], at=each.step.at, customer_id=each.follow_up.customer_id
            )
            for each, type_ in told
        ]
    )


def told_of(rows: Sequence[FollowUp]) -> list[dict[str, Any]]:
    """What is told of each, as in EXAMPLE; five queries however many."""
    numbers = Customer.objects.filter(id__in={row.customer_id for row in rows} - {None}, erased_at=None)
    customers = dict(numbers.values_list("id", "external_id"))
    places = dict(
        Touchpoint.objects.filter(pk__in={row.touchpoint_id for row in rows} - {None}).values_list("pk", "slug")
    )
    units = dict(Unit.objects.filter(pk__in={row.unit_id for row in rows} - {None}).values_list("pk", "slug"))
    trails = defaultdict(list)
    steps = FollowUpStep.objects.filter(follow_up__in=rows).order_by("id").select_related("by", "follow_up__owner")
    owners: dict[int, str | None] = {}
    for step in steps:
        owners[step.follow_up_id] = step.follow_up.owner.email if step.follow_up.owner else None
        trails[step.follow_up_id].append({"kind": step.kind, "at": step.at, "by": step.by.email if step.by else None})
    return [
        {
            "follow_up": row.pk,
            "cause": row.cause,
            "state": row.state,
            "customer": customers.get(row.customer_id),
            "touchpoint": places.get(row.touchpoint_id),
            "unit": units.get(row.unit_id),
            "correlation": row.correlation,
            "owner": owners.get(row.pk),
            "signal_at": row.signal_at,
            "contact_due": row.contact_due,
            "fix_due": row.fix_due,
            "contacts": row.contacts,
            "fixed": row.fixed,
            "trail": trails[row.pk],
        }
        for row in rows
    ]


def _saying(type_: str) -> telling.Say:
    def say(data: Mapping[str, Any], tenant: Tenant) -> telling.Said:
        facts = [(_("Why"), str(Cause(data["cause"]).label))]
        place = Touchpoint.objects.filter(slug=data["touchpoint"]).first() if data.get("touchpoint") else None
        if place:
            facts.append((_("Where"), place.name))
        return telling.Said(str(_LABELS[type_]), tuple(facts), _link(data["follow_up"], tenant))

    return say


def _link(follow_up_id: int, tenant: Tenant) -> str:
    return absolute(tenant_url(tenant.slug, "follow_up", follow_up_id))
