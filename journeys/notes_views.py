"""Files of notes, for those who see results."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from journeys.attachments import download
from journeys.models import Attachment


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def note_file(request: HttpRequest, pk: int) -> HttpResponse:
    """A file of a note in use; a unit manager's are those about touchpoints of their own units."""
    file = Attachment.objects.select_related("note__touchpoint").filter(pk=pk, note__archived_at=None).first()
    if file is None:
        raise Http404
    member = request.membership  # type: ignore[attr-defined]
    if member.of_units:
        touchpoint = file.note.touchpoint
        if touchpoint is None or touchpoint.unit_id not in member.unit_ids:
            raise Http404
    return download(file)
