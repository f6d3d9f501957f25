"""The check of a notebook's parameters against the data, before a kernel starts: which one is needed, their names tell."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from analysis.reporting.claimed import open_articles
from analysis.reporting.revised import check_revisions
from analysis.reporting.scope import DEATHS, MEASURES, Scope, check_deaths, check_scope
from analysis.vintages.series import LATEST, seen_until
from analysis.vocabulary import check_words

_OF_COCA_AND_DEATHS = {"measure": MEASURES, "deaths": (DEATHS["all"], DEATHS["without"])}


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise InputError with every parameter that is of the wrong kind, unknown to the data, or without figures."""
    given = {field.name: parameters[field.name] for field in fields(Scope) if field.name in parameters}
    seen_until(parameters.get("as_of", LATEST))
    if "country" in parameters:
        # What a notebook does not declare is as wide as the data.
        check_scope(**{"estimates": "us_government", "start_year": 1900, "end_year": LATEST, **given})
        asked = {name: allowed for name, allowed in _OF_COCA_AND_DEATHS.items() if name in parameters}
        check_words(**{name: (parameters[name], allowed) for name, allowed in asked.items()})
    elif "start_year" in parameters:
        check_deaths(**given)
    elif "measure" in parameters:
        check_revisions(**parameters)
    elif "wording" in parameters:
        open_articles(parameters["as_of"]).reading(*(parameters[name] for name in ("wording", "period", "published")))
