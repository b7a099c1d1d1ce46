"""The finders of this room."""

from dashboards.ahead import forecasts, sales
from dashboards.insights.finders import Finder

FINDERS = (
    Finder(forecasts.KIND, forecasts.find, nightly=True),
    Finder(sales.KIND, sales.find, nightly=True),
)
