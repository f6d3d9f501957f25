"""Time this project's runner beside its peers, in alternation, and write benchmarks/RESULTS.md: `make bench`.

Ratios of one run on one machine; nothing here is asserted in a test. Peers that are not installed are left out and
named: `snakemake` and `dvc` are looked for beside this Python, in PATH, and in the folder that PEERS names.
"""

import argparse
import ctypes
import json
import os
import platform
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import nbformat

from analysis.reports import jobs
from notebook_runner.environment import fixed_environment
from notebook_runner.project import OWN, ROOT_VARIABLE, Project
from notebook_runner.settle import settle

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
_SUBREAPER = (
    36  # of Linux: what a child leaves running becomes ours, and its time is counted
)
GRID = """["trend-{agency}-{start_year}"]
notebook = "trend_report.ipynb"
parameters = { country = "Colombia", end_year = 2021 }
grid = { agency = ["us_government", "unodc"], start_year = [2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012] }
"""


class Cost(NamedTuple):
    """What a command took, in seconds."""

    wall: float
    cpu: float  # of it and of all that it started


def measured(run: Callable[[], object]) -> Cost:
    """The cost of what is run in processes of its own, those that outlive it among them."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    run()
    wall = time.perf_counter() - began
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Cost(
        wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    )


@contextmanager
def project_of(catalogue: str) -> Iterator[Project]:
    """A copy of the project with a catalogue of its own and no reports."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Project(Path(folder))
        for name in ("data", "notebooks", "requirements", "docs", "src"):
            shutil.copytree(
                OWN.root / name,
                copy.root / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        (copy.notebooks / "reports.toml").write_text(catalogue)
        yield copy


def command(project: Project, *words: str) -> None:
    """Run a command in a project, in the environment of its reports; its end is an error if it fails."""
    subprocess.run(
        words, cwd=project.root, env=fixed_environment(project) | {ROOT_VARIABLE: str(project.root)}, check=True,
        capture_output=True,
    )  # fmt: skip


def ours(project: Project, *words: str) -> None:
    """All reports by this project's own command."""
    command(project, sys.executable, "-P", "-m", "analysis", "report", *words)


def papermill_words(project: Project, name: str) -> list[list[str]]:
    """The two commands that make one report without this project's runner: papermill's, and nbconvert's for the page."""
    [job] = jobs(project, [name])
    out = project.root / "peer" / f"{name}.ipynb"
    out.parent.mkdir(exist_ok=True)
    given = [
        word
        for key, value in job.parameters.items()
        for word in ("-y", json.dumps({key: value}))
    ]
    run = [
        str(BIN / "papermill"),
        str(job.notebook),
        str(out),
        "--no-progress-bar",
        *given,
    ]
    return [run, [str(BIN / "jupyter-nbconvert"), "--to", "html", str(out)]]


def one_after_the_other(project: Project, names: Sequence[str]) -> None:
    """The reports by papermill's and nbconvert's commands."""
    for name in names:
        for words in papermill_words(project, name):
            command(project, *words)


POOL = """
import json, sys
from concurrent.futures import ProcessPoolExecutor
def one(task):
    import papermill
    from nbconvert import HTMLExporter
    notebook, out, parameters = task
    papermill.execute_notebook(notebook, out, parameters, progress_bar=False)
    open(out[:-5] + "html", "w").write(HTMLExporter().from_filename(out)[0])
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(one, json.loads(sys.argv[1])))
"""


def in_a_pool(project: Project, names: Sequence[str]) -> None:
    """The reports by papermill and nbconvert in a pool of two processes."""
    (project.root / "peer").mkdir(exist_ok=True)
    (project.root / "pool.py").write_text(POOL)
    made = [
        (
            str(job.notebook),
            str(project.root / "peer" / f"{job.name}.ipynb"),
            job.parameters,
        )
        for job in jobs(project, names)
    ]
    command(project, sys.executable, "pool.py", json.dumps(made))


WARM = """
import json, sys, time
from pathlib import Path
import matplotlib; matplotlib.use("agg")
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
import notebook_runner.preload, nbformat
from notebook_runner.project import here
from analysis.reports import jobs
from analysis.site.report_page import report_page
from notebook_runner.provenance import provenance
shell = InteractiveShell.instance()
def one(job):
    cells = [cell for cell in json.loads(job.notebook.read_text())["cells"] if cell["cell_type"] == "code"]
    for cell in cells:
        with capture_output():
            shell.run_cell("".join(cell["source"])).raise_error()
        if "parameters" in cell["metadata"].get("tags", []):
            shell.push(job.parameters)
    executed = here().root / "reports" / job.name / "report.ipynb"
    report_page(nbformat.read(executed, 4), provenance(job))
made = jobs(here())
one(made[0])
began = time.process_time()
for job in made:
    one(job)
print((time.process_time() - began) / len(made))
"""


def plain_function(project: Project) -> float:
    """CPU seconds a report where its cells and its page are run as a plain function in a process that is warm."""
    ran = subprocess.run(
        [sys.executable, "-c", WARM],
        cwd=project.root,
        env=fixed_environment(project),
        check=True,
        capture_output=True,
    )
    return float(ran.stdout.decode().split()[-1])


def equal_outputs(project: Project) -> str:
    """Whether papermill's notebooks, settled, are those of our reports."""
    unlike = []
    for job in jobs(project):
        made = project.root / "peer" / f"{job.name}.ipynb"
        theirs = settle(nbformat.read(made, 4), job, made.parent)
        mine = nbformat.read(project.reports / job.name / "report.ipynb", 4)
        pairs = zip(theirs.cells, mine.cells, strict=True)
        unlike += (
            [job.name]
            if any(a.get("outputs") != b.get("outputs") for a, b in pairs)
            else []
        )
    return f"{len(unlike)} of {len(jobs(project))} differ"


def batch(rounds: int) -> Iterator[tuple[str, str, str]]:
    """Sixteen reports by each, in turn."""
    with project_of(GRID) as project:
        names = [job.name for job in jobs(project)]
        runs: dict[str, Callable[[], object]] = {
            "ours": lambda: ours(project, "--force"),
            "papermill and nbconvert, one after the other": lambda: one_after_the_other(
                project, names
            ),
            "papermill in a pool of 2": lambda: in_a_pool(project, names),
        }
        taken: dict[str, list[Cost]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                taken[name].append(measured(run))
        for peer, at_least in (
            ("papermill and nbconvert, one after the other", "5, 4"),
            ("papermill in a pool of 2", "2.5, -"),
        ):
            wall, cpu = (
                median_ratio(taken[peer], taken["ours"], kind)
                for kind in ("wall", "cpu")
            )
            found = f"{wall:.1f} x faster, {cpu:.1f} x less CPU ({seconds(taken['ours'])} against {seconds(taken[peer])})"
            yield f"{len(names)} reports against {peer}", at_least, found
        yield "outputs of those, settled", "equal", equal_outputs(project)
        plain = statistics.median(plain_function(project) for _ in range(rounds))
        mine = statistics.median(cost.cpu for cost in taken["ours"]) / len(names)
        yield (
            "CPU a report in that batch over a plain function",
            "at most 1.3",
            f"{mine / plain:.2f} ({mine:.2f} s over {plain:.2f} s)",
        )


def median_ratio(theirs: Sequence[Cost], mine: Sequence[Cost], kind: str) -> float:
    """The median over the rounds of theirs over mine."""
    return float(
        statistics.median(
            getattr(a, kind) / getattr(b, kind)
            for a, b in zip(theirs, mine, strict=True)
        )
    )


def seconds(costs: Sequence[Cost]) -> str:
    """The median wall and CPU time in words."""
    return f"{statistics.median(c.wall for c in costs):.1f} s, {statistics.median(c.cpu for c in costs):.1f} s CPU"


RUNNING = """
import sys, time
from notebook_runner.project import here
from notebook_runner.batch import run_all
from analysis.reports import jobs
made = jobs(here())[:1]
for _ in range(int(sys.argv[1]) + 1):
    began = time.perf_counter()
    [(_, error)] = run_all(here(), made)
    assert not error, error
    print(time.perf_counter() - began)
"""


def one_report(rounds: int) -> Iterator[tuple[str, str, str]]:
    """One report: cold, and with the server running."""
    with project_of(GRID) as project:
        name = jobs(project)[0].name
        taken: dict[str, list[Cost]] = {"mine": [], "theirs": []}
        for _ in range(rounds):
            taken["mine"].append(measured(lambda: ours(project, "--force", name)))
            taken["theirs"].append(
                measured(lambda: one_after_the_other(project, [name]))
            )
        ratio = 1 / median_ratio(taken["theirs"], taken["mine"], "wall")
        told = f"{ratio:.2f} of its time ({seconds(taken['mine'])} against {seconds(taken['theirs'])})"
        yield "one report, cold, against papermill and nbconvert", "at most 1.0", told
        ran = subprocess.run(
            [sys.executable, "-c", RUNNING, str(rounds)],
            cwd=project.root,
            env=fixed_environment(project),
            check=True,
            capture_output=True,
        )
        warm = statistics.median(map(float, ran.stdout.decode().split()[1:]))
        faster = statistics.median(cost.wall for cost in taken["theirs"]) / warm
        yield (
            "one report, the server running",
            "2 x faster",
            f"{faster:.1f} x faster ({warm:.1f} s)",
        )


TWENTY = """["x-{place}-{as_of}"]
notebook = "revisions.ipynb"
parameters = { measure = "coca_area", agency = "us_government" }
grid = { place = ["Colombia", "Peru"], as_of = [%s] }
"""


def many(count: int) -> str:
    """A catalogue of that many small reports."""
    days = ", ".join(
        f'"{2015 + at // 10}-{1 + at % 10:02}-28"' for at in range(count // 2)
    )
    return TWENTY % days


def nothing_to_do(rounds: int) -> Iterator[tuple[str, str, str]]:
    """Twenty reports that are as they should be, and as many steps of peers that are done."""
    with project_of(many(20)) as project:
        ours(project)
        graphs = {"snakemake": _snakemake(project.root), "dvc": _dvc(project.root)}
        taken: dict[str, list[Cost]] = {
            "ours": [],
            **{name: [] for name, words in graphs.items() if words},
        }
        for _ in range(3 * rounds):
            taken["ours"].append(measured(lambda: ours(project)))
            for name in [*taken][1:]:
                taken[name].append(measured(partial(_in, project.root, graphs[name])))
    yield "nothing to do, 20 reports", "at most 0.15 s", seconds3(taken["ours"])
    for name in graphs:
        told = (
            f"{median_ratio(taken[name], taken['ours'], 'cpu'):.1f} x ({seconds3(taken[name])})"
            if name in taken
            else "not installed here"
        )
        yield f"CPU of {name} for an equal graph over ours", "10 x", told


def _in(folder: Path, words: Sequence[str]) -> None:
    subprocess.run(words, cwd=folder, check=True, capture_output=True)


def seconds3(costs: Sequence[Cost]) -> str:
    """The median wall and CPU time in milliseconds, in words."""
    wall, cpu = (
        1000 * statistics.median(getattr(cost, kind) for cost in costs)
        for kind in ("wall", "cpu")
    )
    return f"{wall:.0f} ms, {cpu:.0f} ms CPU"


def _found(program: str) -> str | None:
    return shutil.which(
        program,
        path=os.pathsep.join(
            [os.environ.get("PEERS", ""), str(BIN), os.environ["PATH"]]
        ),
    )


def _snakemake(root: Path) -> list[str]:
    program, names = _found("snakemake"), [f"s{at}.txt" for at in range(20)]
    if not program:
        return []
    (root / "Snakefile").write_text(
        f"rule all:\n    input: {names}\nrule one:\n    input: 'notebooks/revisions.ipynb', 'data/processed/figures.csv'\n"
        "    output: 's{n}.txt'\n    shell: 'touch {output}'\n"
    )
    subprocess.run([program, "-c1", "-q"], cwd=root, check=True, capture_output=True)
    return [program, "-c1", "-q"]


def _dvc(root: Path) -> list[str]:
    program = _found("dvc")
    if not program:
        return []
    deps = "[notebooks/revisions.ipynb, data/processed/figures.csv]"
    step = f"  d{{0}}:\n    cmd: touch d{{0}}.txt\n    deps: {deps}\n    outs: [d{{0}}.txt]\n"
    (root / "dvc.yaml").write_text(
        "stages:\n" + "".join(step.format(at) for at in range(20))
    )
    for words in (
        ["init", "--no-scm", "-q"],
        ["config", "core.analytics", "false"],
        ["repro", "-q"],
    ):
        subprocess.run([program, *words], cwd=root, check=True, capture_output=True)
    return [program, "repro", "-q"]


GROWTH = """
import resource, sys
from analysis.cli import main
try:
    main(["report", "--force"])
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def growth() -> Iterator[tuple[str, str, str]]:
    """Ten small reports and two hundred."""
    found = {}
    for count in (10, 200):
        with project_of(many(count)) as project:
            said: dict[str, str] = {}

            def run(project: Project = project, said: dict[str, str] = said) -> None:
                ran = subprocess.run(
                    [sys.executable, "-c", GROWTH],
                    cwd=project.root,
                    env=fixed_environment(project),
                    check=True,
                    capture_output=True,
                    text=True,
                )
                said["memory"] = ran.stdout.split()[-1]

            found[count] = (measured(run), said["memory"])
    each = {
        count: (cost.wall / count, cost.cpu / count)
        for count, (cost, _) in found.items()
    }
    per = "; ".join(
        f"{count}: {wall:.2f} s, {cpu:.2f} s CPU a report, runner's memory {found[count][1]} MB"
        for count, (wall, cpu) in each.items()
    )
    extra = (found[200][0].cpu - found[10][0].cpu) / 190
    yield (
        "from 10 to 200 small reports",
        "linear within 10 %, memory flat",
        f"{per}; {extra:.2f} s CPU for each more",
    )


def cleaning() -> Iterator[tuple[str, str, str]]:
    """Raw rows cleaned, gated and written."""
    for count in (10_000, 100_000):
        ran = subprocess.run(
            [sys.executable, str(HERE / "cleaning.py"), str(count)],
            check=True,
            capture_output=True,
            text=True,
        )
        yield (
            f"{count:,} raw rows cleaned, gated, written",
            "at most 5 s CPU" if count == 100_000 else "",
            ran.stdout.strip(),
        )


def machine() -> str:
    """What it was measured on."""
    model = next(
        (
            line.split(":")[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if "model name" in line
        ),
        "",
    )
    return f"{os.cpu_count()} cores {model}, Python {platform.python_version()}, {date.today().isoformat()}"  # noqa: DTZ011


def main() -> None:
    """Measure, print the table, write it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", nargs="*", default=["batch", "one", "nothing", "growth", "cleaning"]
    )
    asked = parser.parse_args()
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1)
    rounds = asked.rounds
    parts: dict[str, Callable[[], Iterator[tuple[str, str, str]]]] = {
        "batch": lambda: batch(rounds),
        "one": lambda: one_report(rounds),
        "nothing": lambda: nothing_to_do(rounds),
        "growth": growth,
        "cleaning": cleaning,
    }
    lines = ["| | asked | found |", "|---|---|---|"]
    for name in asked.only:
        for row in parts[name]():
            lines.append(f"| {' | '.join(row)} |")
            print(lines[-1], flush=True)
            said = f"Made by `make bench` ({rounds} rounds, medians) on {machine()}; load {os.getloadavg()[0]:.1f}."
            (HERE / "RESULTS.md").write_text(
                "\n".join(["# Benchmarks", "", said, "", *lines, ""])
            )


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    main()
