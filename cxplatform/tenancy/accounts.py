"""How allauth's pages fit this program."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy import invitations
from cxplatform.tenancy.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Who may sign up, and the language after signing in. Mail takes Django's way, that is the outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": _("Too many failed tries. Wait five minutes and try again.")
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.OPEN_SIGNUP or invitations.remembered(request) is not None

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if user.language:
            response.set_cookie(settings.LANGUAGE_COOKIE_NAME, user.language, secure=settings.SESSION_COOKIE_SECURE)
        return response
