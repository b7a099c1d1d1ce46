from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    name = "cxplatform.pipeline"
    label = "pipeline"
    verbose_name = "Pipeline"

    def ready(self) -> None:
        from cxplatform.pipeline import quarantine
        from cxplatform.pipeline.models import QuarantinedEvent
        from cxplatform.tenancy import history

        history.call(QuarantinedEvent, quarantine.called, kind=_("event in quarantine"))
