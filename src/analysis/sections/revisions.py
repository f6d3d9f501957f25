"""The revisions report, part by part: every value that was printed of each year, and how far the newest is from the first."""

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from analysis.display.drawing import Line, line_chart
from analysis.display.numbers import Sentence, Slots, about, number, numbers, say
from analysis.display.outputs import Chart, Passage, Table, chart_words
from analysis.sections import evidence, series_charts
from analysis.sections.growth import key_points
from analysis.sections.growth_doubt import revision_slots
from analysis.sections.scope import check_revisions
from analysis.tables import records
from analysis.vintages.revisions import revision_summary, revision_table, revisions
from analysis.vintages.series import LATEST, every_vintage
from analysis.vocabulary import measures


def open_revisions(
    measure: str, place: str, agency: str, as_of: str = LATEST
) -> "RevisionReport":
    """The revisions of one measure in one place by one agency, as known on a day; InputError if there is no figure.

    >>> open_revisions("cocaine_output", "Colombia", "us_government").headline().text[:56]
    'US government figures of potential cocaine output in Col'
    """
    check_revisions(measure=measure, place=place, agency=agency, as_of=as_of)
    return RevisionReport(measure, place, agency, as_of)


@dataclass(frozen=True)
class RevisionReport:
    """The parts of a report on revisions; each method's result shows itself in a notebook."""

    measure: str
    place: str
    agency: str
    as_of: str

    @cached_property
    def vintages(self) -> pd.DataFrame:
        """Every release's figure of every year."""
        return every_vintage(self.measure, self.place, self.agency, as_of=self.as_of)

    @cached_property
    def revisions(self) -> pd.DataFrame:
        """First against newest figure of each year printed more than once."""
        return revisions(self.vintages)

    def headline(self) -> Sentence:
        """How many years were revised, as the report's title."""
        summary = revision_summary(self.revisions)
        return say(
            "revisions_headline",
            self._words | numbers("figures", self._rows, summary),
            id="headline",
        )

    def key_points(self) -> Passage:
        """The size of the revisions, and what they are not."""
        return key_points(self.summary(), "key_revisions", "key_revisions_meaning")

    @property
    def _words(self) -> Slots:
        return about(self.measure, self.place, self.agency)

    @property
    def _rows(self) -> list[str]:
        return [*self.revisions["figure_first"], *self.revisions["figure_newest"]]

    def table(self) -> Table:
        """Years down, releases across: every value that was ever printed."""
        unit = measures()[self.measure].unit
        printed = self.vintages[self.vintages["value"].notna()]
        cells = [
            number(row.value, unit, [row.figure], bare=True) for row in records(printed)
        ]
        wide = revision_table(
            self.vintages.assign(value=pd.Series(cells, printed.index, dtype=object))
        )
        shown = zip(
            wide.index.tolist(),
            wide.where(wide.notna(), "").to_numpy().tolist(),
            strict=True,
        )
        rows = [
            [number(year, "year", self.vintages["figure"]), *values]
            for year, values in shown
        ]
        return Table(
            "revisions",
            say("revisions_caption", self._words),
            ["Year", *map(str, wide.columns)],
            rows,
        )

    def summary(self) -> Passage:
        """The size and direction of the revisions, first against newest."""
        summary = revision_summary(self.revisions)
        id = "revisions_summary"
        if not summary["revised"]:
            return Passage(id, [say("revisions_none")])
        shares = {
            name: summary[name] * 100 for name in ("mean_absolute", "mean", "upward")
        }
        spread = say("revisions_range", revision_slots(self.revisions))
        return Passage(id, [say(id, numbers("percent", self._rows, shares)), spread])

    def chart(self) -> Chart:
        """The first and the newest figure of each year; lines join figures of one release only."""
        releases = self.vintages[self.vintages["kind"] != "compilation"]
        order = releases.sort_values(["release_date", "release"], kind="stable")
        first, newest = (
            series_charts.with_joins(order.drop_duplicates("year", keep=end))
            for end in ("first", "last")
        )
        lines = [
            Line("newest", "output", newest),
            Line("first printed", "area", first, dashed=True),
        ]
        slots = self._words | {
            "revised": number(
                int(self.revisions["revised"].sum()), "figures", self._rows
            )
        }
        years = (int(self.vintages["year"].min()), int(self.vintages["year"].max()))
        return line_chart(
            "revised",
            lines,
            years,
            chart_words("revised", slots),
            measures()[self.measure].unit,
        )

    def sources(self) -> Table:
        """The publications behind every value, newest first."""
        return evidence.sources({*self.vintages["figure"]}, self.as_of)


def revisions_text(report: RevisionReport) -> str:
    """The table of revisions and their summary for a terminal."""
    wide = revision_table(report.vintages)
    table = wide.to_string(na_rep="", float_format=lambda value: f"{value:,.10g}")
    revised = records(report.revisions[report.revisions["revised"]])
    lines = [
        f"{row.year}: {row.first:,.10g} -> {row.newest:,.10g} ({row.revision:+.1%})"
        for row in revised
    ]
    said = "\n".join(
        part.text for part in (report.headline(), *report.summary().sentences)
    )
    return (
        f"{said}\n\n{table}\n\nRevised, first to newest:\n"
        + ("\n".join(lines) or "none")
        + "\n"
    )
