"""A small copy of the project that a fault may break, and the four things that are asserted of it afterwards."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from rows import figure, make_project

from analysis.reports import jobs
from notebook_runner.project import Project
from notebook_runner.provenance import differences

CODE = Path(__file__).parents[2]
LIMIT = 240  # seconds for a command that takes about three where nothing else runs
PATIENCE = 10  # seconds for what was ended to be gone
Files = dict[str, bytes]
PARAMETERS = nbformat.v4.new_code_cell(
    "year: int = 1  # year", metadata={"tags": ["parameters"]}, id="parameters"
)


@dataclass
class Ended:
    """How a command ended."""

    code: int
    said: str


@dataclass
class Copy:
    """A project of five figures and one report, x, that has been run; `old` is what the run gave, `new` what another gives."""

    root: Path
    old: Files = field(default_factory=dict)
    new: Files = field(default_factory=dict)
    python: str = sys.executable
    variables: dict[str, str] = field(default_factory=dict)

    @property
    def project(self) -> Project:
        """Its places."""
        return Project(self.root)

    def notebook(self, *cells: str, name: str = "x") -> None:
        """Write a notebook, and the catalogue with a report for each notebook there is."""
        code = [
            nbformat.v4.new_code_cell(cell, id=f"cell-{place}")
            for place, cell in enumerate(cells)
        ]
        notebook = nbformat.v4.new_notebook(cells=[PARAMETERS, *code])
        notebook.metadata["language_info"] = {"name": "python"}
        nbformat.write(notebook, self.project.notebooks / f"{name}.ipynb")
        names = sorted(path.stem for path in self.project.notebooks.glob("*.ipynb"))
        entries = [
            f'[{name}]\nnotebook = "{name}.ipynb"\nstrict = true\nparameters = {{}}\n'
            for name in names
        ]
        (self.project.notebooks / "reports.toml").write_text(
            "\n".join(entries), "utf-8"
        )

    def start(self, *words: str, script: str = "") -> "subprocess.Popen[str]":
        """Start a verb, or a script in its place, in a group of its own; what it says goes to the file `said`."""
        program = ["-c", script] if script else ["-m", "analysis"]
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("PYTHON")
        }
        environment |= {
            "ANALYSIS_PROJECT": str(self.root),
            "TMPDIR": str(self.root / "tmp"),
            **self.variables,
        }
        with (self.root / "said").open("a") as said:
            return subprocess.Popen(
                [self.python, *program, *words], stdin=subprocess.PIPE, stdout=said, stderr=subprocess.STDOUT, text=True,
                cwd=self.root, env=environment, start_new_session=True,
            )  # fmt: skip

    def end(self, process: "subprocess.Popen[str]", answer: str | None = None) -> Ended:
        """Wait for a command, and take what was said so far."""
        process.communicate(answer, timeout=LIMIT)
        said = (
            (self.root / "said")
            .read_text("utf-8", "replace")
            .replace(f"{self.root}/", "")
        )
        (self.root / "said").write_text("")
        return Ended(
            process.returncode, re.sub(r"\.running-\w+", ".running-...", said).strip()
        )

    def run(self, *words: str, script: str = "") -> Ended:
        """Run a verb, or a script in its place, to its end."""
        return self.end(self.start(*words, script=script))

    def files(self, name: str = "x") -> Files:
        """The files of a report as they stand."""
        folder = self.project.reports / name
        paths = (
            [path for path in folder.rglob("*") if path.is_file()]
            if folder.is_dir()
            else []
        )
        return {
            path.relative_to(folder).as_posix(): path.read_bytes() for path in paths
        }

    def until(self, there: Callable[[], object]) -> None:
        """Wait for something to be there."""
        last = time.monotonic() + LIMIT
        while not there():
            if time.monotonic() > last:
                raise TimeoutError("what was waited for did not come")
            time.sleep(0.01)

    def until_cells(self, count: int, name: str = "x") -> None:
        """Wait until the runner has run so many cells of a report."""
        pattern = f".running-*/{name}/scratch/cells"
        self.until(
            lambda: any(
                path.stat().st_size >= count
                for path in self.project.reports.glob(pattern)
            )
        )

    def processes(self) -> dict[int, str]:
        """The command lines of all processes that this copy's commands started, however far down, by id."""
        found, mark = {}, f"TMPDIR={self.root}/tmp\0".encode()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (place / "environ").read_bytes():
                    found[int(place.name)] = (
                        (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    )
        return found

    def left_over(self) -> list[str]:
        """What processes there are, after some patience, and what files that no good run leaves."""
        last = time.monotonic() + PATIENCE
        while self.processes() and time.monotonic() < last:
            time.sleep(0.05)
        patterns = (
            "reports/.[!f]*",
            "data/**/.*",
            "tmp/*",
            "tmp/.*",
            "reports/**/.*.new",
            "reports/**/.*.old",
        )
        files = {
            path.relative_to(self.root).as_posix()
            for pattern in patterns
            for path in self.root.glob(pattern)
        }
        return [
            *(f"process {words[:100]}" for words in self.processes().values()),
            *sorted(files),
        ]

    def kill(self) -> None:
        """End every process that is still there."""
        while found := self.processes():
            for one in found:
                with suppress(ProcessLookupError):
                    os.kill(one, signal.SIGKILL)
            time.sleep(0.02)


def faults(
    copy: Copy,
    ended: Ended,
    code: int,
    *messages: str,
    kept: Sequence[Files] = (),
    aside: bool = True,
) -> list[str]:
    """What is other than it must be, of: exit code, message, last good report, processes and files; nothing is good.

    `kept` are the states of x that may be there, the old one by default. If `aside`, what was made of x must be in .failed.
    """
    wrong = [] if ended.code == code else [f"exit code {ended.code} instead of {code}"]
    wrong += [
        f"did not say {message!r}" for message in messages if message not in ended.said
    ]
    wrong += (
        ["showed a traceback"]
        if re.search(r'File ".*(analysis/|multiprocessing/|runpy)', ended.said)
        else []
    )
    wrong += (
        []
        if copy.files() in (kept or [copy.old])
        else [f"reports/x holds {sorted(copy.files())}, not what it must"]
    )
    wrong += _marked(copy) + (_set_aside(copy) if aside else [])
    return wrong + [f"left over: {left}" for left in copy.left_over()]


def _marked(copy: Copy) -> list[str]:
    """The last good report must not pass for one of the notebook that is there now."""
    folder = copy.project.reports / "x"
    if folder.is_symlink() or not folder.is_dir() or copy.files() != copy.old:
        return []
    told = differences(jobs(copy.project, ["x"])[0])
    return (
        []
        if told.startswith("changed: ") and "notebook" in told
        else [f"the last good report is called {told!r}"]
    )


def _set_aside(copy: Copy) -> list[str]:
    names = [path.name for path in (copy.project.reports / ".failed" / "x").glob("*")]
    return (
        []
        if sorted(names) == ["error.txt", "report.ipynb"]
        else [f"reports/.failed/x holds {names}"]
    )


def make_template(root: Path) -> Copy:
    """The project that all copies are made of: its report run once by one notebook, and once by another."""
    make_project(
        root,
        [
            figure(period=str(year), printed=str(900 + year))
            for year in range(2010, 2015)
        ],
    )
    for name in ("docs/glossary.md", "requirements/run.txt"):
        (root / name).parent.mkdir()
        shutil.copyfile(CODE / name, root / name)
    for name in ("notebooks", "tmp"):
        (root / name).mkdir()
    template = Copy(root)
    template.new = good(template, *NEW)
    template.old = good(template, *OLD)
    return template


OLD, NEW = ("print('old')", "1"), ("print('new')", "import time; time.sleep(0.2)", "1")


def good(copy: Copy, *cells: str) -> Files:
    """The report that a good run of these cells gives."""
    copy.notebook(*cells)
    ended = copy.run("report")
    if ended.code:
        sys.exit(f"a good report failed, so no fault would be seen: {ended.said}")
    return copy.files()


@contextmanager
def copied(template: Copy) -> Iterator[Copy]:
    """A copy for one case, taken away afterwards with all that was started and mounted in it."""
    with tempfile.TemporaryDirectory(
        prefix="faults-", ignore_cleanup_errors=True
    ) as folder:
        root = Path(folder).resolve() / "project"
        shutil.copytree(template.root, root, symlinks=True)
        copy = Copy(root, template.old, template.new)
        try:
            yield copy
        finally:
            copy.kill()
            for line in Path("/proc/mounts").read_text().splitlines():
                if (place := line.split()[1]).startswith(f"{root}/"):
                    subprocess.run(["umount", "-l", place], check=False)


def own_python(copy: Copy, *lines: str, code: bool = False) -> None:
    """Give a copy a Python of its own with these lines at its start, and if `code` with a package of its own."""
    folder = copy.root / "venv"
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    [theirs] = {Path(nbformat.__file__).parents[1]}
    source = (
        [str(copy.project.package.parent), str(theirs)]
        if code
        else [f"import site; site.addsitedir({str(theirs)!r})"]
    )
    (packages / "own.pth").write_text("\n".join([*source, *lines, ""]), "utf-8")
    if code:
        ignored = shutil.ignore_patterns("__pycache__")
        for package in ("analysis", "notebook_runner"):
            into = copy.project.package.parent / package
            shutil.copytree(CODE / "src" / package, into, ignore=ignored)
    copy.python = str(folder / "bin" / "python")
    if code:  # which the hash of the package in provenance.json names
        copy.old = good(copy, *OLD)
