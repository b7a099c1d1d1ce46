"""One question at the end of a phone call: consent first, then first contact resolution, in the caller's language."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import msgspec
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from cxplatform.tenancy.context import active_tenant_id
from cxplatform.tenancy.models import Tenant
from journeys.models import Customer, Touchpoint, Unit
from journeys.people import customer_of
from surveys.answer import record_responses
from surveys.asking.optout import opted_out, plain_address
from surveys.models import Invitation, Method, Survey
from surveys.questionnaire import published
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import Asked
from surveys.questionnaire.screen import Screen, Voice, screen
from surveys.questionnaire.wordings import LANGUAGES
from surveys.submission import Place, Submission

FCR = "fcr/5"
_SPACE = UUID("5b0c7b0e-6f52-4a0e-9d0e-3c1f7c1f5a10")  # of ids made from call ids
State = Invitation.State


class IvrAnswer(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What the telephone system says of one call. `answer` is the key pressed, 1-5, or the name of the choice."""

    call_id: str
    consent: bool
    answer: int | str | None = None
    survey: str | None = None
    customer: str | None = None
    phone: str | None = None
    language: str | None = None
    touchpoint: str | None = None
    unit: str | None = None
    correlation: str | None = None


@dataclass(frozen=True)
class Question:
    """What to read aloud: the survey, the question in its language, and what each key means."""

    survey: Published
    asked: Asked
    screen: Screen
    language: str


@dataclass(frozen=True)
class Taken:
    """What a call became: `answered`, `refused` or `asked` (consent but no key pressed).

    `response_id` is None also of an anonymous answer: beside the call's row it would say whose it is.
    """

    invitation_id: UUID
    state: str
    response_id: UUID | None = None
    duplicate: bool = False


class Wrong(ValueError):
    """`errors` says by field what is wrong and what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


def question(*, survey: str | None = None, customer: str | None = None, language: str | None = None) -> Question:
    """The question to ask, in the customer's own language where it is known, else in `language`, else the company's.

    Raises `Wrong`.
    """
    chosen = _survey(survey)
    asked = next(q for q in chosen.questions if q.metric == FCR)
    tenant = Tenant.objects.get(pk=active_tenant_id())
    known = _customer(customer)
    spoken = _language(known.locale if known else None, language, tenant.language)
    voice = Voice(tenant.name, spoken, tenant.formal_address)
    return Question(chosen, asked, screen(asked, survey=chosen, voice=voice), spoken)


def take(sent: IvrAnswer) -> Taken:
    """Keep one call in the ledger, and its answer where there is consent and an answer. The same call counts once.

    Raises `Wrong`, and then stores nothing.
    """
    errors = _check(sent)
    if errors:
        raise Wrong(errors)
    found = question(survey=sent.survey, customer=sent.customer, language=sent.language)
    survey = found.survey
    answer = _answer(sent.answer, found) if sent.consent and sent.answer is not None else None
    customer = _customer(sent.customer) if sent.customer else _by_phone(sent.phone)
    ledger_id = uuid5(_SPACE, f"{active_tenant_id()}:{sent.call_id}")
    state = State.ANSWERED if answer else State.OPENED if sent.consent else State.REFUSED
    first = _keep(ledger_id, sent, survey, customer, state, found.language)
    if not sent.consent or answer is None:
        return Taken(ledger_id, "refused" if not sent.consent else "asked", duplicate=not first)
    recorded = record_responses(
        [
            Submission(
                submission_id=_submission_id(sent.call_id, ledger_id, anonymous=survey.anonymous),
                survey=survey.slug,
                version=survey.number,
                answers={found.asked.key: answer},
                customer=sent.customer or (customer.external_id if customer else None),
                touchpoint=sent.touchpoint,
                unit=sent.unit,
                correlation=sent.correlation,
                language=found.language,
            )
        ],
        collected_by=Method.IVR,
        place=Place(),
    )
    if recorded.rejected:
        raise Wrong(recorded.rejected[0].errors)
    taken = recorded.taken[0]
    row = Invitation.objects.filter(id=ledger_id)
    if survey.anonymous:
        row.update(state=State.ANSWERED, customer_id=None, correlation="", answered_at=_now(survey))
        return Taken(ledger_id, "answered", duplicate=taken.duplicate)
    row.update(state=State.ANSWERED, response_id=taken.id, answered_at=_now(survey))
    return Taken(ledger_id, "answered", taken.id, taken.duplicate)


def _submission_id(call_id: str, ledger_id: UUID, *, anonymous: bool) -> str:
    """The same for the same call. Of an anonymous answer only this installation's key could tell which call it was."""
    if not anonymous:
        return f"ivr:{ledger_id.hex}"
    hashed = salted_hmac("surveys.ivr", f"{active_tenant_id()}:{call_id}", algorithm="sha256").hexdigest()
    return f"ivr:{hashed[:32]}"


def _now(survey: Published) -> datetime:
    """When the call was; for an anonymous survey to the day, as the very moment would lead to the answer."""
    now = timezone.now()
    return now.replace(hour=0, minute=0, second=0, microsecond=0) if survey.anonymous else now


def _check(sent: IvrAnswer) -> dict[str, str]:
    errors = {}
    longest = {"call_id": 200, "customer": 200, "phone": 50, "language": 10, "touchpoint": 300, "unit": 300}
    for name, most in {**longest, "survey": 100, "correlation": 200}.items():
        text = getattr(sent, name)
        if text is not None and "\x00" in text:
            errors[name] = "Remove the NUL character."
        elif text is not None and len(text) > most:
            errors[name] = f"Send at most {most} characters."
    if not sent.call_id.strip():
        errors["call_id"] = "Send the call's own id, so that sending it again counts once."
    return errors


def _survey(slug: str | None) -> Published:
    if slug is not None:
        shelf = published.shelf(slugs=[slug])
        found = [s for s in shelf.newest.values() if not s.archived and any(q.metric == FCR for q in s.questions)]
        if not found:
            raise Wrong(
                {"survey": "There is no published survey of this identifier that asks first contact resolution."}
            )
        return found[0]
    ids = Survey.objects.in_use().filter(versions__isnull=False).values_list("pk", flat=True).distinct()
    shelf = published.shelf(ids=list(ids))
    found = [s for s in shelf.newest.values() if any(q.metric == FCR for q in s.questions)]
    if len(found) != 1:
        several = ", ".join(sorted(s.slug for s in found))
        raise Wrong(
            {
                "survey": f"Name the survey: {several} all ask first contact resolution."
                if found
                else "Publish a survey with the question of first contact resolution (fcr/5) first."
            }
        )
    return found[0]


def _customer(external_id: str | None) -> Customer | None:
    return customer_of(external_id) if external_id else None


def _by_phone(phone: str | None) -> Customer | None:
    """The customer whom we have asked by this number before; a number alone is no identity otherwise."""
    if not phone:
        return None
    asked = (
        Invitation.objects.filter(address=plain_address(phone), customer_id__isnull=False)
        .exclude(address="")
        .order_by("-due_at")
        .first()
    )
    found: Customer | None = Customer.objects.filter(id=asked.customer_id).first() if asked else None
    return found


def _language(*wanted: str | None) -> str:
    for language in wanted:
        base = (language or "").replace("_", "-").partition("-")[0].lower()
        if base in LANGUAGES:
            return base
    return "en"


def _take_over(id_: UUID, survey: Published, customer: Customer | None, state: str, language: str) -> bool:
    """Let the ask by phone that was planned for this customer, if there is one, be this call's row."""
    if customer is None or Invitation.objects.filter(id=id_).exists():
        return False
    now = _now(survey)
    # Uses invitation_by_customer. The row takes the call's id, by which the same call is known again.
    planned = Invitation.objects.select_for_update().filter(
        customer_id=customer.id,
        survey_id=survey.survey_id,
        method=Method.IVR,
        state=State.PLANNED,
        expires_at__gt=timezone.now(),
    )
    found = planned.order_by("due_at").values_list("id", flat=True).first()
    return bool(
        found
        and Invitation.objects.filter(id=found).update(
            id=id_, state=state, language=language, sent_at=now, opened_at=now, address=""
        )
    )


def _answer(sent: int | str, found: Question) -> str:
    values = [option.value for option in found.screen.options]
    text = str(sent).strip()
    if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= len(values):
        return values[int(text[:3]) - 1]
    if text in values:
        return text
    raise Wrong({"answer": f"Send the key pressed, 1-{len(values)}, or one of: {', '.join(values)}."})


def _keep(id_: UUID, sent: IvrAnswer, survey: Published, customer: Customer | None, state: str, language: str) -> bool:
    """Write the call into the ledger; False where it was there already."""
    if _take_over(id_, survey, customer, state, language):
        return True
    now = _now(survey)
    touchpoint = Touchpoint.objects.filter(slug=(sent.touchpoint or "").lower()).first() if sent.touchpoint else None
    unit = Unit.objects.filter(slug=(sent.unit or "").lower()).first() if sent.unit else None
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO surveys_invitation (tenant_id, id, survey_id, method, state, reason, customer_id, address,
                language, touchpoint_id, unit_id, correlation, decided_at, due_at, sent_at, opened_at, expires_at)
            VALUES (%s, %s, %s, 'ivr', %s, '', %s, '', %s, %s, %s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (tenant_id, id) DO NOTHING
            """,
            [
                active_tenant_id(),
                id_,
                survey.survey_id,
                state,
                customer.id if customer else None,
                language,
                touchpoint.pk if touchpoint else survey.touchpoint_id,
                unit.pk if unit else None,
                (sent.correlation or "") if not survey.anonymous else "",
                *[now] * 4,
                now + timedelta(days=2 if survey.anonymous else 1),
            ],
        )
        return cursor.rowcount == 1


def unwanted(*, customer: str | None = None, phone: str | None = None) -> bool:
    """Whether the caller has said not to be asked."""
    known = _customer(customer) if customer else _by_phone(phone)
    return opted_out([(known.id if known else None, phone or "", Method.IVR)])[0]
