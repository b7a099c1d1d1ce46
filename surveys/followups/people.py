"""Who the customers behind follow-ups are, for those who may know: the owner, and who sees customers' identity."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from journeys.models import Customer
from surveys.models import FollowUp, Response


def sees(follow_up: FollowUp, membership: Membership) -> bool:
    """Whether this member may know who the customer is: their own matter, or the permission for all of them."""
    return follow_up.owner_id == membership.user_id or membership.may(Permission.SEE_IDENTITY)


@dataclass(frozen=True)
class Face:
    """How to reach somebody; what is not known is empty. `customer` None: who answered without being known."""

    name: str = ""
    email: str = ""
    phone: str = ""
    account: str = ""
    language: str = ""
    customer: Customer | None = None


@dataclass(frozen=True)
class Faces:
    """By follow-up, of those whose customer the reader may know."""

    known: Mapping[int, Face]

    def name(self, follow_up: FollowUp) -> str:
        """What the customer is called; empty where the reader may not know or nobody does."""
        face = self.known.get(follow_up.pk)
        return (face.name or face.email or face.phone) if face else ""


def faces_of(follow_ups: Iterable[FollowUp], *, membership: Membership) -> Faces:
    """Two queries: customers, and the contacts left with answers."""
    shown = [each for each in follow_ups if sees(each, membership)]
    people = {
        person.id: person
        for person in Customer.objects.filter(id__in={each.customer_id for each in shown if each.customer_id})
    }
    answers = {each.response_id for each in shown if each.response_id}
    contacts = dict(Response.objects.filter(id__in=answers).values_list("id", "contact"))
    return Faces({each.pk: _face(each, people, contacts) for each in shown})


def _face(each: FollowUp, people: Mapping[UUID, Customer], contacts: Mapping[UUID, Any]) -> Face:
    person = people.get(each.customer_id) if each.customer_id else None
    left = (contacts.get(each.response_id) if each.response_id else None) or {}
    return Face(
        name=(person.name if person else "") or left.get("name", "") or (person.external_id if person else ""),
        # What was left with the answer is the newest that the customer told.
        email=left.get("email", "") or (person.email if person else ""),
        phone=left.get("phone", "") or (person.phone if person else ""),
        account=person.account if person else "",
        language=person.locale if person else "",
        customer=person,
    )
