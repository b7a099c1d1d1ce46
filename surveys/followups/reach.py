"""How a follow-up's customer is reached: by what they gave for this matter, else by what the company knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from cxplatform.tenancy.context import active_tenant_id
from journeys.models import Customer
from surveys.asking.optout import opted_out
from surveys.doors.own import address_of_answer, address_of_matter
from surveys.models import FollowUp, Response
from surveys.questionnaire.wordings import LANGUAGES

EMAIL, SMS = "email", "sms"


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Where a message about a follow-up goes, and the link it carries. `by` is empty where nothing reaches them."""

    by: str = ""
    to: str = ""
    language: str = ""
    link: str = ""
    name: str = ""


def reach(follow_ups: Sequence[FollowUp]) -> dict[int, Reached]:
    """By follow-up's id. An address left with the answer is for this matter; one of the company's own is used unless
    its owner wants no messages. Three queries, whatever the number."""
    tenant_id = active_tenant_id()
    answers = {
        response.id: response
        for response in Response.objects.filter(id__in={each.response_id for each in follow_ups} - {None})
    }
    people = {
        person.id: person
        for person in Customer.objects.filter(id__in={each.customer_id for each in follow_ups} - {None}, erased_at=None)
    }
    found: dict[int, Reached] = {}
    own: list[tuple[int, UUID, str, str]] = []
    for each in follow_ups:
        answer, person = answers.get(each.response_id), people.get(each.customer_id)
        contact = (answer.contact if answer else None) or {}
        language = _language(answer.language if answer else "", person.locale if person else "")
        link = (
            address_of_answer(tenant_id, answer.id, answer.submission_id)
            if answer
            else address_of_matter(tenant_id, each.pk)
        )
        by, to = _first(contact.get("email", ""), contact.get("phone", ""))
        if not by and person is not None:
            by, to = _first(person.email, person.phone)
            if by:
                own.append((each.pk, person.id, to, by))
        name = contact.get("name", "") or (person.name if person else "")
        found[each.pk] = Reached(by=by, to=to, language=language, link=link, name=name)
    refused = opted_out((customer_id, to, by) for _, customer_id, to, by in own) if own else []
    for (id_, *_), no in zip(own, refused, strict=True):
        if no:
            found[id_] = Reached(language=found[id_].language, link=found[id_].link, name=found[id_].name)
    return found


def language_of(own: str, company: str) -> str:
    """The language to write in: the customer's, else the company's, else English."""
    return next((known for known in (own, company) if known in LANGUAGES), "en")


def _first(email: str, phone: str) -> tuple[str, str]:
    return (EMAIL, email) if email else (SMS, phone) if phone else ("", "")


def _language(*known: str) -> str:
    return next((code[:2].lower() for code in known if code[:2].lower() in LANGUAGES), "")
