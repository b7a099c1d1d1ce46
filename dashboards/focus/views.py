"""The page of focus, the data of its map, and what people decide there."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from dashboards.focus import themes
from dashboards.focus.figures import map_of
from dashboards.focus.forms import ChooseForm, EndForm, ThemeForm, WorthForm
from dashboards.focus.page import load_focus
from dashboards.focus.sheets import sheets
from dashboards.leadership.views import today_of
from dashboards.models import FocusTheme
from dashboards.out.answer import asked_for
from dashboards.scope import whole_company


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def focus(request: HttpRequest) -> HttpResponse:
    """What is attended to, what is proposed, and why."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    found = asked_for(request, lambda: sheets(load_focus(today=today_of(request))), title=_("Focus"), name="focus")
    return found or _page(request)


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def importance_map(request: HttpRequest) -> JsonResponse:
    """What the map of importance and performance is drawn from."""
    whole_company(request.membership)  # type: ignore[attr-defined]
    return JsonResponse(map_of(load_focus(today=today_of(request)).touchpoints))


@require_POST
@requires(Permission.DEFINE)
def choose(request: HttpRequest) -> HttpResponse:
    """Make a touchpoint a theme."""
    form = ChooseForm(request.POST, **_bounds(request))
    if not form.is_valid():
        return _page(request, status=400, choosing=form)
    try:
        themes.choose(**form.cleaned_data, chosen_by=request.user, today=today_of(request))  # type: ignore[arg-type]
    except ValueError as error:
        form.add_error(None, str(error))
        return _page(request, status=400, choosing=form)
    messages.success(request, _("The theme is chosen."))
    return redirect("focus")


@require_POST
@requires(Permission.DEFINE)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a theme's words, owner or day."""
    theme = _theme(pk)
    form = ThemeForm(request.POST, **_bounds(request))
    if not form.is_valid():
        return _page(request, status=400, changing=(theme.pk, form))
    themes.change(theme=theme, **form.cleaned_data)
    messages.success(request, _("The theme is saved."))
    return redirect("focus")


@require_POST
@requires(Permission.DEFINE)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a theme with what came of it."""
    theme = _theme(pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, status=400, ending=(theme.pk, form))
    themes.end(theme=theme, **form.cleaned_data, today=today_of(request))
    messages.success(request, _("The theme is ended, with its result."))
    return redirect("focus")


@require_POST
@requires(Permission.DEFINE)
def worth(request: HttpRequest) -> HttpResponse:
    """Note what a customer is worth in a year."""
    form = WorthForm(request.POST, today=today_of(request))
    if not form.is_valid():
        return _page(request, status=400, worth=form)
    themes.tell_worth(**form.cleaned_data)
    messages.success(request, _("The figure is noted. Proposals use it within the hour."))
    return redirect("focus")


def _theme(pk: int) -> FocusTheme:
    found = FocusTheme.objects.filter(pk=pk, ended_on=None).first()
    if found is None:
        raise Http404
    return found


def _bounds(request: HttpRequest) -> dict[str, Any]:
    return {"tenant": request.tenant, "today": today_of(request)}  # type: ignore[attr-defined]


def _page(
    request: HttpRequest,
    *,
    status: int = 200,
    choosing: ChooseForm | None = None,
    changing: tuple[int, ThemeForm] | None = None,
    ending: tuple[int, EndForm] | None = None,
    worth: WorthForm | None = None,
) -> HttpResponse:
    """The page, with the form that was wrong open where it stands."""
    page = load_focus(today=today_of(request))
    bounds = _bounds(request)
    context = {
        "page": page,
        "section": "focus",
        "bad": choosing,
        "themes": [
            (
                theme,
                changing[1]
                if changing and changing[0] == theme.theme.pk
                else ThemeForm(
                    initial={
                        "title": theme.theme.title,
                        "owner": theme.theme.owner_id,
                        "due_on": theme.theme.due_on,
                    },
                    prefix=None,
                    auto_id=f"theme-{theme.theme.pk}-%s",
                    **bounds,
                ),
                ending[1] if ending and ending[0] == theme.theme.pk else EndForm(auto_id=f"end-{theme.theme.pk}-%s"),
            )
            for theme in page.themes
        ],
        "proposals": [
            (
                each,
                choosing
                if choosing and choosing.data.get("touchpoint") == str(each.place.id)
                else ChooseForm(
                    initial={"title": each.place.name, "touchpoint": each.place.id},
                    auto_id=f"choose-{each.place.id}-%s",
                    **bounds,
                ),
            )
            for each in page.proposals
        ],
        "worth_form": worth or WorthForm(today=bounds["today"]),
    }
    return render(request, "dashboards/focus/page.html", context, status=status)
