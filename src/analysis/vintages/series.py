"""A series as it was known on a day, and every vintage of it, with the ids of the figures behind them."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache, wraps
from typing import Any

import pandas as pd

from analysis.questions import Question, note, recording
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day
from analysis.tables import read_unasked
from analysis.vintages.precedence import newest_release, one_per_release
from analysis.vocabulary import check_words, words_of
from notebook_runner.errors import InputError, Problem
from notebook_runner.project import Project, here

LATEST = "latest"
SETTLED = ("final", "estimate")
UNSETTLED = ("leaked", "provisional_predicted")
_WHAT = ["measure", "place", "agency"]
_COLUMNS = [
    "year",
    "value",
    "low",
    "high",
    "qualifier",
    "rounding_unit",
    "unit",
    "status",
    "release",
    "release_date",
    "kind",
    "publication",
    "read_from",
    "figure",
    "agency",
    "measure",
    "place",
]


Read = Callable[..., Any]


def processed(name: str, as_of: str = LATEST, **words: str) -> pd.DataFrame:
    """A processed table of this project, by its file name.

    `words` (`measure`, `place`, `agency`) leave the rows of these; `as_of`, a date,
    those that were seen by then, in a table that says it.
    """
    note(Question(name, until=_until(as_of), **words))
    table = read_unasked(here(), name)
    for column, word in words.items():
        table = table[table[column] == word]
    return table if as_of == LATEST else table[table["available"] <= known_until(as_of)]


def cached_until_rebuilt(read: Read) -> Read:
    """Cache what a function reads, by its arguments, until the figures are written anew.

    What it asked of the tables is kept with it, and noted again with each answer.
    """

    @lru_cache(maxsize=256)
    def once(_: Project, __: int, words: tuple[Any, ...]) -> Any:
        with recording() as asked:
            answer = read(*words)
        return answer, frozenset(asked)

    @wraps(read)
    def answered(*words: Any) -> Any:
        project = here()
        path = project.processed / "figures.csv"
        stamp = path.stat().st_mtime_ns if project.processed.is_dir() else 0
        answer, asked = once(project, stamp, words)
        note(*asked)
        return answer

    return answered


# Who calls this, or `_seen`, or `_series`, notes for which of their rows it was asked.
@cached_until_rebuilt
def _figures() -> pd.DataFrame:
    return read_unasked(here(), "figures.csv")


def figures_seen(
    as_of: str = LATEST, publications: str = "all", **words: str
) -> pd.DataFrame:  # fmt: skip
    """The processed figures that a reader could have had on a day.

    `as_of` is "latest" or a date; a publication dated with a month or a year counts
    from its last day. `publications` is "all", "articles": only what the articles
    print, or "others": all but that. `words` (`measure`, `place`, `agency`) leave the
    rows of these. Raises InputError if `as_of` is no date, or `publications` no such word.
    """
    figures = _seen(as_of, publications)
    note(_question(as_of, publications, **words))
    for column, word in words.items():
        figures = figures[figures[column] == word]
    return figures


def figures_of(ids: set[str], as_of: str = LATEST) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The figures that have these ids, of those seen on a day; and their publications.

    What is asked for are all figures of their measures, places and agencies.
    """
    figures = _seen(as_of)
    figures = figures[figures["figure"].isin(ids)]
    what = figures[_WHAT].assign(articles=_in_articles(figures)).drop_duplicates()
    for *words, articles in what.itertuples(index=False, name=None):
        publications = "articles" if articles else "others"
        named = dict(zip(_WHAT, words, strict=True))
        question = _question(as_of, publications, **named)
        note(question, question._replace(table="publications.csv"))
    every = read_unasked(here(), "publications.csv")
    return figures, every[every["publication"].isin(figures["publication"])]


def _question(as_of: str, publications: str, **words: str) -> Question:
    of = "" if publications == "all" else publications
    return Question("figures.csv", until=_until(as_of), publications=of, **words)


def _until(as_of: str) -> str:
    return "" if as_of == LATEST else known_until(as_of)


def _seen(as_of: str = LATEST, publications: str = "all") -> pd.DataFrame:
    figures: pd.DataFrame = _figures()
    check_words(publications=(publications, ("all", "articles", "others")))
    if publications != "all":
        figures = figures[_in_articles(figures) == (publications == "articles")]
    return figures[figures["available"] <= known_until(as_of)]


def _in_articles(figures: pd.DataFrame) -> "pd.Series[bool]":
    return figures["raw_file"] == "data/raw/articles.csv"


def known_until(as_of: str) -> str:
    """The last day that a reader knows, as ISO text.

    >>> known_until("2022-08"), known_until("latest")
    ('2022-08-31', '9999-12-31')
    """
    if as_of == LATEST:
        return date.max.isoformat()
    try:
        return last_day(as_of).isoformat()
    except (UnreadableError, TypeError):
        remedy = "write a date such as 2022-08-31, or latest"
        raise InputError(
            [Problem("parameter", 0, "as_of", str(as_of), remedy)]
        ) from None


def series(
    measure: str,
    place: str,
    agency: str,
    *,
    as_of: str = LATEST,
    start_year: int = 1,
    end_year: int = 9999,
    statuses: tuple[str, ...] = SETTLED,
    publications: str = "all",
) -> pd.DataFrame:
    """One figure a calendar year: that of the newest release seen on a day.

    Neighbouring years may come from different releases; `release` says from which. A rise or fall
    between two of them may be a revision: see `history`.

    Parameters
    ----------
    measure, place, agency : str
        Registered words: what, where, and by whose estimate.
    as_of : str
        "latest", or a date: only publications of that day or earlier are seen.
    start_year, end_year : int
        First and last calendar year, both included.
    statuses : tuple of str
        How settled a figure must be; by default final figures and estimates.
    publications : str
        "all", or "articles": only what the articles print.

    Returns
    -------
    DataFrame
        By year: `value` in `unit` (NaN where only limits were printed), `low`, `high`, `qualifier`,
        `rounding_unit`, `status`, `release`, `release_date`, `publication`, `read_from`, and `figure`, the
        id of the row. Empty where nothing was printed.

    Raises
    ------
    InputError
        With every word that is not registered, or if `as_of` is no date.

    Examples
    --------
    >>> from analysis import series
    >>> output = series("cocaine_output", "Colombia", "us_government", start_year=2020, end_year=2021)
    >>> output[["year", "value", "unit", "release"]].to_string(index=False).split()[-4:]
    ['2021', '972.0', 't', 'ondcp-release-2022-07']
    """
    return _select_series(
        newest_release,
        measure,
        place,
        agency,
        as_of,
        start_year,
        end_year,
        statuses,
        publications,
    )


def every_vintage(
    measure: str, place: str, agency: str, **as_known: Any
) -> pd.DataFrame:
    """Every release's figure of every calendar year, compilations (`kind`) among them; the rest is as in `series`."""
    return _select_series(one_per_release, measure, place, agency, **as_known)


def printed_changes(
    measure: str, place: str, agency: str, *, start_year: int = 1, **as_known: Any
) -> pd.DataFrame:
    """Every printed growth rate of a measure, in percent, with the year it starts from (`base_year`)."""
    words = (f"{measure}_change", place, agency)
    rows = _select_series(
        one_per_release, *words, start_year=start_year + 1, levels=False, **as_known
    )
    return rows.assign(base_year=rows["base_start"].str[:4].astype("int64"))


# Which printing counts is the same for any one measure, place, agency and status, so it is settled for all at once.
@cached_until_rebuilt
def _series(
    precedence: Callable[[pd.DataFrame], pd.DataFrame], as_of: str, publications: str
) -> dict[Any, pd.DataFrame]:
    """The figures of calendar years that count, by measure, place and agency, in the order of `series`."""
    rows = precedence(_seen(as_of, publications))
    rows = rows[rows["period_kind"] == "calendar_year"]
    rows = rows.assign(year=rows["period_start"].str[:4].astype("int64"))
    rows = rows.sort_values(["year", "release_date", "release"], kind="stable")
    return {"": rows[:0], **dict(iter(rows.groupby(_WHAT)))}


def _select_series(
    precedence: Callable[[pd.DataFrame], pd.DataFrame],
    measure: str,
    place: str,
    agency: str,
    as_of: str = LATEST,
    start_year: int = 1,
    end_year: int = 9999,
    statuses: tuple[str, ...] = SETTLED,
    publications: str = "all",
    levels: bool = True,
) -> pd.DataFrame:
    found = _series(precedence, as_of, publications)
    note(_question(as_of, publications, measure=measure, place=place, agency=agency))
    if levels:
        words = {
            "measure": (measure, "measures"),
            "place": (place, "places"),
            "agency": (agency, "agencies"),
        }
        check_words(
            **{
                name: (word, words_of(section))
                for name, (word, section) in words.items()
            }
        )
    rows: pd.DataFrame = found.get((measure, place, agency), found[""])
    rows = rows[((rows["base_start"] == "") == levels) & rows["status"].isin(statuses)]
    columns = _COLUMNS if levels else [*_COLUMNS, "base_start"]
    return rows.loc[rows["year"].between(start_year, end_year), columns].reset_index(
        drop=True
    )
