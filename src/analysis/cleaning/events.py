"""Events beside which a series is read, from events.csv: dated, placed and sourced."""

import pandas as pd

from analysis.cleaning.figures import check_vocabulary
from analysis.vocabulary import words_of
from notebook_runner.errors import Problems

_DATE = "((?:19|20)[0-9]{2})(?: to ((?:19|20)[0-9]{2}))?"
_LONGEST = 20  # characters of `what`: it is written into charts
_WHAT = rf"(?:[^\W\d_]|[ ,'-]){{1,{_LONGEST}}}"
_REMEDIES = {
    "date": "write a year such as 2016, or two that rise, such as 2013 to 2019",
    "what": f"write words of letters, at most {_LONGEST} characters in all",
}


def clean_events(events: pd.DataFrame, publications: pd.DataFrame) -> pd.DataFrame:
    """
    The events in the order of their years.

    `events` has the columns of events.csv. `publications` go by id, with `available`,
    the day from which an event counts as known: that of its source. Adds `first_year`
    and `last_year`, the same for an event of one year.
    Raises InputError with every row that names an unknown place or source, that has
    no date or no short words, or that repeats another.
    """
    problems = Problems()
    allowed = {"place": words_of("places"), "source": tuple(publications.index)}
    check_vocabulary(events, allowed, problems)
    years = events["date"].str.extract(f"^{_DATE}$").astype("float64")
    first = years[0]
    last = years[1].fillna(years[0])
    sound = {
        "date": first <= last,
        "what": events["what"].str.fullmatch(_WHAT),
    }
    for column, is_sound in sound.items():
        problems.add_rows(events[~is_sound], column, _REMEDIES[column])
    repeated = events.duplicated(["date", "place", "what"])
    remedy = "an earlier line has the same event; keep one"
    problems.add_rows(events[repeated], "what", remedy)
    problems.raise_any()
    dated = events.assign(
        first_year=first.astype("int64"),
        last_year=last.astype("int64"),
        available=events["source"].map(publications["available"]),
    )
    return dated.sort_values(["first_year", "place", "what"], kind="stable")
