"""The finders of this room."""

from datetime import timedelta

from dashboards.ahead import forecasts, sales
from dashboards.insights.finders import Finder

FINDERS = (
    # A chunk of series a look; once all are fresh a look only reads them.
    Finder(forecasts.KIND, forecasts.find, every=timedelta(minutes=20)),
    Finder(sales.KIND, sales.find, nightly=True),
)
