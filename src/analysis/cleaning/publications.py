"""Publications: their dates, the releases they belong to, and when each could be seen."""

import pandas as pd

from analysis.cleaning.raw import RawTables
from analysis.errors import Problems
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day
from analysis.tables import records
from analysis.vocabulary import nearest, words_of


def clean_publications(raw: RawTables, problems: Problems) -> pd.DataFrame:
    """
    Publications by id, with the day each could be seen and the date of its release.

    Returns
    -------
    DataFrame
        Index `publication`; the columns of the raw file, `release_date` and `available`. Dates are ISO text.
        Publications with a fault are left out and noted in `problems`.
    """
    table = raw.publications
    available = {published: _available(published) for published in table["published"].unique()}
    table = table.assign(available=table["published"].map(available))
    _note(table[table["available"] == ""], "published", "write 2022, 2022-07 or 2022-07-14", problems)
    _note(table[table["id"].duplicated()], "id", "stands on an earlier line too; ids are unique", problems)
    _note(table[table["release"] == ""], "release", "name the release; an original's is its own id", problems)
    kinds = words_of("kinds")
    for row in records(table[~table["kind"].isin(kinds)]):
        problems.add(row.raw_file, row.raw_line, "kind", row.kind, nearest(row.kind, kinds))
    sound = table[(table["available"] != "") & ~table["id"].duplicated() & table["kind"].isin(kinds)]
    dates = sound.groupby("release")["available"].transform("min")
    return sound.assign(release_date=dates).rename(columns={"id": "publication"}).set_index("publication")


def _available(published: str) -> str:
    try:
        return last_day(published).isoformat()
    except UnreadableError:
        return ""


def _note(rows: pd.DataFrame, column: str, remedy: str, problems: Problems) -> None:
    for file, line, found in zip(rows["raw_file"], rows["raw_line"], rows[column], strict=True):
        problems.add(file, line, column, found, remedy)
