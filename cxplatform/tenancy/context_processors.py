from typing import Any

from django.http import HttpRequest

from cxplatform.tenancy.roles import Permission


def tenant(request: HttpRequest) -> dict[str, Any]:
    """`tenant` and `membership` of the page, and what the member may; None and False outside `/t/<slug>/`."""
    membership = getattr(request, "membership", None)
    return {
        "tenant": getattr(request, "tenant", None),
        "membership": membership,
        "may_define": membership is not None and membership.may(Permission.DEFINE),
        "may_handle": membership is not None and membership.may(Permission.HANDLE_FEEDBACK),
        "may_see_results": membership is not None and membership.may(Permission.SEE_RESULTS),
    }
