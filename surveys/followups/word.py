"""The customer's own word of a matter, from its page: was it put right, the score again, and what they add."""

from collections.abc import Mapping
from typing import Any

from cxplatform.tenancy.models import Tenant
from journeys.models import Customer
from surveys.followups import phrases, recovery, work
from surveys.followups.shown import Seen, see, steps_of
from surveys.invited import joining
from surveys.models import FollowUp, Response
from surveys.questionnaire.published import Published
from surveys.questionnaire.questions import COMMENT, LONGEST
from surveys.questionnaire.screen import Voice

FIELDS = ("fixed", "again", "more", *joining.FIELDS)


def take_word(
    form: Mapping[str, str],
    follow_up: FollowUp | None,
    *,
    response: Response | None,
    survey: Published | None,
    tenant: Tenant,
    voice: Voice,
) -> dict[str, Any]:
    """Write down what was sent; `said` or `wrong` tells the sender what became of it.

    A word is taken once for each time the matter was solved, and may be changed for a day. What comes from a page
    that is out of date changes nothing: the page is shown as it is now.
    """
    if follow_up is None or form.get("website"):
        return {}
    steps = steps_of(follow_up)
    if any(name in form for name in joining.FIELDS):
        joining.take_join(form, follow_up, steps)
        return {}
    seen = see(follow_up, steps, tenant, voice)
    if form.get("turn") != str(seen.turn):
        return {}
    if not seen.asks:
        return {"wrong": voice(phrases.TOO_LATE)}
    try:
        if "fixed" in form:
            return _fixed(form["fixed"], follow_up, seen, voice)
        if seen.given and "again" in form:
            return _again(form["again"], follow_up, seen, response, survey, voice)
        if seen.given and "more" in form:
            return _more(form["more"], follow_up, seen, voice)
    except work.NotNow:  # closed or solved anew meanwhile
        return {"wrong": voice(phrases.TOO_LATE)}
    return {}


def _fixed(fixed: str, follow_up: FollowUp, seen: Seen, voice: Voice) -> dict[str, Any]:
    if fixed not in FollowUp.Fixed.values:
        return {"wrong": voice(phrases.CHOOSE)}
    if fixed != seen.given:
        work.answered(follow_up_id=follow_up.pk, version=None, by=None, fixed=fixed)
    return {}


def _again(
    value: str, follow_up: FollowUp, seen: Seen, response: Response | None, survey: Published | None, voice: Voice
) -> dict[str, Any]:
    question = recovery.question_again(survey, response) if survey and response else None
    if survey is None or question is None:
        return {}
    found = Customer.objects.filter(id=follow_up.customer_id, erased_at=None).values_list("external_id", flat=True)
    try:
        stored, score = recovery.store(
            follow_up,
            seen.turn,
            survey=survey,
            question=question,
            value=value,
            customer=next(iter(found), ""),
            language=voice.language,
        )
    except recovery.Unknown:
        return {"wrong": voice(phrases.CHOOSE)}
    except recovery.Late:
        return {"wrong": voice(phrases.TOO_LATE)}
    work.answered(
        follow_up_id=follow_up.pk, version=None, by=None, fixed=seen.given, response_id=stored.id, value=score
    )
    return {"said": voice(phrases.HEARD)}


def _more(text: str, follow_up: FollowUp, seen: Seen, voice: Voice) -> dict[str, Any]:
    text = text.replace("\x00", "").replace("\r\n", "\n").strip()
    if len(text) > LONGEST[COMMENT]:
        return {"wrong": voice(phrases.TEXT_TOO_LONG), "sent_more": text}
    if text:
        work.answered(follow_up_id=follow_up.pk, version=None, by=None, fixed=seen.given, text=text)
        return {"said": voice(phrases.HEARD)}
    return {}
