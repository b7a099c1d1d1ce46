"""Answers that carry a variant of an experiment."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import timezone

from cxplatform.tenancy.context import activate
from cxplatform.tenancy.models import Tenant
from dashboards.models import Experiment
from surveys.models import Response, Survey
from tests.surveys.worlds import make_survey


def answer(
    tenant: Tenant, experiment: Experiment, key: str, scores: Sequence[int], *, customers: Sequence[UUID] = ()
) -> None:
    """Answers of the histogram `scores` now, of these customers in turn or each of nobody known."""
    with activate(tenant.pk):
        survey = Survey.objects.filter(slug="tried").first() or make_survey(tenant, "tried")
        version_id = survey.versions.values_list("pk", flat=True).first()
        bins = [place for place, n in enumerate(scores) for _each in range(n)]
        Response.objects.bulk_create(
            Response(
                survey=survey,
                version_id=version_id,
                submission_id=f"{key}-{len(customers)}-{n}-{timezone.now().timestamp()}",
                answered_at=timezone.now(),
                audience="customer",
                customer_id=customers[n % len(customers)] if customers else None,
                touchpoint_id=experiment.touchpoint_id,
                collected_by="api",
                scores={experiment.metric: place},
                dimensions={experiment.dimension: key},
            )
            for n, place in enumerate(bins)
        )
