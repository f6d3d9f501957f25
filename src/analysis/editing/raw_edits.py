"""Edits of `data/raw`, line by line: every other line stays the same, byte for byte."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from analysis.cleaning.raw import FIGURE_COLUMNS
from analysis.tables import read_processed, records
from notebook_runner.errors import InputError, Problem, nearest
from notebook_runner.files import csv_text, write_whole
from notebook_runner.project import Project


def _lines(path: Path) -> tuple[list[str], list[str], str]:
    """The lines of a raw file, its columns, and how its lines end."""
    lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    header = next(csv.reader([lines[0].removeprefix("\ufeff")]))
    return lines, header, "\r\n" if lines[0].endswith("\r\n") else "\n"


def append_rows(path: Path, rows: pd.DataFrame) -> str:
    """The text of a raw file with rows added at its end, in its own order of columns and with its own line ends."""
    if path.exists():
        lines, header, ending = _lines(path)
    else:
        lines = [csv_text([FIGURE_COLUMNS])]
        header = [*FIGURE_COLUMNS]
        ending = "\n"
    if not lines[-1].endswith("\n"):
        lines.append(ending)
    return "".join(lines) + csv_text(rows[header].to_numpy().tolist(), ending)


def drop_rows(path: Path, rows: pd.DataFrame) -> str:
    """The text of a raw file without rows, by their `raw_line`."""
    gone = {*rows["raw_line"]}
    return "".join(
        line for number, line in enumerate(_lines(path)[0], 1) if number not in gone
    )


def remove_publication(
    project: Project, publication: str
) -> tuple[dict[str, str], str]:
    """The raw files without a publication and its figures, by name ("" where no row is left), and what goes, in words."""
    figures = read_processed(project, "figures.csv")
    publications = read_processed(project, "publications.csv")
    own_figures = figures[figures["publication"] == publication]
    own_entry = publications[publications["publication"] == publication]
    if own_entry.empty:
        known = [*publications["publication"]]
        hint = nearest(publication, known, "nothing was changed")
        remedy = f"is not in publications.csv; {hint}"
        raise InputError([Problem("publication", 0, "", publication, remedy)])
    contents = {}
    for name, rows in pd.concat([own_figures, own_entry]).groupby("raw_file"):
        path = project.root / str(name)
        rest = drop_rows(path, rows)
        has_rows = len(rest.splitlines()) > 1
        contents[path.name] = rest if has_rows else ""
    lines = [
        f"{row.measure}, {row.place}, {row.period}: {row.printed} {row.unit_printed}"
        for row in records(own_figures)
    ]
    lines.append(f"to be taken out: {publication} with its {len(own_figures)} figures")
    return contents, "\n".join(lines)


def unknown_figure(figure: str, figures: pd.DataFrame) -> InputError:
    """The error for an id that no figure has, with the nearest id that one has."""
    remedy = nearest(
        figure, [*figures["figure"]], "ids are in data/processed/figures.csv"
    )
    return InputError(
        [Problem("figure", 0, "", figure, f"no figure has this id; {remedy}")]
    )


@contextmanager
def raw_transaction(project: Project, contents: dict[str, str]) -> Iterator[None]:
    """Write raw files by name ("" removes one); if what is done inside fails, put raw and processed files back."""
    before = {path: path.read_bytes() for path in _data_files(project)}
    try:
        # First: a publication without figures is sound, figures without a publication are not.
        for name, text in contents.items():
            if not text:
                (project.raw / name).unlink()
        write_whole(
            project.raw, {name: text for name, text in contents.items() if text}
        )
        yield
    except BaseException:
        for path in _data_files(project):
            if path not in before:
                path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        raise


def _data_files(project: Project) -> list[Path]:
    """The raw and the processed files."""
    folders = [folder for folder in (project.raw, project.processed) if folder.is_dir()]
    return [path for folder in folders for path in folder.iterdir() if path.is_file()]
