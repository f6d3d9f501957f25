"""Long runs and large data: what they cost, and whether anything is left behind. Writes docs/large.md.

Run: .venv/test/bin/python harnesses/large.py
     (about an hour; --only runs rows publications revisions index for parts of the page)

`runs` makes 200 reports ten times over in one process, and counts after each run what that process holds. The others take a copy
of the project with made-up releases of `us_government` and go the whole way: clean, every report, the pages over all. `index` has
200 reports, which are copies of the committed ones. Seconds are those of this machine; nothing asserts them.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import nbformat
import psutil
from playwright.sync_api import Error

from analysis.cleaning.raw import FIGURE_COLUMNS, PUBLICATION_COLUMNS
from notebook_runner.environment import fixed_environment
from notebook_runner.files import csv_text
from notebook_runner.project import OWN, ROOT_VARIABLE, Project

sys.path.insert(0, str(OWN.root / "tests"))
from browsing import chromium

RESULT = OWN.root / "docs" / "large.md"
YEARS, PLACES = range(2014, 1989, -1), ("Colombia", "Peru", "Bolivia")
REPORTS, RUNS = 200, 10
PATIENCE = 60  # seconds for a page to open
MEGABYTE = 1_000_000
# One process makes all reports again and again, as a long-lived runner would.
AGAIN = """
import os, sys, tempfile
from pathlib import Path
import psutil
from notebook_runner.project import here
from notebook_runner.batch import run_all
from analysis.reports import jobs
if __name__ == "__main__":
    project, me = here(), psutil.Process()
    print("run,reports,failed,memory,files,threads,processes,memory of the server,temporary files", flush=True)
    for run in range(1, int(sys.argv[1]) + 1):
        errors = [error for _, error in run_all(project, jobs(project))]
        held = [process.memory_full_info().pss for process in me.children(recursive=True)]
        left = [path for path in (*Path(tempfile.gettempdir()).iterdir(), *project.reports.glob(".*"))]
        print(run, len(errors), sum(map(bool, errors)), round(me.memory_full_info().uss / 1e6), me.num_fds(),
            me.num_threads(), len(held), round(sum(held) / 1e6), len(left), sep=",", flush=True)
"""
NOTEBOOK = """from analysis.display.numbers import number, sentence
sentence("headline", "The number is {given}.", given=number(float(size), "t"))"""


@contextmanager
def project_with(catalogue: str = "") -> Iterator[Project]:
    """A copy of the project without its reports, with a catalogue of its own where one is given."""
    with tempfile.TemporaryDirectory(prefix="large-") as folder:
        copy = Project(Path(folder, "project"))
        Path(folder, "tmp").mkdir()
        for name in ("data", "notebooks", "requirements", "docs", "src"):
            shutil.copytree(
                OWN.root / name,
                copy.root / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        if catalogue:
            (copy.notebooks / "reports.toml").write_text(catalogue)
        yield copy


def environment(project: Project) -> dict[str, str]:
    """The project's own, with a folder for temporary files that nothing else uses."""
    return fixed_environment(project) | {
        ROOT_VARIABLE: str(project.root),
        "TMPDIR": str(project.root.parent / "tmp"),
    }


class Cost(NamedTuple):
    """What a command took."""

    seconds: float
    cpu: float
    memory: float  # the most that it and all that it started held at a time, in MB
    said: str

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s, {self.cpu:.1f} s CPU, {self.memory:,.0f} MB"


def command(project: Project, *words: str) -> Cost:
    """Run a command of the project to its end, and watch it."""
    began, most, cpu = time.perf_counter(), 0.0, dict[int, float]()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "analysis", *words], cwd=project.root, env=environment(project), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as run:  # fmt: skip
        said = list[str]()
        reader = threading.Thread(
            target=lambda: said.append(run.stdout.read() if run.stdout else "")
        )
        reader.start()
        while run.poll() is None:
            most = max(most, _held(run.pid, cpu))
            time.sleep(0.1)
        reader.join()
    cost = Cost(
        time.perf_counter() - began, sum(cpu.values()), most / MEGABYTE, said[0]
    )
    if run.returncode:
        print(" ".join(words), run.returncode, said[0][-2_000:], file=sys.stderr)
    return cost


def _held(pid: int, cpu: dict[int, float]) -> float:
    """Bytes held by a process and all below it, shared pages counted once; notes the CPU seconds of each."""
    held = 0.0
    try:
        for process in (
            psutil.Process(pid),
            *psutil.Process(pid).children(recursive=True),
        ):
            try:
                held += process.memory_full_info().pss
                times = process.cpu_times()
                cpu[process.pid] = times.user + times.system
            except psutil.Error:
                continue
    except psutil.Error:
        pass
    return held


def grow(project: Project, releases: int, figures: int) -> None:
    """Add releases of `figures` figures each, of the same years and places again and again."""
    listed, printed = [], []
    for at in range(releases):
        day = date(2015, 1, 2) + timedelta(at % 4_000)
        id = f"made-{at}"
        cells = (
            id,
            id,
            "original",
            "Made up",
            f"Release {at}",
            day.isoformat(),
            "printed",
            "https://example.org",
            "",
        )
        listed.append(dict(zip(PUBLICATION_COLUMNS, cells, strict=True)).values())
        for place in range(figures):
            year, where = YEARS[place // len(PLACES)], PLACES[place % len(PLACES)]
            area = f"{40_000 + (at * 37 + year * 13 + place) % 90_000:,}"
            row = (
                id,
                "us_government",
                "coca_area",
                where,
                str(year),
                area,
                "ha",
                "final",
                "table",
                "official",
                "",
            )
            printed.append(dict(zip(FIGURE_COLUMNS, row, strict=True)).values())
    for name, rows in (("publications.csv", listed), ("us_government.csv", printed)):
        with (project.raw / name).open("a", encoding="utf-8") as file:
            file.write(csv_text(rows))


def opened(page: Path) -> str:
    """Seconds until Chromium has loaded a page from disk and drawn it, the best of three."""
    size = f"({page.stat().st_size / MEGABYTE:.1f} MB)"
    with chromium() as browser:
        took = []
        for _ in range(3):
            tab = browser.new_page()
            tab.set_default_timeout(1000 * PATIENCE)
            began = time.perf_counter()
            try:
                tab.goto(page.resolve().as_uri())
                tab.evaluate(
                    "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
                )
            except Error:
                return f"is not open after {PATIENCE} s {size}"
            took.append(time.perf_counter() - began)
            tab.close()
    return f"opens in {min(took):.1f} s {size}"


def runs() -> list[str]:
    """Many small reports, many times over, in one process."""
    catalogue = '["x-{size}"]\nnotebook = "one.ipynb"\ngrid = { size = [%s] }\nparameters = {}\n'
    with project_with(catalogue % ", ".join(map(str, range(REPORTS)))) as project:
        parameters = nbformat.v4.new_code_cell(
            "size: int = 1  # a number", metadata={"tags": ["parameters"]}
        )
        cells = [parameters, nbformat.v4.new_code_cell(NOTEBOOK)]
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells), project.notebooks / "one.ipynb"
        )
        script = project.root.parent / "again.py"
        script.write_text(AGAIN)
        ran = subprocess.run(
            [sys.executable, "-P", str(script), str(RUNS)], cwd=project.root, env=environment(project), check=True,
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    header, *rows = (line.split(",") for line in ran.stdout.split("\n") if line)
    told = "Memory in MB: of the runner what only it holds; of its server, pages that are shared are counted in part."
    lines = ["", f"## {REPORTS} reports, {RUNS} times over", "", told, ""]
    return [
        *lines,
        *(
            f"| {' | '.join(cells)} |"
            for cells in (header, ["---"] * len(header), *rows)
        ),
    ]


def whole_way(told: str, releases: int, figures: int) -> list[str]:
    """Raw rows to reports: what each step costs, and how the pages open."""
    with project_with() as project:
        grow(project, releases, figures)
        steps = {
            "clean": ("clean",),
            "every report": ("report",),
            "nothing to do": ("report",),
        }
        costs = {name: str(command(project, *words)) for name, words in steps.items()}
        words = ("--measure", "coca_area", "--place", "Colombia")
        costs["the table of revisions"] = str(command(project, "revisions", *words))
        release = project.root / "release.csv"
        release.write_text(command(project, "add", "--template").said)
        costs["`add --dry-run` of a release"] = str(
            command(project, "add", str(release), "--dry-run")
        )
        for name in ("index.html", "figures.html", "colombia-us/report.html"):
            costs[f"`{name}`"] = (
                opened(project.reports / name)
                if (project.reports / name).exists()
                else "was not made"
            )
    return [
        "",
        f"## {told}",
        "",
        "| step | took |",
        "|---|---|",
        *(f"| {step} | {cost} |" for step, cost in costs.items()),
    ]


def index() -> list[str]:
    """The page over 200 reports."""
    with project_with() as project:
        committed = sorted(
            path.parent for path in OWN.reports.glob("*/provenance.json")
        )
        for at in range(REPORTS):
            one = committed[at % len(committed)]
            shutil.copytree(one, project.reports / f"{one.name}-{at}")
        code = "from analysis.site.whole import write_overview; from notebook_runner.project import here"
        code += "; write_overview(here())"
        began = time.perf_counter()
        subprocess.run(
            [sys.executable, "-P", "-c", code],
            cwd=project.root,
            env=environment(project),
            check=True,
        )
        made = (
            f"Made in {time.perf_counter() - began:.1f} s with the other pages over all"
        )
        return [
            "",
            f"## The index of {REPORTS} reports",
            "",
            f"{made}; {opened(project.reports / 'index.html')}.",
        ]


PARTS: dict[str, Callable[[], list[str]]] = {
    "runs": runs,
    "rows": lambda: whole_way("100,000 raw rows", 1_334, 75),
    "publications": lambda: whole_way("10,000 publications", 10_000, 2),
    "revisions": lambda: whole_way("5,000 revisions of one figure", 5_000, 1),
    "index": index,
}


def main() -> None:
    """Measure the parts asked for, and put each in its place in the page."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--only", nargs="*", choices=PARTS, default=list(PARTS))
    asked = parser.parse_args().only
    head = "# Long and large\n\nWritten by `harnesses/large.py`. Seconds are those of the machine that it ran on, of two cores.\n"
    for name in asked:
        part = "\n".join(PARTS[name]())
        print(part, flush=True)
        kept = RESULT.read_text("utf-8") if RESULT.exists() else head
        title = part.strip().partition("\n")[0]
        others = [
            section
            for section in kept.split("\n## ")
            if not section.startswith(title.removeprefix("## "))
        ]
        RESULT.write_text("\n## ".join(others).rstrip() + f"\n{part}\n", "utf-8")


if __name__ == "__main__":
    main()
