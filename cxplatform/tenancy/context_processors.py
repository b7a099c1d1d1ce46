from typing import Any

from django.http import HttpRequest


def tenant(request: HttpRequest) -> dict[str, Any]:
    """`tenant` and `membership` of the page; both None outside `/t/<slug>/`."""
    return {"tenant": getattr(request, "tenant", None), "membership": getattr(request, "membership", None)}
