"""The personal link `/a/<token>`: one person's survey, then what came of the answer, on the same address."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from cxplatform.deliveries import messages
from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Membership, Tenant
from journeys.models import Customer
from surveys.asking.optout import opt_out
from surveys.doors import phrases
from surveys.doors.collect import About, new_token
from surveys.doors.ending import end, read_end
from surveys.doors.link import RESPONDENT
from surveys.doors.pages import notice, page
from surveys.doors.personal import Personal, read_token
from surveys.doors.status import answer_of, status_page
from surveys.doors.visit import Door, ask, confirm, take
from surveys.doors.visitors import too_many
from surveys.followups.word import FIELDS
from surveys.models import Invitation, Response
from surveys.questionnaire import published, wordings
from surveys.questionnaire.published import Published
from surveys.submission import Place

State = Invitation.State
_NOT_ASKED = (State.SKIPPED, State.FAILED)


@dataclass(frozen=True)
class Guest:
    """Who came by a personal link: their invitation, and the survey as it is now."""

    tenant: Tenant
    invitation: Invitation
    survey: Published | None
    address: str

    @property
    def over(self) -> bool:
        return self.invitation.expires_at <= timezone.now() or self.invitation.state == State.EXPIRED


@csrf_exempt  # nobody is signed in here: the signed token in the address is all the authority there is
@require_http_methods(["GET", "HEAD", "POST"])
def personal_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/a/<token>`: asks; shows an answer chosen in a mail with one button, as only a POST is an answer; after
    answering, shows what came of it."""
    said = read_token(token)
    if said is None:
        return notice(request, None, phrases.UNKNOWN_PERSONAL, status=404)
    with activate(said.tenant_id, actor=RESPONDENT):
        posted = request.method == "POST"
        guest = _guest(said, token, lock=posted)
        if guest is None:
            return notice(request, None, phrases.UNKNOWN_PERSONAL, status=404)
        if posted and too_many(request):
            return notice(request, guest.tenant, wordings.BUSY, status=429, headers={"Retry-After": "60"})
        if posted:
            _opened(guest)
        if posted and "seen" in request.POST:
            return HttpResponse(status=204)
        return _answer(request, guest) if posted else _open(request, guest)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest, token: str) -> HttpResponse:
    """`/a/<token>/stop`: one button, which writes the person down as not to be asked. Mail programs POST here."""
    said = read_token(token)
    if said is None:
        return notice(request, None, phrases.UNKNOWN_PERSONAL, status=404)
    with activate(said.tenant_id, actor=RESPONDENT):
        # Any link of ours may say stop, whatever became of its invitation.
        guest = _guest(said, token, lock=request.method == "POST", unsent=True)
        if guest is None:
            return notice(request, None, phrases.UNKNOWN_PERSONAL, status=404)
        voice = _door(guest).voice(request)
        if request.method == "POST":
            invitation = guest.invitation
            how = "mail" if request.POST.get("List-Unsubscribe") else "link"
            opt_out(
                customer_id=invitation.customer_id,
                address=_address(guest),
                hashed=invitation.address_hash,
                how=how,
            )
            Invitation.objects.filter(id=invitation.id, state__in=(State.PLANNED, State.SENT, State.OPENED)).update(
                state=State.REFUSED, reason="opted_out", address=""
            )
            messages.withdraw([invitation.id])
            return notice(request, guest.tenant, phrases.STOPPED, status=200, voice=voice)
        title, text = map(voice, phrases.STOP)
        context = {"title": title, "text": text, "button": voice(phrases.STOP_BUTTON)}
        return page(request, guest.tenant, "surveys/stop.html", context, voice=voice)


def _guest(said: Personal, token: str, *, lock: bool, unsent: bool = False) -> Guest | None:
    # Answers by one link wait for each other here: the first makes the submission, the others meet it.
    found = Invitation.objects.select_for_update() if lock else Invitation.objects
    invitation = found.filter(id=said.invitation_id).first()
    if invitation is None or (not unsent and invitation.state in _NOT_ASKED and invitation.sent_at is None):
        return None
    survey = published.newest(invitation.survey_id)
    return Guest(Tenant.objects.get(pk=said.tenant_id), invitation, survey, f"/a/{token}")


def _address(guest: Guest) -> str:
    """The address to write down; of staff whose answer is in or whose time is over, the one they sign in with."""
    invitation = guest.invitation
    if invitation.address or invitation.customer_id or not invitation.member_id:
        return invitation.address
    found = Membership.objects.filter(pk=invitation.member_id, tenant=guest.tenant)
    return next(iter(found.values_list("user__email", flat=True)), "")


def _open(request: HttpRequest, guest: Guest) -> HttpResponse:
    door = _door(guest)
    answered = answer_of(guest.invitation)
    if answered is not None and "edit" not in request.GET:
        return _status(request, guest, "")
    if answered is None and guest.invitation.state == State.ANSWERED:  # anonymously
        return _status(request, guest, "")
    survey = guest.survey
    if guest.over:
        return notice(request, guest.tenant, phrases.EXPIRED, status=410, voice=door.voice(request))
    if survey is None or survey.archived:
        return notice(request, guest.tenant, wordings.CLOSED, status=410, voice=door.voice(request))
    if answered is not None:
        return _edit(request, door, survey, answered)
    survey, token = door.asks(survey), door.token or new_token()
    chosen = request.GET.get("a", "")
    if chosen and request.GET.get("q", "") == survey.questions[0].key:
        found = confirm(request, door, survey, token=token, index=0, value=chosen)
        if found is not None:
            return found
    return ask(request, door, survey, token=token)


def _opened(guest: Guest) -> None:
    """Somebody is there. A GET tells nothing: mail programs and scanners follow links, and move and press nothing."""
    if guest.invitation.opened_at is None and not guest.over:
        Invitation.objects.filter(id=guest.invitation.id, opened_at=None).update(opened_at=timezone.now())
        Invitation.objects.filter(id=guest.invitation.id, state=State.SENT).update(state=State.OPENED)


def _edit(request: HttpRequest, door: Door, newest: Published, answered: Response) -> HttpResponse:
    """The questions once more, in the version answered: from the one asked for, or the first not answered."""
    shelf = published.shelf(ids=[newest.survey_id], numbers=[answered.version.number])
    survey = door.asks(shelf.versions[newest.slug, answered.version.number], answered.answers)
    index = 0
    with suppress(ValueError):
        index = min(max(0, int(request.GET["edit"][:3])), len(survey.questions) - 1)
    key = survey.questions[index].key
    return ask(
        request,
        door,
        survey,
        token=door.token,
        index=index,
        chosen=str(answered.answers.get(key, "")),
        texts=answered.texts,
    )


def _answer(request: HttpRequest, guest: Guest) -> HttpResponse:
    door, survey = _door(guest), guest.survey
    invitation = guest.invitation
    if any(name in request.POST for name in FIELDS):
        return _status(request, guest, "")
    if survey is None or survey.archived:
        return notice(request, guest.tenant, wordings.CLOSED, status=410, voice=door.voice(request))
    if "end" in request.POST:
        told = read_end(request, door, survey)
        return _status(request, guest, request.POST.get("t", "") if survey.anonymous else door.token, **told)
    begun = invitation.state == State.ANSWERED
    if guest.over and not begun:
        return notice(request, guest.tenant, phrases.EXPIRED, status=410, voice=door.voice(request))
    if survey.anonymous and begun and not _goes_on(request, door):
        return _status(request, guest, "")
    return take(request, door, survey)


def _goes_on(request: HttpRequest, door: Door) -> bool:
    """Whether an anonymous form belongs to an answer already begun; only the browser that began it knows its token."""
    name = f"{door.name}:{request.POST.get('t', '')}"
    return "\x00" not in name and bool(Response.objects.filter(submission_id=name[:100]).exists())


def _status(request: HttpRequest, guest: Guest, token: str, **told: Any) -> HttpResponse:
    door = _door(guest)
    if door.token:
        return status_page(request, door, answer_of(guest.invitation), guest.survey, **told)
    if guest.survey is not None and token:
        return end(request, door, guest.survey, token, **told)
    texts = (wordings.THANKS, phrases.STATUS_ANONYMOUS)
    return notice(request, guest.tenant, texts, status=200, voice=door.voice(request))


def _door(guest: Guest) -> Door:
    invitation, anonymous = guest.invitation, bool(guest.survey and guest.survey.anonymous)

    def taken() -> None:
        now = timezone.now()
        response = None if anonymous else Response.objects.filter(submission_id=f"invitation:{invitation.id}").first()
        if anonymous:  # to the day: the very moment would lead to the answer
            now = now.replace(hour=0, minute=0, second=0, microsecond=0)
        Invitation.objects.filter(id=invitation.id).exclude(state=State.ANSWERED).update(
            state=State.ANSWERED, answered_at=now, response_id=response.id if response else None, address=""
        )
        messages.withdraw([invitation.id])  # a reminder that waits

    return Door(
        tenant=guest.tenant,
        name="anonymous" if anonymous else "invitation",
        token="" if anonymous else str(invitation.id),
        collected_by=invitation.method,
        place=Place(invitation.touchpoint_id, invitation.channel_id, invitation.unit_id),
        about=about(invitation, anonymous=anonymous),
        language=invitation.language,
        stop=f"{guest.address}/stop",
        unseen=invitation.opened_at is None and invitation.state != State.ANSWERED,
        taken=taken,
        end=lambda request, survey, token: _status(request, guest, token),
        too_late=lambda request, survey, token: _status(request, guest, token, problem=phrases.TOO_LATE),
    )


def about(invitation: Invitation, *, anonymous: bool) -> About:
    """Whom and what an invitation's answer is about; of an anonymous one, nobody and nothing."""
    if anonymous:
        return About()
    customer = ""
    if invitation.customer_id:
        found = Customer.objects.filter(id=invitation.customer_id).values_list("external_id", flat=True)
        customer = next(iter(found), "")
    cause = {"cause": str(invitation.event_id)} if invitation.event_id else {}
    return About(customer=customer, correlation=invitation.correlation, properties=cause)
