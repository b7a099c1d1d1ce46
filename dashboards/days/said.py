"""The leadership page as plain figures: what is kept of a day, and shown of it ever after."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import translation

from cxplatform.tenancy.addresses import within
from cxplatform.tenancy.models import Tenant
from dashboards.cells import Cell
from dashboards.leadership.page import Page, load_page
from dashboards.levels.figures import load_levels
from dashboards.levels.found import data_of
from dashboards.query import DEFAULT_PERIOD, Query, named_period
from promises.compliance import Board


def said(*, tenant: Tenant, day: date, languages: Sequence[str], kept: bool = True) -> dict[str, Any]:
    """What the page says at the end of a day of the active tenant's whole company, over its usual period. The
    sentence to read aloud is kept in each of `languages`, at least one.

    Of a day that was not `kept` then, what cannot be known now is left out: which touchpoints were silent, and the
    index of a quarter that was not over.
    """
    query = Query(period=named_period(DEFAULT_PERIOD, today=day))
    sentences = {}
    for language in languages:
        # A worker keeps it: there no request has said whose addresses the panels' are.
        with translation.override(language), within(tenant.slug):
            page = load_page(query=query, today=day, tenant=tenant)
            sentences[language] = "; ".join(
                phrase.text for phrase in page.sentence if kept or phrase.anchor != "coverage"
            )
    return {
        "first": query.period.start.isoformat(),
        "last": query.period.last.isoformat(),
        "against": page.against,
        "then": [page.then.start.isoformat(), page.then.last.isoformat()] if page.then else None,
        "sentence": sentences,
        "metric": page.metric.name,
        "tiles": [{"measure": tile.measure.key, "metric": tile.metric.name, **_cell(tile.cell)} for tile in page.tiles],
        "cells": _cells(page),
        "promises": _promises(page.promises),
        "level": data_of(load_levels(tenant=tenant, today=day)) if kept else None,
        "coverage": {"answered": page.coverage.answered, "in_use": page.coverage.in_use} if kept else None,
    }


def _cells(page: Page) -> list[dict[str, Any]]:
    if page.heatmap is None:
        return []
    return [
        {
            "journey": row.journey.name,
            "stage": entry.stage.name,
            "stage_id": entry.stage.id,
            **_cell(entry.cell),
        }
        for row in page.heatmap.rows
        for entry in row.cells
        if entry is not None
    ]


def _cell(cell: Cell) -> dict[str, Any]:
    score = cell.score
    return {
        "state": cell.state,
        "value": score.value if score else None,
        "low": score.low if score else None,
        "high": score.high if score else None,
        "n": score.n if score else None,
        "difference": cell.change.difference if cell.change and score else None,
        "verdict": cell.verdict,
        "target": cell.target,
    }


def _promises(board: Board) -> Mapping[str, Any]:
    return {
        "judged": board.judged,
        "on_target": board.on_target,
        "promises": [
            {
                "slug": each.promise.slug,
                "name": each.promise.name,
                "rate": each.main.result.rate if each.main.result else None,
                "low": each.main.result.low if each.main.result else None,
                "high": each.main.result.high if each.main.result else None,
                "n": each.main.result.judged if each.main.result else None,
                "target": float(each.main.result.target) if each.main.result else None,
                "on_target": each.on_target,
            }
            for each in board.promises
        ],
    }
