"""A form sent twice, by a double click or an impatient second one, does its work once and answers alike.

Every page that holds a form holds a CSRF token, masked anew each time the page is made: it names the page as it was
shown. The same form sent again from the same showing is the same press. Where the answer is a page that shows something
this once, as a new secret, the second press gets that page: the browser has thrown the first one away.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from cryptography.fernet import Fernet
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.crypto import salted_hmac

from cxplatform.api.models import IdempotentRequest

AGAIN_WITHIN = "10 minutes"
"""Later than this it is meant: somebody came back to an old page and sent it anew."""

# The key of an earlier press is held until its transaction ends: a second one in the same instant waits here.
# What was sent last from a showing counts, so that A, then B, then A again from one page are three.
_TAKE = """
INSERT INTO api_idempotentrequest (tenant_id, key, digest, status, body) VALUES (%s, %s, %s, 302, '')
ON CONFLICT (tenant_id, key) DO UPDATE SET digest = EXCLUDED.digest, status = 302, body = '', made_at = now()
WHERE api_idempotentrequest.digest <> EXCLUDED.digest
    OR api_idempotentrequest.made_at < now() - %s::interval
RETURNING 1
"""


_NONCE = b"{the showing's own nonce}"


def shown_once(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let the second press of this form get this very page: what was done is shown on it and nowhere else."""
    request.shown_once = True  # type: ignore[attr-defined]
    return response


class PressedTwice:
    """Answers the second press as the first one was; stands after the company's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "pressed", None)
        if key is not None and response.status_code < 500:  # after an error nothing of the press is kept
            pressed = IdempotentRequest.objects.filter(key=key)
            if response.status_code == 302:
                pressed.update(body=response["Location"].encode())
            elif getattr(request, "shown_once", False):
                page = response.content.replace(str(request.csp_nonce).encode(), _NONCE)  # type: ignore[attr-defined]
                pressed.update(status=response.status_code, body=_seal(request, key).encrypt(page))
            else:
                pressed.delete()
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Runs when the token has been checked, and before the view."""
        tenant = getattr(request, "tenant", None)
        token = request.POST.get("csrfmiddlewaretoken") if tenant and request.method == "POST" else None
        if not token or not _navigates(request):
            return None
        # Neither the person nor the token is kept in the clear, and the digest holds the token: else whoever reads the
        # table could try marks and words until one fits, and know who gave an answer that has no name.
        key = f"form:{_hash(f'{request.user.pk}:{token}')}"
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [tenant.pk, key, _sent(request, token), AGAIN_WITHIN])  # type: ignore[union-attr]
            if cursor.fetchone():
                request.pressed = key  # type: ignore[attr-defined]
                return None
        first = IdempotentRequest.objects.get(key=key)
        if first.status == 302:
            return HttpResponseRedirect(bytes(first.body).decode())
        page = _seal(request, key).decrypt(bytes(first.body))
        response = HttpResponse(page.replace(_NONCE, str(request.csp_nonce).encode()), status=first.status)  # type: ignore[attr-defined]
        add_never_cache_headers(response)
        return response


def _seal(request: HttpRequest, key: str) -> Fernet:
    """What only this form, sent from this showing, opens: a secret on the page is nowhere in the clear."""
    token = request.POST["csrfmiddlewaretoken"]
    made = salted_hmac("api.pressed_twice", f"{key}:{_sent(request, token)}", algorithm="sha256")
    return Fernet(base64.urlsafe_b64encode(made.digest()))


def _navigates(request: HttpRequest) -> bool:
    """A whole page is asked for: scripts send a form as often as they mean it, from one showing."""
    if "HX-Request" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _sent(request: HttpRequest, token: str) -> str:
    """A digest of where the form went and what stood in it, files with all they hold: a figure put right changes
    neither name nor size."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [(one.name, _held(one)) for one in values]) for name, values in request.FILES.lists())
    return _hash(repr((token, request.get_full_path(), fields, files)))


def _held(file: UploadedFile) -> str:
    found = hashlib.sha256()
    for part in file.chunks():
        found.update(part)
    file.seek(0)
    return found.hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
