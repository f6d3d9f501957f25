"""The revisions report, part by part: every value that was printed of each year, and how far the newest is from the first."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from analysis.reporting import evidence, panels
from analysis.reporting.charts import Chart, Line, line_chart
from analysis.reporting.findings import key_points
from analysis.reporting.numbers import Cell, Passage, Sentence, Slots, Table, number, say
from analysis.tables import records
from analysis.vintages.revisions import revision_summary, revision_table, revisions
from analysis.vintages.series import LATEST, every_vintage, figures_seen
from analysis.vocabulary import capital, check_words, label, maker_label, measures


def check_revisions(**words: Any) -> None:
    """Raise InputError, with what is allowed, if there is no figure of this measure, place and maker by that day."""
    figures = figures_seen(str(words.get("as_of", LATEST)))
    for name, column in (("measure", "measure"), ("place", "place"), ("estimates", "estimate_by")):
        check_words(**{name: (words[name], sorted(figures[column].unique()))})
        figures = figures[figures[column] == words[name]]


def open_revisions(measure: str, place: str, estimates: str, as_of: str = LATEST) -> "RevisionReport":
    """The revisions of one measure in one place by one maker, as known on a day; InputError if there is no figure.

    >>> open_revisions("cocaine_output", "Colombia", "us_government").headline().text[:56]
    'US government figures of potential cocaine output in Col'
    """
    check_revisions(measure=measure, place=place, estimates=estimates, as_of=as_of)
    return RevisionReport(measure, place, estimates, as_of)


@dataclass(frozen=True)
class RevisionReport:
    """The parts of a report on revisions; each method's result shows itself in a notebook."""

    measure: str
    place: str
    estimates: str
    as_of: str

    @cached_property
    def vintages(self) -> pd.DataFrame:
        """Every release's figure of every year."""
        return every_vintage(self.measure, self.place, self.estimates, as_of=self.as_of)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """First against newest figure of each year printed more than once."""
        return revisions(self.vintages)

    def headline(self) -> Sentence:
        """How many years were revised, as the report's title."""
        summary, rows = revision_summary(self.revisions), self._rows
        slots: Slots = {name: number(summary[name], "figures", rows) for name in ("revised", "years")}
        slots |= {"maker": maker_label(self.estimates), "what": label(self.measure), "place": self.place}
        return say("revisions_headline", slots, id="headline")

    def key_points(self) -> Passage:
        """The size of the revisions, and what they are not."""
        return key_points(self.summary(), "key_revisions", "key_revisions_meaning")

    @property
    def _rows(self) -> list[str]:
        return [*self.revisions["figure_first"], *self.revisions["figure_newest"]]

    def table(self) -> Table:
        """Years down, releases across: every value that was ever printed."""
        wide = revision_table(self.vintages)
        ids = {(row.year, row.release): row.figure for row in records(self.vintages)}
        unit = measures()[self.measure].unit
        rows: list[list[Cell]] = []
        for year, values in wide.iterrows():
            cells = [
                "" if pd.isna(value) else number(value, unit, [ids[int(str(year)), str(release)]], bare=True)
                for release, value in values.items()
            ]
            rows.append([number(int(str(year)), "year", self.vintages["figure"]), *cells])
        caption = say("revisions_caption", what=label(self.measure), place=self.place, unit=unit)
        return Table("revisions", caption, ["Year", *map(str, wide.columns)], rows)

    def summary(self) -> Passage:
        """The size and direction of the revisions, first against newest."""
        summary = revision_summary(self.revisions)
        if not summary["revised"]:
            return Passage("revisions_summary", (say("revisions_none"),))
        names = ("mean_absolute", "mean", "upward")
        slots: Slots = {name: number(summary[name] * 100, "percent", self._rows) for name in names}
        return Passage("revisions_summary", (say("revisions_summary", slots),))

    def chart(self) -> Chart:
        """The first and the newest figure of each year; lines join figures of one release only."""
        releases = self.vintages[self.vintages["kind"] != "compilation"]
        order = releases.sort_values(["release_date", "release"], kind="stable")
        ends = order.drop_duplicates("year"), order.drop_duplicates("year", keep="last")
        first, newest = map(panels.with_joins, ends)
        lines = [Line("newest", "output", newest), Line("first printed", "area", first, dashed=True)]
        years, what, unit = self.vintages["year"], label(self.measure), measures()[self.measure].unit
        revised = number(int(self.revisions["revised"].sum()), "figures", self._rows)
        return line_chart(
            "revised", lines, (int(years.min()), int(years.max())), unit=unit,
            title=say("revised_title", what=capital(what)),
            alt=say("revised_alt", what=what, place=self.place, revised=revised),
            subtitle=f"{capital(what)}, {self.place}, {unit}; lines join figures of one release only",
            source="Source: all releases of the table.",
        )  # fmt: skip

    def sources(self) -> Table:
        """The publications behind every value, newest first."""
        return evidence.sources({*self.vintages["figure"]}, self.as_of)


def revisions_text(report: RevisionReport) -> str:
    """The table of revisions and their summary for a terminal."""
    wide = revision_table(report.vintages)
    table = wide.to_string(na_rep="", float_format=lambda value: f"{value:,.10g}")
    revised = records(report.revisions[report.revisions["revised"]])
    lines = [f"{row.year}: {row.first:,.10g} -> {row.newest:,.10g} ({row.revision:+.1%})" for row in revised]
    said = "\n".join(part.text for part in (report.headline(), *report.summary().sentences))
    return f"{said}\n\n{table}\n\nRevised, first to newest:\n" + ("\n".join(lines) or "none") + "\n"
