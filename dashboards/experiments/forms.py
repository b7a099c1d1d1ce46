"""What is declared of an experiment before its first answer."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cxplatform.tenancy.models import Tenant
from dashboards.experiments.declared import offered, too_wide, variants_of
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.measures import metric_name
from dashboards.models import Experiment
from journeys.models import Touchpoint


class ExperimentForm(forms.Form):
    """Two to four variants, one a line; the first is what there is now."""

    name = forms.CharField(label=_("name"), max_length=200)
    question = forms.CharField(
        label=_("what we want to know"), required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    touchpoint: Any = forms.ModelChoiceField(None, label=_("touchpoint"), empty_label=None)
    variants = forms.CharField(
        label=_("variants"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line, two to four. The first is what there is now; the others are compared with it."),
    )
    metric = forms.ChoiceField(label=_("judged by"))
    least = forms.DecimalField(
        label=_("smallest difference worth finding"),
        min_value=Decimal("0.01"),
        max_value=200,
        decimal_places=2,
        max_digits=6,
        localize=True,
        help_text=_(
            "In the score's unit: points of NPS, percentage points, steps of a mean. A smaller one takes more answers."
        ),
    )
    owner: Any = MemberChoice(None, label=_("owner"), required=False, empty_label="–")

    def __init__(self, *args: Any, tenant: Tenant, experiment: Experiment | None = None, **kwargs: Any) -> None:
        if experiment:
            kwargs["initial"] = {
                "name": experiment.name,
                "question": experiment.question,
                "touchpoint": experiment.touchpoint_id,
                "variants": "\n".join(variant["name"] for variant in experiment.variants),
                "metric": experiment.metric,
                "least": experiment.least,
                "owner": experiment.owner_id,
            }
        super().__init__(*args, **kwargs)
        self.fields["touchpoint"].queryset = Touchpoint.objects.in_use()  # type: ignore[attr-defined]
        self.fields["metric"].choices = [(name, metric_name(name)) for name in offered()]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]

    def clean_variants(self) -> list[dict[str, str]]:
        return variants_of(self.cleaned_data["variants"].splitlines())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        least, name = cleaned.get("least"), cleaned.get("metric")
        if least is not None and name and (wrong := too_wide(least, of=name)):
            self.add_error("least", wrong)
        return cleaned

    @property
    def fields_told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "least": float(self.cleaned_data["least"])}
