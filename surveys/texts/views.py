"""The company's own topics: named, worded, and taught by examples."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cxplatform.tenancy.access import requires
from cxplatform.tenancy.editing import set_archived
from cxplatform.tenancy.roles import Permission
from surveys.models import Topic, TopicExample
from surveys.texts import teach
from surveys.texts.forms import ExampleForm, TopicForm
from surveys.texts.sureness import DAYS, name_of, sureness
from surveys.texts.training import TEACH
from surveys.texts.usual_topics import make_topics

SECTION = "topics"
_SHOWN = 200
_ANSWERS = {"yes": True, "no": False}


@require_safe
@never_cache
@requires(Permission.DEFINE)
def topics(request: HttpRequest) -> HttpResponse:
    """Every topic in use, how often it comes up, and how sure it is told."""
    tenant = request.tenant  # type: ignore[attr-defined]
    told = sureness(today=timezone.localdate(timezone=tenant.zone), minimum=tenant.anonymity_minimum)
    context = {"told": told, "archived": list(Topic.objects.exclude(archived_at=None)), "days": DAYS, "teach": TEACH}
    return render(request, "surveys/texts/topics.html", context | {"section": SECTION})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def new_topic(request: HttpRequest) -> HttpResponse:
    """Add a topic."""
    form = TopicForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        topic = teach.add(fields=form.topic_fields)
        messages.success(request, _("The topic is saved. Teach it now by texts of your customers."))
        return redirect("topic", topic.slug)
    status = 400 if form.is_bound else 200
    return render(request, "surveys/texts/new.html", {"form": form, "section": SECTION}, status=status)


@require_POST
@requires(Permission.DEFINE)
def usual_topics(request: HttpRequest) -> HttpResponse:
    """Bring the usual topics in, those that are not there yet."""
    make_topics(request.tenant)  # type: ignore[attr-defined]
    messages.success(request, _("The usual topics are there. Change them as you like."))
    return redirect("topics")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@requires(Permission.DEFINE)
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """One topic: its names and words to change, texts to teach by, and what it was taught."""
    found = _find(slug)
    form = TopicForm(request.POST if request.method == "POST" else None, topic=found)
    if form.is_valid():
        teach.change(topic=found, fields=form.topic_fields)
        messages.success(request, _("The topic is saved. Texts are told by it within an hour."))
        return redirect("topic", found.slug)
    return _page(request, found, form=form, example=ExampleForm())


@require_POST
@requires(Permission.DEFINE)
def teach_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Note what somebody says of texts: of customers' ("v-<id>" = yes or no), of one's own, or takes one back."""
    found = _find(slug)
    if "forget" in request.POST:
        number = request.POST["forget"]
        known = number.isascii() and number.isdigit() and len(number) < 19
        if not known or not teach.forget(topic=found, example_id=int(number)):
            raise Http404
        messages.success(request, _("The example is taken back."))
        return redirect("topic", found.slug)
    if "text" in request.POST:
        form = ExampleForm(request.POST)
        if not form.is_valid():
            return _page(request, found, form=TopicForm(topic=found), example=form)
        teach.teach_text(
            topic=found,
            text=form.cleaned_data["text"],
            about=form.cleaned_data["about"] == "yes",
            user_id=request.user.pk,
        )
        messages.success(request, _("The example is noted."))
        return redirect("topic", found.slug)
    noted = teach.teach(topic=found, verbatims=_said(request), user_id=request.user.pk)
    if noted:
        messages.success(
            request, ngettext("%(n)s example is noted.", "%(n)s examples are noted.", noted) % {"n": noted}
        )
    else:
        messages.warning(request, _("Nothing was noted: say of at least one text whether it is about this."))
    return redirect("topic", found.slug)


@require_POST
@requires(Permission.DEFINE)
def archive_topic(request: HttpRequest, slug: str) -> HttpResponse:
    """Take a topic out of use, or into it again."""
    found = _find(slug)
    restore = "restore" in request.POST
    if (found.archived_at is None) != restore:
        set_archived(found, archived=not restore)
    messages.success(request, _("The topic is in use again.") if restore else _("The topic is archived."))
    return redirect("topics")


def _page(request: HttpRequest, found: Topic, *, form: TopicForm, example: ExampleForm) -> HttpResponse:
    tenant = request.tenant  # type: ignore[attr-defined]
    told = sureness(today=timezone.localdate(timezone=tenant.zone), minimum=tenant.anonymity_minimum)
    row = next((row for row in told.topics if row.topic.pk == found.pk), None)
    figures = told.figures.get("topics", {}).get(str(found.pk), {})
    context = {
        "topic": found,
        "name": name_of(found),
        "row": row,
        "by": figures.get("by", ""),
        "waits": told.waits,
        "teach": TEACH,
        "form": form,
        "example": example,
        "candidates": teach.candidates(found, figures=figures) if row else [],
        "examples": list(TopicExample.objects.filter(topic=found).order_by("-id")[:_SHOWN]),
        "section": SECTION,
    }
    status = 400 if form.errors or example.errors else 200
    return render(request, "surveys/texts/topic.html", context, status=status)


def _find(slug: str) -> Topic:
    found: Topic | None = Topic.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _said(request: HttpRequest) -> dict[UUID, bool]:
    """What was said of which verbatim; what is neither yes nor no, or no id, says nothing."""
    said: dict[UUID, bool] = {}
    for name, answer in request.POST.items():
        if name.startswith("v-") and answer in _ANSWERS and len(said) < 100:
            try:
                said[UUID(name[2:])] = _ANSWERS[str(answer)]
            except ValueError:
                continue
    return said
