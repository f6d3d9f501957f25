"""CPU seconds to clean, gate and write a number of raw rows, which are made up: python benchmarks/cleaning.py 100000."""

import csv
import shutil
import sys
import tempfile
import time
from pathlib import Path

from analysis.cleaning.processed import build_processed
from analysis.cleaning.raw import FIGURE_COLUMNS, PUBLICATION_COLUMNS
from notebook_runner.project import OWN, Project

YEARS, PLACES = range(1990, 2015), ("Colombia", "Peru", "Bolivia")


def grow(project: Project, count: int) -> None:
    """Add releases of 75 figures each to the raw files until they have `count` rows more."""
    with (
        (project.raw / "publications.csv").open("a") as listed,
        (project.raw / "us_government.csv").open("a") as printed,
    ):
        publications, figures = (
            csv.writer(listed, lineterminator="\n"),
            csv.writer(printed, lineterminator="\n"),
        )
        for at in range(count):
            release, rest = divmod(at, len(YEARS) * len(PLACES))
            if not rest:
                day = f"{2016 + release % 10}-{1 + release % 12:02}-{1 + release // 120 % 28:02}"
                cells = [
                    f"r{release}",
                    f"r{release}",
                    "original",
                    "P",
                    f"T{release}",
                    day,
                    "printed",
                    "https://example.org",
                    "",
                ]
                publications.writerow(
                    dict(zip(PUBLICATION_COLUMNS, cells, strict=True)).values()
                )
            year, place = YEARS[rest // len(PLACES)], PLACES[rest % len(PLACES)]
            area = f"{40_000 + (release * 37 + year * 13 + rest) % 90_000:,}"
            row = [
                f"r{release}",
                "us_government",
                "coca_area",
                place,
                year,
                area,
                "ha",
                "final",
                "t",
                "official",
                "",
            ]
            figures.writerow(dict(zip(FIGURE_COLUMNS, row, strict=True)).values())


def main() -> None:
    """Print the CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        shutil.copytree(OWN.raw, project.raw)
        grow(project, int(sys.argv[1]))
        began = time.process_time()
        build_processed(project)
        print(f"{time.process_time() - began:.1f} s CPU")


if __name__ == "__main__":
    main()
