from dashboards.models.targets import Target

__all__ = ["Target"]
