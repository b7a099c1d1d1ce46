"""The finders of this room."""

from datetime import timedelta

from dashboards.changes import channels, declines, divergence, effects, faults, handoffs, levels
from dashboards.insights.finders import Finder

FINDERS = (
    Finder(faults.KIND, faults.find),
    Finder(declines.KIND, declines.find, every=timedelta(hours=6)),
    Finder(channels.KIND, channels.find, every=timedelta(hours=6)),
    Finder(effects.KIND, effects.find),
    Finder(divergence.KIND, divergence.find, every=timedelta(hours=6)),
    Finder(handoffs.KIND, handoffs.find, every=timedelta(hours=6)),
    Finder(levels.KIND, levels.find, every=timedelta(hours=6)),
)
