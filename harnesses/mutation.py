"""How many small faults in the code the tests find: mutmut's mutations, a random sample of each module's.

Run: python -m pip install --target .venv/mutation "mutmut>=3.8,<4"
     nice .venv/test/bin/python harnesses/mutation.py      (about ten minutes on two free cores; --share 0.02 for a first look)

It writes docs/mutation.md and exits with 1 if fewer than 85 in 100 mutants are killed. The same seed draws the same mutants of
the same code. A mutant is killed if one of the tests named below fails, or they go on for ever; all must pass on the code as it
is. Of a string only the first mutation is taken: what kills one of the three mostly kills all.

A mutant needs no new interpreter: a process that has imported the slow libraries is copied (fork, so not on Windows), and imports
the project with one file changed. The tests go from the fastest to the slowest and end with the first that fails.
"""

import argparse
import difflib
import importlib
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from queue import Queue
from typing import Any, NamedTuple

# Two workers share the cores; libraries read these when they are imported.
os.environ |= {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
}

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "docs" / "mutation.md"
WANTED = 0.85
# By package, or module: the tests that concern it. The doctests of the package go first.
TESTS = {
    "reading": "wording periods",
    "cleaning/raw": "raw_reader cleaning corrections",
    "cleaning/figures": "cleaning corrections gate",
    "cleaning/gate": "gate cleaning",
    "cleaning/claims": "claims",
    "vintages": "vintages history gate decomposition",
    "vintages/claims": "claims",
    "vintages/replacements": "replacements",
    "statistics": "decomposition association vintages",
    "joinpoint": "joinpoint",
}
# Over two seconds each, of rates and orders that other tests state for one case; and those of reports, not of these modules.
SLOW = (
    "later_publication_changes_nothing", "order_of_raw_rows", "independent_series_are_rejected", "p_values_of_series_without",
    "revisions_report", "latest_moves", "provisional_figures_enter",
)  # fmt: skip
HEAVY = ("numpy", "pandas", "scipy.stats", "scipy.special", "statsmodels.api", "pint")
SECONDS = 300  # of a core, for the tests of one mutant
UNTESTED = (
    70  # the exit code of a fault of this harness; pytest's 5 is a run without tests
)
MEMORY = 6 * 2**30  # bytes of address space


class Mutant(NamedTuple):
    """One change of one module: where it is, what it was and became, and the module's whole text with it."""

    module: str
    line: int
    before: str
    after: str
    text: str


def modules() -> list[str]:
    """The modules that are mutated, by name below src/analysis, without the suffix."""
    package = ROOT / "src" / "analysis"
    folders = ("reading", "vintages", "statistics", "joinpoint")
    found = [
        path
        for folder in folders
        for path in sorted((package / folder).glob("*.py"))
        if path.stem != "__init__"
    ]
    names = [path.relative_to(package).with_suffix("").as_posix() for path in found]
    return [*names, *(name for name in TESTS if name.startswith("cleaning/"))]


def sampled(name: str, share: float, seed: int) -> list[Mutant]:
    """A random share of a module's mutants, in order of lines, at least one."""
    import libcst

    original = (ROOT / "src" / "analysis" / f"{name}.py").read_text("utf-8")
    tree = libcst.parse_module(original)
    changes = list(_changes(tree))
    drawn = random.Random(f"{seed} {name}").sample(
        changes, max(1, round(share * len(changes)))
    )
    found = {
        _described(name, original, tree.deep_replace(*change).code) for change in drawn
    }
    return sorted(found)


def _changes(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every node below this one with each that mutmut's operators make of it.

    Like mutmut, not in annotations, decorators and calls of len or isinstance; unlike it, in decorated functions, and outside of
    functions too.
    """
    import libcst
    from mutmut.mutation.mutators import mutation_operators

    called = (
        node.func.value
        if isinstance(node, libcst.Call) and isinstance(node.func, libcst.Name)
        else ""
    )
    if isinstance(node, libcst.Annotation | libcst.Decorator) or called in (
        "len",
        "isinstance",
    ):
        return
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            made = ((node, changed) for changed in operator(node))
            yield from islice(made, 1) if kind is libcst.BaseString else made
    for child in node.children:
        yield from _changes(child)


def _described(name: str, original: str, text: str) -> Mutant:
    old, new = original.splitlines(), text.splitlines()
    _, first, last, start, end = next(
        step
        for step in difflib.SequenceMatcher(
            None, old, new, autojunk=False
        ).get_opcodes()
        if step[0] != "equal"
    )
    before, after = (
        " ".join(map(str.strip, lines)) for lines in (old[first:last], new[start:end])
    )
    return Mutant(name, first + 1, before, after, text)


class Timed:
    """A plugin of pytest: the fastest tests first, by the seconds that each took before; it notes what each takes now."""

    def __init__(self, seconds: dict[str, float]) -> None:
        self.before = seconds
        self.now: dict[str, float] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Sort the tests; the slow ones are left out."""
        items[:] = [
            item for item in items if not any(slow in item.name for slow in SLOW)
        ]
        items.sort(key=lambda item: self.before.get(item.nodeid, 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the seconds of a test with those of what it is given."""
        self.now[report.nodeid] = self.now.get(report.nodeid, 0.0) + report.duration


def wanted_tests(name: str) -> list[str]:
    """What pytest is asked to run for a module: its own doctests, then test files."""
    files = TESTS.get(name) or TESTS[name.split("/")[0]]
    return [
        f"src/analysis/{name}.py",
        *(f"tests/test_{file}.py" for file in files.split()),
    ]


def _test_here(
    copy: Path, arguments: list[str], seconds: dict[str, float], note: Path | None
) -> int:
    """Run tests in a copy of the project, by the process that calls it: pytest's exit code."""
    silent = os.open(
        os.devnull if note is None else note.with_suffix(".log"),
        os.O_WRONLY | os.O_CREAT,
    )
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    os.chdir(copy)
    sys.path.insert(0, str(copy / "src"))
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    if note is None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    timed = Timed(seconds)
    code = pytest.main(
        ["-x", "-q", "--tb=short", "-p", "no:cacheprovider", *arguments],
        plugins=[timed],
    )
    here = (
        Path(sys.modules["analysis"].__file__ or "")
        if "analysis" in sys.modules
        else copy
    )
    if not here.is_relative_to(copy):
        raise RuntimeError(f"the tests imported {here}, not {copy}")
    if note:
        note.write_text(json.dumps(timed.now))
    return int(code)


def exit_code(
    copy: Path,
    arguments: list[str],
    seconds: dict[str, float],
    note: Path | None = None,
) -> int:
    """Run tests in a copied process: pytest's exit code, or below zero where it was ended."""
    child = os.fork()
    if not child:
        code = UNTESTED
        try:
            code = _test_here(copy, arguments, seconds, note)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def passing(copy: Path, names: Iterable[str]) -> dict[str, float]:
    """The seconds of each test on the code as it is, on which all must pass."""
    note, wanted = (
        copy.parent / "seconds.json",
        {path: None for name in names for path in wanted_tests(name)},
    )
    if exit_code(copy, list(wanted), {}, note):
        raise SystemExit(
            f"a test fails without any mutation\n{note.with_suffix('.log').read_text()}"
        )
    return dict(json.loads(note.read_text()))


def survives(mutant: Mutant, copies: "Queue[Path]", seconds: dict[str, float]) -> bool:
    """Whether all tests pass with the mutant in place."""
    copy = copies.get()
    file = copy / "src" / "analysis" / f"{mutant.module}.py"
    original = file.read_bytes()
    try:
        file.write_text(mutant.text, "utf-8")
        code = exit_code(copy, wanted_tests(mutant.module), seconds)
    finally:
        file.write_bytes(original)
        copies.put(copy)
    if code in (5, UNTESTED):
        raise RuntimeError(f"no test was run for {mutant.module}")
    print(
        f"{code:4} {mutant.module}.py:{mutant.line}: {mutant.before}  ->  {mutant.after}"[
            :250
        ],
        flush=True,
    )
    return code == 0


def page(
    mutants: Sequence[Mutant], alive: Sequence[Mutant], share: float, seed: int
) -> str:
    """The result as Markdown: the score of each module, then the survivors with a reason where one is known."""
    known = _reasons(RESULT.read_text("utf-8")) if RESULT.exists() else {}
    drawn = f"Written by `harnesses/mutation.py`: {share:.0%} of each module's mutants, seed {seed}."
    equal = "A survivor that changes nothing which can be seen is called equal, and counts as alive all the same."
    lines = [
        "# Mutation testing",
        "",
        f"{drawn} {equal}",
        "",
        "| module | mutants | killed | score |",
        "|---|---|---|---|",
    ]
    for name in [*modules(), ""]:
        of, left = (
            sum(mutant.module == name or not name for mutant in some)
            for some in (mutants, alive)
        )
        lines.append(
            f"| {name or '**all**'} | {of} | {of - left} | {(of - left) / of:.0%} |"
        )
    lines += ["", "## Survivors", ""]
    for mutant in alive:
        change = f"`{mutant.before}` became `{mutant.after}`"
        lines.append(
            f"- {mutant.module}.py:{mutant.line}: {change}  \n  {known.get(change, 'not looked at')}"
        )
    return "\n".join(lines) + "\n"


def _reasons(text: str) -> dict[str, str]:
    """Why each survivor of the last run is alive, as a person has written below it, by the change."""
    lines = text.splitlines()
    heads = (
        (line.partition(": ")[2].rstrip(), place)
        for place, line in enumerate(lines)
        if line.startswith("- ")
    )
    return {change: lines[place + 1].strip() for change, place in heads}


def main() -> int:
    """Draw, test, write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--share", type=float, default=0.05, help="of each module's mutants (0.05)"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--only", default="", help="modules whose name begins so; writes no file"
    )
    parser.add_argument(
        "--operators",
        default=str(ROOT / ".venv" / "mutation"),
        help="where mutmut is installed",
    )
    asked: Any = parser.parse_args()
    sys.path.append(asked.operators)
    names = [name for name in modules() if name.startswith(asked.only)]
    mutants = [
        mutant for name in names for mutant in sampled(name, asked.share, asked.seed)
    ]
    for heavy in HEAVY:
        importlib.import_module(heavy)
    hypothesis.settings.register_profile(
        "the same examples", derandomize=True, database=None
    )
    hypothesis.settings.load_profile("the same examples")
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Path] = Queue()
        skipped = shutil.ignore_patterns(".*", "reports", "__pycache__")
        for place in range(asked.workers):
            copies.put(
                Path(
                    shutil.copytree(
                        ROOT, Path(folder) / f"{place}" / "project", ignore=skipped
                    )
                )
            )
        # Mutants are of no use in the data that tests read: these are made once, by the code as it is.
        os.environ["FROZEN_PROJECT"] = str(Path(folder) / "frozen")
        subprocess.run(
            [
                sys.executable,
                ROOT / "tests" / "freezing.py",
                os.environ["FROZEN_PROJECT"],
            ],
            check=True,
        )
        seconds = passing(copies.queue[0], names)
        print(
            f"{len(mutants)} mutants; {len(seconds)} tests take {sum(seconds.values()):.0f} s",
            flush=True,
        )
        with ThreadPoolExecutor(asked.workers) as pool:
            left = list(
                pool.map(lambda mutant: survives(mutant, copies, seconds), mutants)
            )
    alive = [mutant for mutant, lives in zip(mutants, left, strict=True) if lives]
    score = 1 - len(alive) / len(mutants)
    print(f"killed {len(mutants) - len(alive)} of {len(mutants)}: {score:.1%}")
    if not asked.only:
        RESULT.write_text(page(mutants, alive, asked.share, asked.seed), "utf-8")
    return int(score < WANTED)


if __name__ == "__main__":
    sys.exit(main())
