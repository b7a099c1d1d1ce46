"""A form sent twice, by a double click or an impatient second one, does its work once and answers alike.

Every page that holds a form holds a CSRF token, masked anew each time the page is made: it names the page as it was
shown. The same form sent again from the same showing is the same press.
"""

import hashlib
from collections.abc import Callable
from typing import Any

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
        key = f"form:{request.user.pk}:{_hash(token)}"
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [tenant.pk, key, _sent(request), AGAIN_WITHIN])  # type: ignore[union-attr]
            if cursor.fetchone():
                request.pressed = key  # type: ignore[attr-defined]
                return None
        return HttpResponseRedirect(bytes(IdempotentRequest.objects.get(key=key).body).decode())


def _navigates(request: HttpRequest) -> bool:
    """A whole page is asked for: scripts send a form as often as they mean it, from one showing."""
    if "HX-Request" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _sent(request: HttpRequest) -> str:
    """A digest of where the form went and what stood in it, files by name and size."""
    fields = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, [(one.name, one.size) for one in values]) for name, values in request.FILES.lists())
    return _hash(repr((request.get_full_path(), fields, files)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
