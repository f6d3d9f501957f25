"""How to cite one figure, with its vintage."""

import pandas as pd

from analysis.errors import InputError, Problem
from analysis.vocabulary import maker_label, measures


def citation(figure: str, figures: pd.DataFrame, publications: pd.DataFrame) -> str:
    """One figure, by its id, as a reference list would cite it: who, what, as printed, where, and of which release.

    `figures` and `publications` are the processed tables. Raises InputError if no figure has this id.
    """
    found = figures[figures["figure"] == figure]
    if found.empty:
        remedy = "no figure has this id; ids stand in data/processed/figures.csv"
        raise InputError([Problem("figure", 0, "", figure, remedy)])
    row = found.iloc[0]
    source = publications[publications["publication"] == row["publication"]].iloc[0]
    what = measures()[row["measure"]].label
    period = f"{row['period_start']} to {row['period_end']}"
    return (
        f"{maker_label(row['estimate_by'])}, {what}, {row['place']}, {period}: {row['printed']!r} {row['unit_printed']} "
        f"({row['status']}). {source['publisher']}: {source['title']}, {source['published']}, {row['locator']}. "
        f"{source['url']} Vintage: {row['release']}, {row['release_date']}; read from: {row['read_from']}. "
        f"{row['raw_file']}:{row['raw_line']} ({figure})."
    )
