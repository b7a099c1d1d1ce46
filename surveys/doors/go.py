"""`/go`: where a code from a receipt or a card is typed. Forgiving to people, slow for whoever guesses."""

import re
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from surveys.doors import wordings_doors
from surveys.doors.pages import other_languages, page, voice_of
from surveys.doors.visitors import guessing, missed
from surveys.models import SurveyLink
from surveys.questionnaire.wordings import Texts

_MEANT = str.maketrans({"o": "0", "i": "1", "l": "1"})
_SHORTEST, _LONGEST = 4, 40


@csrf_exempt  # cookie-less, and it changes nothing
@require_http_methods(["GET", "HEAD", "POST"])
def go(request: HttpRequest) -> HttpResponse:
    """The page, and from a code that is known on to its survey."""
    if request.method != "POST":
        return _page(request)
    typed = request.POST.get("code", "")
    if not typed.strip():
        return _page(request, problem=wordings_doors.GO_EMPTY, status=422)
    # Before looking: past the limit a right guess must look like a wrong one.
    if guessing(request):
        return _page(request, problem=wordings_doors.GO_SLOWLY, typed=typed, status=429, headers={"Retry-After": "60"})
    link = find(typed)
    if link is not None:
        return HttpResponseRedirect(
            f"{reverse('survey_page', args=[link.code])}?lang={voice_of(request, None).language}"
        )
    missed(request)
    return _page(request, problem=wordings_doors.GO_UNKNOWN, typed=typed, status=404)


def find(typed: str) -> SurveyLink | None:
    """The link of a code as people type it: any case, with spaces and dashes, O for 0, I or L for 1."""
    code = re.sub(r"[\W_]+", "", typed.lower())
    if not (code.isascii() and _SHORTEST <= len(code) <= _LONGEST):
        return None
    meant = code.translate(_MEANT)
    return SurveyLink.objects.filter(short=meant).first() or SurveyLink.objects.filter(code=code).first()


def spaced(short: str) -> str:
    """A short code as it is printed: "7K2 Q9M"."""
    code = short.upper()
    return f"{code[:3]} {code[3:]}".strip()


def _page(
    request: HttpRequest,
    *,
    problem: Texts | None = None,
    typed: str = "",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    voice = voice_of(request, None)
    context = {
        "title": voice(wordings_doors.GO_TITLE),
        "hint": voice(wordings_doors.GO_HINT),
        "button": voice(wordings_doors.GO_BUTTON),
        "problem": voice(problem) if problem else "",
        "typed": typed[:_LONGEST],
        "languages": other_languages(voice),
    }
    return page(request, None, "surveys/go.html", context, voice=voice, status=status, headers=headers)
