from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "promises"
    label = "promises"
    verbose_name = "Promises"
