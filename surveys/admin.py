"""The editor of surveys: questions in order, the phone's view of the draft beside them, and publishing."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action, display

from cxplatform.tenancy.admin import site
from cxplatform.tenancy.editing import Menu, TenantStackedInline
from journeys.editing import DefinitionAdmin
from surveys import contact_admin, doors_admin  # noqa: F401  registers rules, triggers and rounds; links and widgets
from surveys.forms import QuestionForm
from surveys.models import Question, Survey
from surveys.preview import Draft, DraftQuestion, parse_draft, preview
from surveys.publish import publish, unpublished
from surveys.questions import QUESTION_TYPES
from surveys.screen import Voice
from surveys.wordings import LANGUAGES

GROUP = _("Surveys")


class QuestionInline(TenantStackedInline):
    model = Question
    form = QuestionForm
    ordering_field = "position"
    hide_ordering_field = True
    fieldsets = (
        (None, {"fields": ("metric", "required", "key", "position")}),
        (
            _("Own wording"),
            {"fields": ("wording_fi", "wording_sv", "wording_en"), "classes": ("collapse",)},
        ),
    )


@admin.register(Survey, site=site)
class SurveyAdmin(DefinitionAdmin):
    menu = Menu(GROUP, "ballot", 20)
    list_display = ("name", "kind", "audience", "touchpoint", "published")
    list_filter = ("kind", "audience", "touchpoint")
    list_select_related = ("touchpoint",)
    inlines = (QuestionInline,)
    readonly_fields = ("published",)
    actions_submit_line = ("publish", "archive", "restore")
    fieldsets = (
        (None, {"fields": ("name", "kind", "audience", "touchpoint", "published")}),
        (_("Privacy"), {"fields": ("anonymous", "legal_basis", "privacy_notice"), "classes": ("collapse",)}),
        (_("More"), {"fields": ("slug", "description", "prize_draw"), "classes": ("collapse",)}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Survey]:
        return (
            super()
            .get_queryset(request)
            .annotate(number=models.Max("versions__number"), published_at=models.Max("versions__published_at"))
        )

    @display(description=_("published"), ordering="published_at")
    def published(self, survey: Any) -> str:
        if not getattr(survey, "number", None):
            return gettext("Not yet")
        day = date_format(localtime(survey.published_at), "SHORT_DATE_FORMAT")
        return gettext("Version %(number)d, %(day)s") % {"number": survey.number, "day": day}

    @action(description=_("Save and publish"), icon="publish")
    def publish(self, request: HttpRequest, survey: Survey) -> None:
        try:
            version = publish(survey)
        except ValidationError as error:
            for text in error.messages:
                messages.error(request, text)
            messages.warning(request, gettext("The draft is saved but not published."))
        else:
            text = gettext("Version %d is what customers see now. Open a link or a widget to ask it.")
            messages.success(request, text % version.number)

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        extra: dict[str, Any] = {"wordings": _standard_wordings(), "languages": LANGUAGES}
        if object_id is None:
            # Unfold shows these buttons for what exists; a new survey can be published at once too.
            extra["actions_submit_line"] = [self.get_unfold_action("publish")]
        return super().changeform_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def render_change_form(self, request: HttpRequest, context: Any, **kwargs: Any) -> Any:
        survey: Survey | None = kwargs.get("obj")
        if survey is not None:
            context["draft_waits"] = bool(getattr(survey, "number", None)) and unpublished(survey)
        draft = _draft_of(survey, language=get_language() or "fi")
        context["screens"] = preview(draft, voice=_voice(request, draft))
        context["language"] = draft.language
        return super().render_change_form(request, context, **kwargs)

    def response_add(self, request: HttpRequest, obj: Survey, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._stay(request, obj) or super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Survey) -> HttpResponse:
        return self._stay(request, obj) or super().response_change(request, obj)

    def _stay(self, request: HttpRequest, obj: Survey) -> HttpResponse | None:
        if "surveys_survey_publish" in request.POST:
            return HttpResponseRedirect(reverse("admin:surveys_survey_change", args=[obj.pk]))
        return None

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.preview_view)
        return [path("preview/", view, name="surveys_survey_preview"), *super().get_urls()]

    def preview_view(self, request: HttpRequest) -> HttpResponse:
        """The screens of the draft that stands in the form now, as a piece of the page."""
        try:
            draft = parse_draft(request.body)
        except ValidationError as error:
            return HttpResponseBadRequest(" ".join(error.messages), content_type="text/plain")
        screens = preview(draft, voice=_voice(request, draft))
        return render(request, "admin/surveys/screens.html", {"screens": screens, "language": draft.language})

    def history_models(self) -> list[tuple[type[models.Model], str]]:
        return [(Question, "survey")]


def _voice(request: HttpRequest, draft: Draft) -> Voice:
    company = request.tenant  # type: ignore[attr-defined]
    return Voice(company.name, draft.language, company.formal_address)


def _draft_of(survey: Survey | None, *, language: str) -> Draft:
    language = language.partition("-")[0]
    if survey is None or survey.pk is None:
        return Draft(language=language)
    questions = survey.questions.order_by("position", "id")  # type: ignore[attr-defined]
    return Draft(
        kind=survey.kind,
        language=language if language in LANGUAGES else LANGUAGES[0],
        questions=tuple(DraftQuestion(q.metric, q.wording or {}, q.required) for q in questions),
    )


def _standard_wordings() -> dict[str, dict[str, Any]]:
    """By metric and language, to stand in the empty wording fields."""
    return {
        kind.metric: {language: kind.wording.get(language, "") for language in LANGUAGES}
        for kind in QUESTION_TYPES.values()
    }
