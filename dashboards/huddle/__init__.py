"""The weekly huddle: ten minutes with one's own team over last week's customers, on a screen or on paper."""
