"""Rebuild everything from the raw files under hostile conditions, and compare it byte for byte with what is committed.

Run it with `make reproduce`. All conditions are tried at once; only where bytes differ is each tried alone, to name the
culprit. A processor can only be of one kind, so each kind is tried by itself. What this machine can't do (no `faketime`,
`unshare` not allowed, no AVX512) is named as not tried. Exit code 1 if bytes differ.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from processors import processors

ROOT = Path(__file__).resolve().parents[1]
LIMIT = 3_600  # seconds for a rebuild, which takes about 150 where nothing else runs
BUILT = ("data/processed", "reports")
REVIEWS = "reports/reviews.toml"  # people write it
# The clock that measures how long things take stays as it is: under another one, waits never end.
YEARS_AHEAD, NINE_YEARS = (
    {"FAKETIME": "+10y", "FAKETIME_DONT_FAKE_MONOTONIC": "1"},
    9 * 365 * 86_400,
)
# Python sleeps by clock_nanosleep, which fails under libfaketime 0.9.10; a wait on an event does not.
SLEEP = "import threading, time; time.sleep = lambda seconds, wait=threading.Event().wait: wait(seconds) or None"
# What a rebuild runs: cleaning, then every report with so many workers, then the index.
REBUILD = f"""
import fcntl, socket, struct, sys, time
sys.path.append({str(Path(__file__).parent)!r})
from processors import check
from analysis.cleaning.processed import build_processed
from notebook_runner.project import here
from analysis.site.whole import write_overview
from notebook_runner.batch import run_all
from analysis.reports import jobs
if __name__ == "__main__":
    if time.time() < float(sys.argv[2]):
        sys.exit("the clock is not ahead")
    if check():
        sys.exit(check())
    if len(sys.argv) > 3:  # in a network of its own even the loopback is down
        fcntl.ioctl(socket.socket(socket.AF_INET, socket.SOCK_DGRAM), 0x8914, struct.pack("16sh14x", b"lo", 1))
    project = here()
    build_processed(project)
    failed = [error for _, error in run_all(project, jobs(project), int(sys.argv[1])) if error]
    write_overview(project)
    sys.exit("\\n".join(failed) if failed else 0)
"""


@dataclass(frozen=True)
class Condition:
    """One thing that must make no difference."""

    name: str
    variables: dict[str, str] = field(default_factory=dict)  # of the environment
    prefix: tuple[str, ...] = ()  # before the command
    workers: int = 2
    umask: int = 0o022
    hostile_home: bool = False  # settings of matplotlib, IPython and Python in HOME
    reversed_files: bool = False  # files written to disk in reversed order
    missing: str = ""  # why it can't be tried here


def conditions() -> list[Condition]:
    """All conditions, those that can't be tried here with the reason."""
    alone = (
        shutil.which("unshare")
        and not subprocess.run(
            ["unshare", "-rn", "true"], capture_output=True
        ).returncode
    )
    clock = years_ahead()
    return [
        Condition("another HOME with settings in it", hostile_home=True),
        Condition("time zone", {"TZ": "Asia/Kathmandu"}),
        Condition(
            "language",
            {"LANG": "tr_TR.UTF-8", "LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr"},
        ),
        Condition("hash seed", {"PYTHONHASHSEED": "4711"}),
        Condition("umask", umask=0o077),
        Condition("order of files", reversed_files=True),
        Condition("number of workers", workers=1),
        Condition(
            "a clock ten years ahead",
            clock,
            missing="" if clock else "no command faketime",
        ),
        Condition(
            "no network",
            prefix=("unshare", "-rn"),
            missing="" if alone else "unshare -rn is not allowed",
        ),
    ]


def years_ahead() -> dict[str, str]:
    """The variables that put the clock ahead in a process and all that it starts; empty if `faketime` is not here."""
    if not shutil.which("faketime"):
        return {}
    told = subprocess.run(
        ["faketime", "-f", "+10y", "printenv", "LD_PRELOAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return (
        {**YEARS_AHEAD, "LD_PRELOAD": told.stdout.strip()}
        if told.stdout.strip()
        else {}
    )


def together(parts: Sequence[Condition]) -> Condition:
    """All conditions that can be tried, in one."""
    tried = [part for part in parts if not part.missing]
    return Condition(
        "all at once",
        {name: value for part in tried for name, value in part.variables.items()},
        tuple(word for part in tried for word in part.prefix),
        min(part.workers for part in tried),
        max(part.umask for part in tried),
        any(part.hostile_home for part in tried),
        any(part.reversed_files for part in tried),
    )


def copy_project(folder: Path, reversed_files: bool) -> None:
    """A copy of what is committed or about to be, without what a rebuild makes."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    written = [
        name
        for name in listed.stdout.splitlines()
        if not name.startswith(BUILT) or name == REVIEWS
    ]
    names = [name for name in written if (ROOT / name).is_file()]
    for name in sorted(names, reverse=reversed_files):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)


def spoiled_home(folder: Path) -> Path:
    """A HOME whose settings would change every chart and every cell, if they were read."""
    for path, text in {
        ".config/matplotlib/matplotlibrc": "font.size: 30\naxes.facecolor: red\n",
        ".ipython/profile_default/startup/00.py": "print('from a start-up file')\n",
        ".jupyter/jupyter_config.json": '{"ClearOutputPreprocessor": {"enabled": true}}',
        ".pythonrc.py": "print('from a start-up file')\n",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return folder


def python_that_sleeps(folder: Path) -> str:
    """A Python with this one's packages that can sleep under libfaketime, as can what it starts."""
    venv.create(folder, symlinks=True)
    [packages] = folder.glob("lib/python*/site-packages")
    here = sysconfig.get_path("purelib")
    (packages / "clock.pth").write_text(
        f"import site; site.addsitedir({here!r})\n{SLEEP}\n", "utf-8"
    )
    return str(folder / "bin" / "python")


def rebuild(project: Path, condition: Condition, home: Path) -> None:
    """Rebuild data and reports of a copy under a condition; stops with what the rebuild said if it fails."""
    kept = {name: os.environ[name] for name in ("PATH",) if name in os.environ}
    spoiled = {
        "PYTHONSTARTUP": str(home / ".pythonrc.py"),
        "MATPLOTLIBRC": str(home / ".config/matplotlib"),
    }
    variables = {
        **kept,
        "HOME": str(home),
        "ANALYSIS_PROJECT": str(project),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    variables |= {**(spoiled if condition.hostile_home else {}), **condition.variables}
    script = project / "rebuild.py"
    script.write_text(REBUILD, "utf-8")
    python = (
        python_that_sleeps(home / "venv")
        if "FAKETIME" in condition.variables
        else sys.executable
    )
    earliest = time.time() + (NINE_YEARS if "FAKETIME" in condition.variables else 0)
    command = [
        *condition.prefix,
        python,
        str(script),
        str(condition.workers),
        str(earliest),
        *condition.prefix[:1],
    ]
    ran = subprocess.run(
        command, cwd=home, env=variables, umask=condition.umask, capture_output=True, text=True, check=False,
        timeout=LIMIT,
    )  # fmt: skip
    script.unlink()
    if ran.returncode:
        sys.exit(f"{condition.name}: the rebuild failed\n{ran.stderr[-2000:]}")


def different(project: Path) -> list[str]:
    """The built files that differ from this checkout's, or are in one of the two only."""
    return sorted(
        name
        for name in {*built(ROOT), *built(project)} - {"reports/changes.html"}
        if not all((root / name).is_file() for root in (ROOT, project))
        or (ROOT / name).read_bytes() != (project / name).read_bytes()
    )


def built(root: Path) -> Iterator[str]:
    """The names of the built files of a project, but for those that a person writes."""
    for folder in BUILT:
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path.suffix != ".toml":
                yield path.relative_to(root).as_posix()


def tried(condition: Condition, scratch: Path, twice: bool = True) -> list[str]:
    """What differs after a rebuild in a new folder, cold, and `twice`: then again, warm."""
    place = Path(tempfile.mkdtemp(dir=scratch, prefix="folder with spaces "))
    project, home = place / "project", place / "home"
    home.mkdir()
    copy_project(project, condition.reversed_files)
    if condition.hostile_home:
        spoiled_home(home)
    rebuild(project, condition, home)
    cold = different(project)
    if not twice:
        return cold
    rebuild(
        project,
        Condition("warm, two workers", dict(condition.variables), condition.prefix),
        home,
    )
    return sorted({*cold, *different(project)})


def main() -> int:
    """Try all conditions at once, and one at a time where bytes differ; then each kind of processor."""
    parts = conditions()
    kinds = [
        Condition(kind.name, kind.variables, missing=kind.missing)
        for kind in processors()
    ]
    for part in (*parts, *kinds):
        print(
            f"{'not tried, ' + part.missing if part.missing else 'tried'}: {part.name}"
        )
    with tempfile.TemporaryDirectory(prefix="reproduce-") as scratch:
        found = tried(together(parts), Path(scratch))
        count = len(list(built(ROOT)))
        print(
            f"all at once, cold with 1 worker and warm with 2: {len(found)} of {count} files differ"
        )
        for part in (part for part in parts if found and not part.missing):
            print(
                f"{part.name} alone: {', '.join(tried(part, Path(scratch))) or 'no difference'}"
            )
        for kind in (kind for kind in kinds if not kind.missing):
            differing = tried(kind, Path(scratch), twice=False)
            print(f"{kind.name}: {len(differing)} of {count} files differ", flush=True)
            found += differing
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
