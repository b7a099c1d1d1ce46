from dashboards.models.kpis import KpiSeries, KpiValue
from dashboards.models.targets import Target

__all__ = ["KpiSeries", "KpiValue", "Target"]
