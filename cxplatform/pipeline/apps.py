from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "cxplatform.pipeline"
    label = "pipeline"
    verbose_name = "Pipeline"
