from django.apps import AppConfig


class PlatformConfig(AppConfig):
    """Holds the management commands; starting the Celery application here gives every process its tasks."""

    name = "cxplatform"
    label = "cxplatform"

    def ready(self) -> None:
        from cxplatform import celery  # noqa: F401
