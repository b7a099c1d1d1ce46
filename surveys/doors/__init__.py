"""The doors through which people answer: pages, personal links, messages, calls, widget, kiosk."""
