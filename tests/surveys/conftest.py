"""Fixtures of the survey tests."""

from tests.surveys.browsers import shop  # noqa: F401  a fixture
