"""Who may open a view: one decorator, read back by the permission matrix test."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

View = TypeVar("View", bound=Callable[..., HttpResponse])
ANY_MEMBER = "any_member"


def requires(permission: str) -> Callable[[View], View]:
    """Let only members whose role has `permission` into a view under `/t/<slug>/`; others get 403.

    `ANY_MEMBER` stands for pages that every member has, such as their own profile.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            membership = request.membership  # type: ignore[attr-defined]
            if membership is None or not (permission == ANY_MEMBER or membership.may(permission)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded  # type: ignore[return-value]

    return decorate
