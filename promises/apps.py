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
        from promises import called
        from promises.alerts import tell
        from promises.board import of_customer
        from promises.judging.explain import explain as explain_promises
        from promises.judging.outcomes import NAME, consume, rejudge_events
        from promises.judging.people import KEEPER
        from promises.judging.rebuild import rebuild
        from surveys.followups import beside

        called.register()
        register(NAME, consume, rebuild)
        beside.register("promises", of_customer.lines)
        explain.register("promises", explain_promises)
        remapping.register(NAME, arrive=rejudge_events)
        keepers.register("promises", KEEPER)
        telling.register(tell.RAISED, _("A promise is breaking"), say=tell.say_raised, example=tell.EXAMPLE)
        telling.register(
            tell.RESOLVED, _("A promise that was breaking is calm again"), say=tell.say_resolved, example=tell.ENDED
        )
