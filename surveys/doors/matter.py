"""The parts of an answer's page that tell of its follow-up, and of what was done for others who said the same."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from cxplatform.tenancy.models import Tenant
from journeys.models import Customer
from surveys.deeds.told import deeds_at
from surveys.doors import phrases as door_phrases
from surveys.doors.dates import day, moment
from surveys.doors.pages import other_languages, page, voice_of
from surveys.followups import phrases
from surveys.followups.shown import lines, see, steps_of
from surveys.models import FollowUp, Response
from surveys.questionnaire.published import Published
from surveys.questionnaire.screen import Voice


def matter(
    follow_up: FollowUp | None, survey: Published | None, response: Response | None, tenant: Tenant, voice: Voice
) -> dict[str, Any]:
    """What the page says of a follow-up; nothing where there is none."""
    if follow_up is None:
        return {}
    seen = see(follow_up, steps_of(follow_up), tenant, voice)
    told: dict[str, Any] = {
        "matter": {
            "seen": seen,
            "replied": voice(phrases.REPLIED),
            "agreed": voice(phrases.AGREED),
            "fixed": voice(phrases.FIXED),
            "options": [(value, voice(texts)) for value, texts in phrases.FIXED_OPTIONS.items()],
        }
    }
    return told | ({"title": seen.title, "text": seen.text} if seen.title else {})


def deeds(touchpoint_id: int | None, tenant: Tenant, voice: Voice) -> dict[str, Any]:
    """ "You said, we did" at the touchpoint; nothing where nothing was told of it."""
    today = timezone.now().astimezone(tenant.zone).date()
    told = deeds_at(touchpoint_id, language=voice.language, today=today)
    if not told:
        return {}
    return {
        "deeds": [(deed.said, deed.did, day(deed.done_on, voice.language)) for deed in told],
        "deeds_title": voice(phrases.DEEDS),
        "deed_said": voice(phrases.DEED_SAID),
        "deed_did": voice(phrases.DEED_DID),
    }


def matter_page(request: HttpRequest, tenant: Tenant, follow_up: FollowUp, **told: Any) -> HttpResponse:
    """The page of a matter that began without an answer: a call, a broken promise."""
    found = Customer.objects.filter(id=follow_up.customer_id).values_list("locale", flat=True)
    voice = voice_of(request, tenant, own=next(iter(found), "")[:2])
    context = {
        "title": voice(phrases.YOUR_MATTER),
        "steps": [
            (line.text, moment(line.at, tenant.zone, voice.language) if line.at else "")
            for line in lines(steps_of(follow_up), voice)
        ],
        "next": voice(door_phrases.STATUS_HAPPENED),
        "first": True,
        "languages": other_languages(voice),
        **deeds(follow_up.touchpoint_id, tenant, voice),
        **matter(follow_up, None, None, tenant, voice),
        **told,
    }
    return page(request, tenant, "surveys/status.html", context, voice=voice, status=422 if told.get("wrong") else 200)
