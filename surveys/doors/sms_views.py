"""`/sms/<key>`: the address to which a provider posts the text messages a company gets."""

import hmac
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from cxplatform.deliveries import sms
from cxplatform.tenancy.context import activate
from surveys.doors.link import RESPONDENT
from surveys.doors.replies import take_reply
from surveys.models import SmsDoor

_LARGEST_BODY = 64 * 1024
_XML = "text/xml; charset=utf-8"


class GenericSms(msgspec.Struct, rename={"sender": "from"}, kw_only=True):
    """A message as a generic provider posts it: JSON {"id", "from", "text"}; whatever else it sends is left."""

    id: str
    sender: str
    text: str


@dataclass(frozen=True)
class _Refused(Exception):
    status: int
    field: str
    message: str


@csrf_exempt  # the secret key in the address, and a provider's signature, are the authority there is
@require_POST
def incoming_sms(request: HttpRequest, key: str) -> HttpResponse:
    """Take one message: an answer, an opt-out or neither. The reply is in the answer; the same id counts once."""
    door = SmsDoor.objects.filter(key=key).first() if key.isascii() and "\x00" not in key else None
    if door is None:
        return _problem(_Refused(404, "key", "No company has this address. Copy it again from the outbox page."))
    twilio = settings.SMS_PROVIDER == "twilio"
    try:
        message = _twilio(request) if twilio else _generic(request)
    except _Refused as refused:
        return _problem(refused)
    with activate(door.tenant_id, actor=RESPONDENT):
        reply = take_reply(message_id=message.id, sender=message.sender, text=message.text)
    if twilio:
        return HttpResponse(f"<Response><Message>{escape(reply.text)}</Message></Response>", _XML)
    return JsonResponse({"became": reply.became, "reply": reply.text})


def _generic(request: HttpRequest) -> GenericSms:
    if settings.SMS_TOKEN:
        said = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if not hmac.compare_digest(said, f"Bearer {settings.SMS_TOKEN}".encode()):
            raise _Refused(401, "Authorization", "Send the bearer token that is in SMS_TOKEN.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
        raise _Refused(413, "body", "The message is over 64 KB.")
    try:
        message = msgspec.json.decode(request.body, type=GenericSms)
    except msgspec.ValidationError as error:
        what, _, path = str(error).partition(" - at `$.")
        raise _Refused(400, path.rstrip("`") or "body", what) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _Refused(400, "body", 'Send JSON like {"id": "m-1", "from": "+358401234567", "text": "9"}.') from None
    return _checked(message)


def _twilio(request: HttpRequest) -> GenericSms:
    if int(request.META.get("CONTENT_LENGTH") or 0) > _LARGEST_BODY:
        raise _Refused(413, "body", "The message is over 64 KB.")
    fields: list[tuple[str, Any]] = [(name, value) for name, values in request.POST.lists() for value in values]
    signature = request.headers.get("X-Twilio-Signature", "")
    # The address as the provider called it, which a proxy may have changed on the way here.
    if not sms.signed_by_twilio(
        url=f"{settings.PUBLIC_URL}{request.get_full_path()}", fields=fields, signature=signature
    ):
        raise _Refused(403, "X-Twilio-Signature", "The signature is not that of SMS_TOKEN over this address and form.")
    sent = dict(fields)
    return _checked(GenericSms(id=sent.get("MessageSid", ""), sender=sent.get("From", ""), text=sent.get("Body", "")))


def _checked(message: GenericSms) -> GenericSms:
    if not message.id.strip() or len(message.id) > 100 or "\x00" in message.id:
        raise _Refused(400, "id", "Send the message's own id, at most 100 characters, so that it counts once.")
    if not any(sign.isdigit() for sign in message.sender):
        raise _Refused(400, "from", "Send the number the message came from.")
    return message


def _problem(refused: _Refused) -> HttpResponse:
    errors = [{"field": refused.field, "message": refused.message}]
    return JsonResponse({"detail": refused.message, "errors": errors}, status=refused.status)
