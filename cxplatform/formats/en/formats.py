"""English for readers in Europe: the day before the month, and 24 hours."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
