"""The feedback page as sheets: what is new, who writes, and the texts themselves as they are read."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from cxplatform.stats.metrics import metric
from dashboards.feedback.apart import Apart
from dashboards.feedback.news import News
from dashboards.feedback.stream import Stream
from dashboards.measures import short_name
from dashboards.sheets import Column, Sheet

MOST_TEXTS = 500


def sheets(
    *, stream: Stream, apart: Apart | None, news: Sequence[News], words: Sequence[News], topics: Mapping[int, str]
) -> list[Sheet]:
    """The page's figures and its newest texts; a sheet of nothing has no rows."""
    return [_topics(news, topics), _words(words), *([_apart(apart)] if apart else []), _texts(stream)]


def _topics(news: Sequence[News], topics: Mapping[int, str]) -> Sheet:
    return Sheet(
        key="topics",
        title=_("New this week"),
        columns=(
            Column("topic", _("Topic")),
            Column("now", _("this week"), kind="percent"),
            Column("n", "n", kind="count", n_of="now"),
            Column("then", _("4 weeks before"), kind="percent"),
            Column("then_n", "n", kind="count", n_of="then"),
            Column("difference", _("Change, percentage points"), kind="points"),
            Column("low", _("interval, from"), kind="points", low_of="difference"),
            Column("high", _("interval, to"), kind="points", high_of="difference"),
        ),
        rows=[
            (name, one.shift.now, one.of, one.shift.then, one.then_of, one.shift.difference,
             one.shift.low, one.shift.high)
            for one in news
            for name in [topics.get(one.topic or 0)]
            if name
        ],
        notes=(_("Only clear changes are listed: two-proportion test, false alarms kept under 5 per cent."),),
    )  # fmt: skip


def _words(words: Sequence[News]) -> Sheet:
    return Sheet(
        key="words",
        title=_("Words on the rise"),
        columns=(
            Column("word", _("Word")),
            Column("n", _("this week"), kind="count"),
            Column("of", _("of texts"), kind="count"),
            Column("then", _("4 weeks before"), kind="count"),
            Column("then_of", _("of texts before"), kind="count"),
        ),
        rows=[(one.word, one.n, one.of, one.then, one.then_of) for one in words],
    )


def _apart(apart: Apart) -> Sheet:
    name = short_name(metric(apart.writers.metric))
    return Sheet(
        key="writers",
        title=_("Those who write are not like the others"),
        columns=(
            Column("who", _("Customers")),
            Column("score", name, kind="score"),
            Column("low", _("interval, from"), kind="score", low_of="score"),
            Column("high", _("interval, to"), kind="score", high_of="score"),
            Column("n", "n", kind="count", n_of="score"),
        ),
        rows=[
            (label, score.value, score.low, score.high, score.n)
            for label, score in ((_("wrote something"), apart.writers), (_("gave a score only"), apart.silent))
        ],
    )


def _texts(stream: Stream) -> Sheet:
    return Sheet(
        key="texts",
        title=_("What customers say"),
        columns=(
            Column("day", _("Day"), kind="date"),
            Column("touchpoint", _("Touchpoint")),
            Column("channel", _("Channel")),
            Column("score", _("Score")),
            Column("topics", _("Topics")),
            Column("feeling", _("Feeling")),
            Column("text", _("Text")),
        ),
        rows=[
            (
                said.time.date(),
                said.place.name if said.place else "",
                said.channel,
                said.score,
                ", ".join(topic.name for topic in said.topics),
                said.sentiment_name,
                said.text,
            )
            for said in stream.rows
        ],
        notes=(_("Newest first, as it was written. What points at a person is masked."),),
    )
