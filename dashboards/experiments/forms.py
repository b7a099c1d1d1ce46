"""What is declared of an experiment before its first answer."""

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxplatform.stats.metrics import METRICS, metric
from cxplatform.tenancy.models import Tenant
from dashboards.focus.forms import MemberChoice, members_of
from dashboards.measures import MEASURES, metric_name
from dashboards.models import Experiment
from journeys.models import Touchpoint

LETTERS = "abcd"
COUNTS_ONLY = {"nps/3"}  # told as monthly counts: no person to draw lots for
_LED = [name for measure in MEASURES.values() for name in measure.metrics]


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
        rest = [name for name, of in METRICS.items() if name not in _LED and not of.by_subject]
        offered = [name for name in (*_LED, *rest) if name not in COUNTS_ONLY]
        self.fields["metric"].choices = [(name, metric_name(name)) for name in offered]  # type: ignore[attr-defined]
        self.fields["owner"].queryset = members_of(tenant)  # type: ignore[attr-defined]

    def clean_variants(self) -> list[dict[str, str]]:
        names = [line.strip() for line in self.cleaned_data["variants"].splitlines() if line.strip()]
        if not 2 <= len(names) <= len(LETTERS):
            raise ValidationError(gettext("Write two to four variants, one a line."))
        if len({name.casefold() for name in names}) < len(names):
            raise ValidationError(gettext("Two variants have the same name. Name them apart."))
        if any(len(name) > 100 for name in names):
            raise ValidationError(gettext("Name a variant in a hundred signs at most."))
        return [{"key": key, "name": name} for key, name in zip(LETTERS, names, strict=False)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        least, name = cleaned.get("least"), cleaned.get("metric")
        if least is not None and name:
            lowest, highest = metric(name).limits
            if least > highest - lowest:
                self.add_error("least", gettext("This is wider than the whole scale. Choose a smaller difference."))
        return cleaned

    @property
    def fields_told(self) -> dict[str, Any]:
        return {**self.cleaned_data, "least": float(self.cleaned_data["least"])}
