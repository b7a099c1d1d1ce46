from typing import Any

from django.http import HttpRequest

from cxplatform.tenancy.roles import Permission


def tenant(request: HttpRequest) -> dict[str, Any]:
    """`tenant`, `membership` and `may_define` of the page; None, None and False outside `/t/<slug>/`."""
    membership = getattr(request, "membership", None)
    return {
        "tenant": getattr(request, "tenant", None),
        "membership": membership,
        "may_define": membership is not None and membership.may(Permission.DEFINE),
    }
