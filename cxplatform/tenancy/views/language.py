from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views import i18n
from django.views.decorators.http import require_POST

from cxplatform.tenancy.models import User


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """Switch the language of the pages, for good where somebody is signed in."""
    response = i18n.set_language(request)
    language = request.POST.get("language", "")
    if request.user.is_authenticated and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=language)
    return response
