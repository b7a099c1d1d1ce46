"""The panels of the leadership page, in the order in which they are read."""

from dashboards.ahead import panel as ahead
from dashboards.asking import panel as answered
from dashboards.chair import panel as chair
from dashboards.changes.panels import FIX, FOUND
from dashboards.focus import panel as focus
from dashboards.gaps import panel as unseen
from dashboards.leadership.panel import Panel, Scene, Shown
from dashboards.levels import panel as levels
from dashboards.plan import panel as planned

PANELS: tuple[Panel, ...] = (
    # One a line.
    levels.PANEL,
    focus.PANEL,
    FOUND,
    FIX,
    chair.PANEL,
    ahead.PANEL,
    unseen.PANEL,
    answered.PANEL,
    planned.PANEL,
)

KINDS = tuple(dict.fromkeys(kind for panel in PANELS for kind in panel.kinds))


def panels(scene: Scene) -> tuple[Shown, ...]:
    """Every panel that has something to show."""
    loaded = ((panel, panel.load(scene)) for panel in PANELS)
    return tuple(Shown(panel, value) for panel, value in loaded if value is not None)
