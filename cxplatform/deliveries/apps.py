from django.apps import AppConfig


class DeliveriesConfig(AppConfig):
    name = "cxplatform.deliveries"
    label = "deliveries"
    verbose_name = "Deliveries"
