from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "promises"
    label = "promises"
    verbose_name = "Promises"

    def ready(self) -> None:
        from cxplatform.pipeline.consumers import register
        from promises.outcomes import NAME, consume
        from promises.rebuild import rebuild

        register(NAME, consume, rebuild)
