"""A form sent twice, by a double click or an impatient second one, does its work once and answers alike.

Every page that holds a form holds a CSRF token, masked anew each time the page is made: it names the page as it was
shown. The same form sent again from the same showing is the same press.
"""

import hashlib
from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from cxplatform.api.models import IdempotentRequest

AGAIN_WITHIN = "10 minutes"
"""Later than this it is meant: somebody came back to an old page and sent it anew."""

# The key of an earlier press is held until its transaction ends: a second one in the same instant waits here.
# What was sent last from a showing counts, so that A, then B, then A again from one page are three.
_TAKE = """
INSERT INTO api_idempotentrequest (tenant_id, key, digest, status, body) VALUES (%s, %s, %s, 302, '')
ON CONFLICT (tenant_id, key) DO UPDATE SET digest = EXCLUDED.digest, body = '', made_at = now()
WHERE api_idempotentrequest.digest <> EXCLUDED.digest
    OR api_idempotentrequest.made_at < now() - %s::interval
RETURNING 1
"""


class PressedTwice:
    """Answers the second press with the redirect that the first one got; stands after the company's middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        key = getattr(request, "pressed", None)
        if key is not None and response.status_code < 500:  # after an error nothing of the press is kept
            pressed = IdempotentRequest.objects.filter(key=key)
            if response.status_code == 302:
                pressed.update(body=response["Location"].encode())
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
        return HttpResponseRedirect(bytes(IdempotentRequest.objects.get(key=key).body).decode())


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
