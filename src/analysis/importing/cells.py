"""A table of any layout as a list of its numbers, each with all the words that it stands under."""

import re
from dataclasses import dataclass, replace

from analysis.importing.grids import Grid
from analysis.importing.layouts import OWN, Layout
from notebook_runner.errors import Problems

_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:\.0)?\s*(.*)")
# A year with a mark behind it is a period ("2021*", "2023 (provisional)"); with other words it is none.
_MARK = re.compile(
    r"\(?([a-z]{1,2}|[*†‡^]+|[0-9]|provisional[a-z ]*|preliminary|preliminar)\)?[/*]*",
    re.I,
)
# A footnote's digits or letter stick to a word: "Cocaine5", "Opioids1a", "(fentanyl)3"; "T40.5" has none.
_STUCK = re.compile(r"(?<=[a-z)])([0-9]{1,2}[a-z]?|[*†‡^]+|[ᵃ-ᶻ⁰-⁹¹²³]+)(?=\s|$)")
_LEAST_YEARS = 2
_PERIODS = ("year", "año", "anio", "period", "periodo", "período", "year code")


@dataclass(frozen=True)
class Cell:
    """A number's text, its line and column, and the words of its row and headings by name."""

    text: str
    line: int
    heading: str
    labels: dict[str, str]
    formula: str = ""
    mark: str = ""  # behind its year or its label


@dataclass(frozen=True)
class Header:
    """Where a table's headings stand, and what each column is; columns are counted from 0."""

    at: int  # in the grid's rows
    words: list[str]
    years: dict[int, tuple[str, str]]  # column to year and mark
    values: list[int]


def year_heading(text: str) -> tuple[str, str] | None:
    """The year that a heading names and the mark behind it; None where a year in it is no period.

    >>> year_heading("2021"), year_heading("2023 (provisional)"), year_heading("2020a")
    (('2021', ''), ('2023', 'provisional'), ('2020', 'a'))
    >>> year_heading("Change_2024_2023"), year_heading("(2017)"), year_heading("2015-2021 Fold Change")
    (None, None, None)
    """
    year = _YEAR.fullmatch(text)
    if not year or (year[2] and not _MARK.fullmatch(year[2])):
        return None
    return year[1], year[2].strip("() ")


def without_marks(label: str) -> tuple[str, str]:
    """A label without the footnote marks that stick to its words, and the last of them.

    >>> without_marks("Cocaine5"), without_marks("Opioids1a AND Heroin"), without_marks("Cocaine (T40.5)")
    (('Cocaine', '5'), ('Opioids AND Heroin', '1a'), ('Cocaine (T40.5)', ''))
    """
    marks = _STUCK.findall(label)
    return _STUCK.sub("", label).strip(), marks[-1] if marks else ""


def read_cells(
    name: str, grid: Grid, layout: Layout, skip: set[str], problems: Problems
) -> list[Cell]:
    """Every number of a table with what it stands under; headings that no one knows go to `problems`."""
    header = _header(grid, layout)
    if header is None:
        wanted = ", ".join(layout.columns) or "two years, or two words"
        problems.add(
            name, 0, grid.name, "no row of headings", f"one with {wanted} must be there"
        )
        return []
    _check_headings(name, grid, header, layout, skip, problems)
    return (
        _wide(name, grid, header, layout, problems)
        if header.years
        else _long(grid, header)
    )


def _header(grid: Grid, layout: Layout) -> Header | None:
    """The row of headings: that with years across, else that with most of a layout's columns, else the first of words."""
    if layout.years:
        for at, (_, words) in enumerate(grid.rows):
            years = {
                place: year
                for place, text in enumerate(words)
                if (year := year_heading(text))
            }
            if len(years) >= _LEAST_YEARS:
                return Header(at, words, years, sorted(years))
        return None
    best, place = max(
        ((_fits(words, layout), -at) for at, (_, words) in enumerate(grid.rows[:50])),
        default=(0, 0),
    )
    if not best:
        return None
    words = grid.rows[-place][1]
    values = [at for at, word in enumerate(words) if word in layout.values]
    return Header(-place, words, {}, values)


def _fits(words: list[str], layout: Layout) -> int:
    """How many headings of a layout a row has; of one's own, whether it has more than a title."""
    if layout.columns:
        return len({*layout.columns} & {*words})
    return int(len([*filter(None, words)]) >= _LEAST_YEARS)


def _check_headings(
    name: str,
    grid: Grid,
    header: Header,
    layout: Layout,
    skip: set[str],
    problems: Problems,
) -> None:
    """What a layout asks for must be there, and what it does not know must be empty or left out by name."""
    unknown = _unknown(header, layout, skip)
    others = ", ".join(unknown) or "none"
    missing = f"this column of {layout.title or layout.name} is not there (unknown ones: {others}); rename the heading"
    wrong = [(word, missing) for word in sorted({*layout.columns} - {*header.words})]
    wrong += [
        (word, "stands over two columns; rename one of them") for word in _twice(header)
    ]
    for word in unknown:
        remedy = f"no column of {layout.title}; leave it out with --skip '{word}'"
        wrong.append((word, remedy))
    for word, remedy in wrong:
        problems.add(name, grid.rows[header.at][0], "", word, remedy)


def _twice(header: Header) -> list[str]:
    """The headings, and years, that stand over two columns."""
    years = [year for year, _ in header.years.values()]
    words = sorted({word for word in [*header.words, *years] if word})
    return [
        word for word in words if header.words.count(word) > 1 or years.count(word) > 1
    ]


def _unknown(header: Header, layout: Layout, skip: set[str]) -> list[str]:
    """The headings that a layout does not know; one of one's own, or with groups, takes any."""
    if layout.name == OWN or layout.total:
        return []
    known = {*layout.columns, *layout.values, *skip, ""}
    return [
        word
        for place, word in enumerate(header.words)
        if word not in known and place not in header.years
        if not any(re.fullmatch(pattern, word) for pattern in layout.optional)
    ]


def _long(grid: Grid, header: Header) -> list[Cell]:
    """Each row has words in some columns and figures in others."""
    return [
        with_labels(cell, _labels(header.words, texts))
        for line, texts in grid.rows[header.at + 1 :]
        for cell in _row(grid, header, line, texts, "")
    ]


def _wide(
    name: str, grid: Grid, header: Header, layout: Layout, problems: Problems
) -> list[Cell]:
    """Years across; rows of a label without figures head those below them."""
    first = min(header.years)
    cells = list[Cell]()
    section = ""
    above = ""
    for line, texts in grid.rows[header.at + 1 :]:
        _check_shift(name, line, texts, header, problems)
        label, mark = without_marks(next(filter(None, texts[:first]), ""))
        made = _row(grid, header, line, texts, mark)
        part = label in layout.parts
        empty = not any(map(_has_figure, made))
        section = label if empty and not part else section
        above = above if part else label
        path = f"{above} > {label}" if part else label
        labels = _labels(header.words[:first], texts)
        labels |= {"label": label, "path": path, "section": section}
        cells += [with_labels(cell, labels) for cell in made if label]
    # Lines without a figure are headings or notes, unless others with the same label have some.
    paths = {cell.labels["path"] for cell in cells if _has_figure(cell)}
    return [cell for cell in cells if cell.labels["path"] in paths]


def _row(
    grid: Grid, header: Header, line: int, texts: list[str], mark: str
) -> list[Cell]:
    """The numbers of one row, each with its heading; a year's mark counts before its row's."""
    cells = []
    for place in header.values:
        heading = header.words[place]
        text = texts[place] if place < len(texts) else ""
        year, year_mark = header.years.get(place, ("", ""))
        labels = {"heading": heading, "sheet": grid.name, "row": str(line)}
        labels |= {"year": year} if year else {}
        formula = grid.formulas.get((line, place), "")
        cells.append(Cell(text, line, heading, labels, formula, year_mark or mark))
    return cells


def _has_figure(cell: Cell) -> bool:
    return bool(cell.text or cell.formula)


def _labels(words: list[str], texts: list[str]) -> dict[str, str]:
    padded = texts + [""] * (len(words) - len(texts))
    return {word: text for word, text in zip(words, padded, strict=False) if word}


def _check_shift(
    name: str, line: int, texts: list[str], header: Header, problems: Problems
) -> None:
    """A number without a heading above it, between or beside years: a merged heading has shifted."""
    first = min(header.years)
    for place in range(first, len(texts)):
        word = header.words[place] if place < len(header.words) else ""
        if texts[place] and not word:
            remedy = "stands under no heading (a merged one may have shifted); give each column its heading"
            problems.add(name, line, f"column {place + 1}", texts[place], remedy)


def with_labels(cell: Cell, labels: dict[str, str]) -> Cell:
    """The cell with more labels; the mark behind its year is taken from among them."""
    mark = labels.pop("mark", cell.mark)
    return replace(cell, labels=cell.labels | labels, mark=mark)


def period_column(words: list[str]) -> str:
    """The heading that names a period in a table of one's own; empty where none does."""
    return next((word for word in words if word.lower() in _PERIODS), "")
