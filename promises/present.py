"""Promises in use, by the identifier in an address."""

from django.http import Http404

from cxplatform.api.problems import NOT_YOURS
from promises.models import Promise


def promise_of(slug: str) -> Promise:
    """The promise of this identifier that is not archived; Http404 where there is none."""
    rows = Promise.objects.in_use().select_related("owner", "touchpoint")
    promise: Promise | None = rows.filter(slug=slug).first()
    if promise is None:
        raise Http404(NOT_YOURS)
    return promise
