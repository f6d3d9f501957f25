"""The columns of the processed tables: type, unit and meaning. The data dictionary is made from here."""

from typing import NamedTuple


class Column(NamedTuple):
    """One column: its name, Frictionless type, unit (empty: none) and meaning."""

    name: str
    type: str
    unit: str
    meaning: str


_VALUE = (
    Column("qualifier", "string", "", "exact, about, more_than, at_least, nearly, less_than, at_most or between, by the wording"),
    Column("value", "number", "see `unit`", "the number printed; empty where the wording gives limits only"),
    Column("low", "number", "see `unit`", "lower limit that the wording sets; empty where it sets none"),
    Column("high", "number", "see `unit`", "upper limit that the wording sets; empty where it sets none"),
    Column("rounding_unit", "number", "see `unit`", "the unit the number is rounded to"),
    Column("unit", "string", "", "the unit kept"),
)  # fmt: skip
_PERIOD = (
    Column("period_kind", "string", "", "calendar_year, twelve_months, part_of_year, decade or day_of_publication"),
    Column("period_start", "date", "", "first day covered"),
    Column("period_end", "date", "", "last day covered"),
    Column("base_start", "date", "", "of a change or multiple: first day of the period it starts from; empty for a level"),
    Column("base_end", "date", "", "of a change or multiple: last day of the period it starts from; empty for a level"),
)  # fmt: skip
_WHAT = (
    Column("estimate_by", "string", "", "who made the estimate, whoever repeats it"),
    Column("measure", "string", "", "what is measured; defined in the vocabulary"),
    Column("place", "string", "", "country, Colombia/department, Andes, World"),
)
_RELEASE = (
    Column("release", "string", "", "the release that the publication is or repeats: the vintage"),
    Column("release_date", "date", "", "last day that the earliest publication of the release can mean"),
)
_ORIGIN = (
    Column("raw_file", "string", "", "the raw file that holds the row"),
    Column("raw_line", "integer", "", "its line there, the header being line 1"),
)

FIGURES: tuple[Column, ...] = (
    Column("figure", "string", "", "id, made from publication, maker, measure, place, period and status"),
    *_WHAT,
    *_PERIOD,
    Column("status", "string", "", "final, estimate, provisional_reported, provisional_predicted, part_year, withdrawn, leaked"),
    *_VALUE,
    *_RELEASE,
    Column("kind", "string", "", "kind of the publication: original, press or compilation"),
    Column("publication", "string", "", "id of the publication, in publications.csv"),
    Column("published", "string", "", "its date, as exactly as it is known"),
    Column("available", "date", "", "last day that this date can mean: from it on, the figure counts as seen"),
    Column("period", "string", "", "the period as printed"),
    Column("printed", "string", "", "the figure as printed"),
    Column("unit_printed", "string", "", "the unit as printed"),
    Column("locator", "string", "", "where in the publication"),
    Column("read_from", "string", "", "official, copy or repeated"),
    Column("note", "string", "", "anything the number needs"),
    Column("set_aside", "boolean", "", "whether a correction keeps the figure out of every series"),
    Column("correction", "string", "", "the reason of a correction; empty where there is none"),
    *_ORIGIN,
)  # fmt: skip

SERIES: tuple[Column, ...] = (
    *_WHAT,
    *_PERIOD,
    Column("status", "string", "", "how settled the figure is"),
    *_VALUE,
    *_RELEASE,
    Column("publication", "string", "", "the publication chosen inside the release"),
    Column("figure", "string", "", "id of its row in figures.csv"),
    *_ORIGIN,
)

PUBLICATIONS: tuple[Column, ...] = (
    Column("publication", "string", "", "id of the publication"),
    *_RELEASE,
    Column("kind", "string", "", "original, press or compilation"),
    Column("publisher", "string", "", "who published it"),
    Column("title", "string", "", "its title, or what it is"),
    Column("published", "string", "", "its date, as exactly as it is known"),
    Column("available", "date", "", "last day that this date can mean"),
    Column("date_basis", "string", "", "printed, or how else the date is known"),
    Column("url", "string", "", "where it was read"),
    Column("sha256", "string", "", "of the text that locators of characters lead into; empty where there is none"),
    *_ORIGIN,
)

BREAKS: tuple[Column, ...] = (
    *_WHAT,
    Column("year", "integer", "", "first year of the new method: no growth leads over its beginning"),
    Column("reason", "string", "", "what changed"),
    Column("source", "string", "", "the publication that says so"),
    *_ORIGIN,
)


def names(columns: tuple[Column, ...]) -> list[str]:
    """The columns' names, in order."""
    return [column.name for column in columns]
