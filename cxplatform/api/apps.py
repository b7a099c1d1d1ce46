from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cxplatform.api"
    label = "api"
    verbose_name = "API"
