"""Publications: their dates, the releases they belong to, and when each could be seen."""

import pandas as pd

from analysis.cleaning.raw import RawTables
from analysis.errors import Problems
from analysis.reading.numerals import UnreadableError
from analysis.reading.periods import last_day
from analysis.tables import records
from analysis.vocabulary import nearest, words_of


def clean_publications(raw: RawTables, problems: Problems) -> pd.DataFrame:
    """Publications by id, with `available` and `release_date` as ISO text; those with a fault go to `problems` instead."""
    table = raw.publications
    table = table.assign(available=table["published"].map(_available))
    known, repeated = table["kind"].isin(words_of("kinds")), table["id"].duplicated()
    faults = [
        (table["available"] == "", "published", "write 2022, 2022-07 or 2022-07-14"),
        (repeated, "id", "stands on an earlier line too; ids are unique"),
        (table["release"] == "", "release", "name the release; an original's is its own id"),
    ]
    for faulty, column, remedy in faults:
        for row in records(table[faulty]):
            problems.add_row(row, column, getattr(row, column), remedy)
    for row in records(table[~known]):
        problems.add_row(row, "kind", row.kind, nearest(row.kind, words_of("kinds")))
    sound = table[(table["available"] != "") & ~repeated & known]
    dates = sound.groupby("release")["available"].transform("min")
    return sound.assign(release_date=dates).rename(columns={"id": "publication"}).set_index("publication")


def _available(published: str) -> str:
    try:
        return last_day(published).isoformat()
    except UnreadableError:
        return ""
