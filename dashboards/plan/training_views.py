"""Training and change agents: how far it has come, courses written and ticked off, agents chosen."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy import audit
from cxplatform.tenancy.access import requires
from cxplatform.tenancy.models import Membership
from cxplatform.tenancy.roles import Permission
from dashboards.leadership.views import today_of
from dashboards.models import ChangeAgent, Course
from dashboards.out.answer import asked_for, tenant_of
from dashboards.plan.people_forms import AgentForm, CourseForm
from dashboards.plan.people_sheets import training_sheet
from dashboards.plan.trained import load_training
from dashboards.plan.training import concerned, note_done
from dashboards.plan.views import context


@require_safe
@never_cache
@requires(Permission.SEE_RESULTS)
def training(request: HttpRequest) -> HttpResponse:
    """Courses and promises' training by unit; a unit manager sees the own units'."""
    return _page(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a course (0), write one anew, note who has done it, or put it away."""
    row = Course.objects.filter(pk=pk, archived_at=None).first() if pk else Course()
    if row is None:
        raise Http404
    if request.method == "POST" and row.pk and "remove" in request.POST:
        before = audit.stored(row)
        row.archived_at = timezone.now()
        row.save()
        audit.record("archived", row, before=before)
        messages.success(request, _("The course is put away. Who has done it is kept."))
        return redirect("training")
    people = concerned(row, tenant_id=tenant_of(request).pk) if row.pk else []
    if request.method == "POST" and row.pk and "done" in request.POST:
        ticked = set(request.POST.getlist("person"))
        note_done(
            course=row,
            users=[member.user for member, done_on in people if str(member.user_id) in ticked and not done_on],
            today=today_of(request),
        )
        messages.success(request, _("Noted."))
        return redirect("training_course", row.pk)
    fields = ("name", "about", "address", "audience", "due")
    posted = request.POST if request.method == "POST" else None
    form = CourseForm(posted, initial={name: getattr(row, name) for name in fields})
    if posted is not None and form.is_valid():
        was = audit.stored(row) if row.pk else None
        for name in fields:
            setattr(row, name, form.cleaned_data[name])
        row.save()
        audit.record("changed" if was else "added", row, before=was)
        messages.success(request, _("The course is saved."))
        return redirect("training")
    title = row.name if row.pk else _("A new course")
    values = context("training", form=form, title=title, back="training", removable=bool(row.pk), people=people)
    return render(request, "dashboards/plan/one.html", values, status=400 if posted is not None else 200)


@require_POST
@requires(Permission.DEFINE)
def agents(request: HttpRequest) -> HttpResponse:
    """Choose a change agent, or let one go."""
    told = request.POST.get("remove", "")
    if told:
        row = (
            ChangeAgent.objects.filter(pk=int(told)).first()
            if told.isascii() and told.isdigit() and len(told) < 19
            else None
        )
        if row is None:
            raise Http404
        audit.record("removed", row)
        row.delete()
        return redirect("training")
    form = AgentForm(request.POST, tenant=tenant_of(request))
    if not form.is_valid():
        return _page(request, form)
    made = ChangeAgent.objects.create(**form.cleaned_data, since=today_of(request))
    audit.record("added", made)
    messages.success(request, _("%(name)s is a change agent now.") % {"name": made.user})
    return redirect("training")


def _page(request: HttpRequest, form: AgentForm | None) -> HttpResponse:
    member: Membership = request.membership  # type: ignore[attr-defined]
    page = load_training(tenant_id=tenant_of(request).pk, own_units=member.own_units)
    if file := asked_for(request, lambda: [training_sheet(page)], title=_("Training"), name="training"):
        return file
    values = context("training", page=page, form=form or AgentForm(tenant=tenant_of(request)))
    return render(request, "dashboards/plan/training.html", values, status=400 if form else 200)
