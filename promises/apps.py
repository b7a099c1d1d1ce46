from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PromisesConfig(AppConfig):
    name = "promises"
    label = "promises"
    verbose_name = _("Promises")

    def ready(self) -> None:
        from cxplatform.deliveries.webhooks import telling
        from cxplatform.pipeline.consumers import register
        from journeys import explain, keepers, remapping
        from promises.alerts.tell import RAISED, RESOLVED
        from promises.judging.explain import explain as explain_promises
        from promises.judging.outcomes import NAME, consume, rejudge_events
        from promises.judging.people import KEEPER
        from promises.judging.rebuild import rebuild

        register(NAME, consume, rebuild)
        explain.register("promises", explain_promises)
        remapping.register(NAME, arrive=rejudge_events)
        keepers.register("promises", KEEPER)
        telling.register(RAISED, _("A promise is breaking"))
        telling.register(RESOLVED, _("A promise that was breaking is calm again"))
