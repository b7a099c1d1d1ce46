"""A company with people who answer for customers, and follow-ups at any point of their way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from cxplatform.tenancy.roles import Role
from journeys.models import Customer, Touchpoint, Unit
from surveys.followups import work
from surveys.models import FollowUp, FollowUpRule
from tests.factories import make_customer, make_member, make_tenant, make_touchpoint, make_unit, make_user


@dataclass(frozen=True)
class Firm:
    tenant: Tenant
    unit: Unit
    touchpoint: Touchpoint
    lead: Membership
    manager: Membership
    handler: Membership
    customer: Customer


def make_firm(**fields: Any) -> Firm:
    """A CX lead, a manager of the only unit, a handler, and a customer who can be written to."""
    tenant = make_tenant(**fields)
    unit = make_unit(tenant)
    return Firm(
        tenant=tenant,
        unit=unit,
        touchpoint=make_touchpoint(tenant, unit=unit),
        lead=make_member(tenant, Role.CX_LEAD, user=make_user(first_name="Leena")),
        manager=make_member(tenant, Role.UNIT_MANAGER, unit_ids=[unit.pk], user=make_user(first_name="Manu")),
        handler=make_member(tenant, Role.HANDLER, user=make_user(first_name="Hanna")),
        customer=make_customer(tenant, email="asko@example.org", name="Asko Asiakas"),
    )


def make_rule(tenant: Tenant, cause: str, **fields: Any) -> FollowUpRule:
    with activate(tenant.pk):
        return FollowUpRule.objects.create(
            **{"slug": f"{cause}-{fields.get('position', 0)}", "name": cause.capitalize(), "cause": cause} | fields
        )


def make_follow_up(firm: Firm, **fields: Any) -> FollowUp:
    """One opened by hand, of the firm's customer at its touchpoint, in the manager's hands."""
    with activate(firm.tenant.pk):
        given = {"customer": firm.customer, "touchpoint_id": firm.touchpoint.pk, "unit_id": firm.unit.pk} | fields
        return work.open_by_hand(by=given.pop("by", None), **given)


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)
