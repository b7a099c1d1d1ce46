from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SurveysConfig(AppConfig):
    name = "surveys"
    label = "surveys"
    verbose_name = _("Surveys")

    def ready(self) -> None:
        from cxplatform.pipeline import consumers
        from surveys import rollups

        consumers.register("surveys.rollups", rollups.consume, rollups.rebuild)
