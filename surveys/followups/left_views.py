"""Those who have left while follow-ups were theirs: one press gives all of somebody's to somebody else."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.roles import Permission
from surveys.followups import left, owners


class GiveForm(forms.Form):
    """From whom (a user's id, 0 = nobody's) and to whom."""

    of = forms.IntegerField(min_value=0, max_value=2**62)
    to = forms.TypedChoiceField(coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {user.pk: user for user in owners.able()}
        self.fields["to"].choices = [(pk, str(user)) for pk, user in self.people.items()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def left_owners(request: HttpRequest) -> HttpResponse:
    """Who has left, with what is still theirs; posting gives it all to somebody."""
    form = GiveForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        to = form.people[form.cleaned_data["to"]]
        given = left.give_all(of=form.cleaned_data["of"] or None, to=to, by=request.user)  # type: ignore[arg-type]
        said = ngettext("%(n)d follow-up is now %(person)s’s.", "%(n)d follow-ups are now %(person)s’s.", given)
        messages.success(request, said % {"n": given, "person": to})
        return redirect("follow_ups_left")
    if form.is_bound:
        messages.error(request, _("Choose somebody who handles feedback here."))
    context = {"left": left.listed(), "people": form.people.values(), "section": "follow_ups"}
    return render(request, "surveys/followups/left.html", context, status=400 if form.is_bound else 200)
