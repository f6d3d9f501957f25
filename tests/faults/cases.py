"""The faults: what is broken, and what must then be true."""

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from faults.copies import NEW, Copy, Ended, faults, own_python

MOMENTS, SEED = 20, 9
Try = Callable[[Copy], tuple[Ended, list[str]]]


class NotHere(Exception):
    """A case that this machine can't try."""


@dataclass(frozen=True)
class Case:
    """One fault."""

    group: str
    name: str
    must: str  # what must be true: exit code and message
    report: str  # what must be in reports/x afterwards
    attempt: Try


# Of each cell: how the report's run ends, and what is said of it.
BUSY = "import signal\nfor one in (signal.SIGINT, signal.SIGTERM): signal.signal(one, signal.SIG_IGN)\nwhile True: pass"
CHILD = "import subprocess; child = subprocess.Popen(['sleep', '1000'], start_new_session=True)"
LATE = "x: took longer than 8 seconds and was ended; --limit gives it more"
MEMORY = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**33, 2**33)); much = bytearray(2**40)"
STARVED = "import resource; resource.setrlimit(resource.RLIMIT_AS, (1, 1)); much = [bytearray(2**20) for _ in range(999)]"
THREAD = "import threading; thread = threading.Thread(target=lambda: 1 / 0); thread.start(); thread.join()"
PRINTED = "import sys, traceback\ntry: 1 / 0\nexcept ZeroDivisionError: traceback.print_exc(file=sys.stdout)"
SHOWN = "try: 1 / 0\nexcept ZeroDivisionError: get_ipython().showtraceback()"
IN_TASK = "import asyncio\nasync def end(): raise SystemExit(0)\nasyncio.ensure_future(end()); await asyncio.sleep(1)"
BROKEN = {
    "its process killed (SIGKILL, as when memory is out)": (
        "import os; os.kill(os.getpid(), 9)",
        "x: its process was ended by signal 9",
    ),
    "a segmentation fault": (
        "import ctypes; ctypes.string_at(0)",
        "x: its process was ended by signal 11",
    ),
    "`os._exit(0)` in a cell": (
        "import os; os._exit(0)",
        "x: its process was ended with exit code 0",
    ),
    "`os._exit(1)`, a process started by a cell runs on": (
        f"{CHILD}\nimport os; os._exit(1)",
        "x: its process was ended with exit code 1",
    ),
    "`os.fork()` in a cell, which both processes end with an error": (
        "import os; child = os.fork(); 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "no memory for what a cell asks": (MEMORY, "MemoryError"),
    "no memory at all": (STARVED, "x: "),
    "a cell raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "a cell raises, a process started by it runs on": (
        f"{CHILD}\n1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "`sys.exit(0)` in a cell": ("import sys; sys.exit(0)", "SystemExit: 0"),
    "`exit` in a cell": ("exit", "SystemExit: a notebook is run to its last cell"),
    "`sys.exit(0)` in a task": (IN_TASK, "x: its process was ended with exit code 0"),
    "a cell that never ends": ("import time; time.sleep(1e6)", LATE),
    "a cell that never ends and ignores SIGINT and SIGTERM": (BUSY, LATE),
    "a cell that never ends, with a process started by it": (
        f"{CHILD}; child.wait()",
        LATE,
    ),
    "an error in a thread": (THREAD, "said on stderr: "),
    "an error shown, not raised": (
        SHOWN,
        "ZeroDivisionError: division by zero",
    ),
    "a traceback printed on stdout": (PRINTED, "printed a traceback"),
    "an error of a program, on its file descriptor 2": (
        "import os; code = os.system('echo wrong >&2')",
        "said on stderr: wrong",
    ),
    "file descriptors 1 and 2 closed": (
        "import os; os.close(1); os.close(2); 1 / 0",
        "ZeroDivisionError: division by zero",
    ),
    "`sys.stdout` closed": (
        "import sys; sys.stdout.close(); print(1)",
        "ValueError: I/O operation on closed file",
    ),
    "20 MB on stdout": (
        "print('a' * 20_000_000)",
        "printed more than the 100,000 characters",
    ),
    "a program that prints without end": (
        "import subprocess; subprocess.run('yes')",
        LATE,
    ),
}


def broken(cell: str, message: str, copy: Copy) -> tuple[Ended, list[str]]:
    """A cell that breaks the run, between two good ones."""
    copy.notebook("print('before')", cell, "print('after')")
    ended = copy.run("report", *(["--limit", "8"] if message == LATE else []))
    wrong = faults(
        copy, ended, 1, message, "as far as it came: reports/.failed/x/report.ipynb"
    )
    return ended, wrong


def child_left(copy: Copy) -> tuple[Ended, list[str]]:
    """A good report whose cell leaves a process."""
    copy.notebook(CHILD, "1")
    ended = copy.run("report")
    return ended, faults(
        copy, ended, 0, "reports/x/report.html", kept=[copy.files()], aside=False
    )


def stopped(
    number: int, part: float, code: int, message: str, copy: Copy
) -> tuple[Ended, list[str]]:
    """A signal to the runner's group at a moment of its run."""
    copy.notebook(*NEW)
    process = copy.start("report")
    copy.until(
        lambda: (
            any("forkserver" in words for words in copy.processes().values())
            or process.poll() is not None
        )
    )
    time.sleep(part * DURATION[0])
    os.killpg(process.pid, number)
    ended = copy.end(process)
    if ended.code == 0:  # too late
        return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)
    return ended, faults(
        copy, ended, code, message, kept=[copy.old, copy.new], aside=False
    )


DURATION = [3.0]  # seconds of a run, measured before


def killed(part: float, copy: Copy) -> tuple[Ended, list[str]]:
    """SIGKILL to the runner at a moment, then the next command."""
    copy.notebook(*NEW)
    process = copy.start("report")
    time.sleep(part * 1.2 * DURATION[0])
    process.kill()
    copy.end(process)
    return then_run(copy)


def then_run(copy: Copy) -> tuple[Ended, list[str]]:
    """What is there after a kill, and after the next command."""
    whole = (
        []
        if copy.files() in (copy.old, copy.new)
        else ["neither the old nor the new report was there"]
    )
    gone = [
        f"ran on: {words}" for words in copy.left_over() if words.startswith("process")
    ]
    ended = copy.run("report")
    return ended, [*whole, *gone, *faults(copy, ended, 0, kept=[copy.new], aside=False)]


def killed_with_child(copy: Copy) -> tuple[Ended, list[str]]:
    """SIGKILL to the runner while a process started by a cell runs."""
    copy.notebook(CHILD, "child.wait()")
    process = copy.start("report")
    copy.until(lambda: any("sleep" in words for words in copy.processes().values()))
    process.kill()
    copy.end(process)
    copy.notebook(*NEW)
    ended = copy.run("report")
    return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)


PATCHED = "import os, signal; from notebook_runner import batch\n{}\nfrom analysis.cli import main; main()"
NO_EXCHANGE = (
    "class C:\n    def renameat2(self, *_): return -1\nbatch.CDLL = lambda _: C()"
)
DIE = "lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)"
AT_POINTS = {
    "the old folder is taken away": f"batch.shutil.rmtree = {DIE}",
    "the second of two renames, where the system can't exchange": f"{NO_EXCHANGE}\nold = batch.Path.replace\n"
    f"batch.Path.replace = lambda path, to: old(path, to) if to.name.endswith('.old') else ({DIE})()",
    "the pages over all reports are made": f"batch.write_overview = {DIE}",
}


def killed_at(patch: str, copy: Copy) -> tuple[Ended, list[str]]:
    """SIGKILL to the runner just before a step, then the next command."""
    copy.notebook(*NEW)
    ended = copy.run("report", script=PATCHED.format(patch))
    if ended.code != -signal.SIGKILL and "write_overview" not in patch:
        return ended, [f"was not killed: {ended}"]
    gone = [
        f"ran on: {words}" for words in copy.left_over() if words.startswith("process")
    ]
    ended = copy.run("report")
    return ended, [*gone, *faults(copy, ended, 0, kept=[copy.new], aside=False)]


def mount(*words: str) -> None:
    """Mount, or say that this machine doesn't let one."""
    told = subprocess.run(
        ["mount", *words], capture_output=True, text=True, check=False
    )
    if told.returncode:
        raise NotHere(f"mount: {told.stderr.strip()}")


def on_tmpfs(place: Path, size: int) -> None:
    """Put a folder on a file system of its own, of so many kilobytes."""
    aside = place.with_name(f"{place.name}-before")
    place.rename(aside)
    place.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(place))
    shutil.copytree(aside, place, dirs_exist_ok=True)
    shutil.rmtree(aside)


def fill(place: Path, free: int) -> None:
    """Leave so many kilobytes free."""
    with suppress(OSError), (place / "filler").open("wb") as file:
        while True:
            file.write(b"0" * 4096)
            file.flush()
    size = (place / "filler").stat().st_size
    os.truncate(place / "filler", max(0, size // 4096 * 4096 - free * 1024))


def disk_full(free: int, copy: Copy) -> tuple[Ended, list[str]]:
    """The disk of the reports has so many kilobytes left."""
    on_tmpfs(copy.project.reports, 8_000)
    copy.notebook(*NEW, "print('a' * 90_000)")
    fill(copy.project.reports, free)
    ended = copy.run("report")
    (copy.project.reports / "filler").unlink()
    return ended, faults(copy, ended, 1, "No space left on device", aside=False)


def disk_full_cleaning(copy: Copy) -> tuple[Ended, list[str]]:
    """The disk of data/processed is full."""
    on_tmpfs(copy.project.processed, 400)
    before = {path.name: path.read_bytes() for path in copy.project.processed.iterdir()}
    revise(copy)
    copy.notebook(*NEW)
    fill(copy.project.processed, 4)
    ended = copy.run("report")
    (copy.project.processed / "filler").unlink()
    same = {
        path.name: path.read_bytes() for path in copy.project.processed.iterdir()
    } == before
    wrong = [] if same else ["data/processed is not as it was"]
    return ended, wrong + faults(
        copy,
        ended,
        1,
        "No space left on device; no file is left half-written",
        aside=False,
    )


def read_only(copy: Copy) -> tuple[Ended, list[str]]:
    """`reports` may only be read."""
    place = str(copy.project.reports)
    mount("--bind", place, place)
    mount("-o", "remount,ro,bind", place)
    copy.notebook(*NEW)
    ended = copy.run("report")
    message = "Read-only file system; no file is left half-written"
    return ended, faults(copy, ended, 1, message, aside=False)


def other_disk(copy: Copy) -> tuple[Ended, list[str]]:
    """`reports` lies on another file system than all else."""
    on_tmpfs(copy.project.reports, 40_000)
    copy.notebook(*NEW)
    ended = copy.run("report")
    return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)


def other_disk_by_link(copy: Copy) -> tuple[Ended, list[str]]:
    """`reports` is a link to a folder on another file system."""
    place = copy.root / "elsewhere"
    copy.project.reports.rename(place)
    copy.project.reports.symlink_to(place)
    on_tmpfs(place, 40_000)
    copy.notebook(*NEW)
    ended = copy.run("report")
    return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)


def in_the_way(link: bool, copy: Copy) -> tuple[Ended, list[str]]:
    """`reports/x` is a file, or a link to a folder."""
    place, other = copy.project.reports / "x", copy.root / "other"
    place.rename(other)
    place.symlink_to(other) if link else place.write_text("mine")
    copy.notebook(*NEW)
    ended = copy.run("report")
    wrong = (
        []
        if (place.is_symlink() if link else place.read_text() == "mine")
        else ["what was in the way was changed"]
    )
    if not link:
        place.unlink()
        other.rename(place)
    return ended, wrong + faults(
        copy, ended, 1, "x: reports/x is no folder; move it away", aside=False
    )


WAIT = "another command is writing this project's files; wait until it has ended"


def two_runs(copy: Copy) -> tuple[Ended, list[str]]:
    """A second run of a report while the first is at it."""
    copy.notebook("import time; time.sleep(4)", "1")
    first = copy.start("report")
    copy.until_cells(1)
    second = copy.run("report", "--force")
    process = copy.end(first)
    wrong = [f"the first ended with {process.code}"] if process.code else []
    kept = copy.files()
    return second, wrong + faults(copy, second, 1, WAIT, kept=[kept], aside=False)


RELEASE = """publication,release,kind,publisher,title,published,date_basis,url,sha256,agency,measure,place,period,printed,unit,\
status,locator,read_from,note
ondcp-b,ondcp-b,original,ONDCP,Release B,2023-07-14,printed,https://www.whitehouse.gov/ondcp/b,,us_government,cocaine_output,Colombia,2015,"2,950",t,estimate,\
table,official,
"""


def two_adds(die: bool, copy: Copy) -> tuple[Ended, list[str]]:
    """A second `add` while the first asks whether to write; the first may then be killed."""
    copy.notebook(*NEW)
    (copy.root / "release.csv").write_text(RELEASE)
    first = copy.start("add", "release.csv")
    copy.until(
        lambda: (
            "Write this?" in (copy.root / "said").read_text()
            or first.poll() is not None
        )
    )
    second = copy.run("add", "release.csv", "--yes")
    if not die:
        process = copy.end(first, "y\n")
        wrong = (
            [f"the first ended with {process.code}: {process.said}"]
            if process.code
            else []
        )
        wrong += (
            []
            if "ondcp-b" in (copy.project.raw / "publications.csv").read_text()
            else ["nothing was added"]
        )
        return second, wrong + faults(
            copy, second, 1, WAIT, kept=[copy.files()], aside=False
        )
    first.kill()
    copy.end(first)
    third = copy.run("add", "release.csv", "--yes")
    return third, faults(
        copy, third, 0, "reports/x/report.html", kept=[copy.files()], aside=False
    )


KILLED = """import os, signal; from pathlib import Path
old, put = Path.replace, []
def replace(path, to):
    put.append(to)
    return old(path, to) if len(put) < 2 else os.kill(os.getpid(), signal.SIGKILL)
Path.replace = replace
from analysis.cli import main; main()"""


def killed_adding(copy: Copy) -> tuple[Ended, list[str]]:
    """SIGKILL to `add` when the first of its two raw files is in place; the next command must not see it without the other."""
    copy.notebook(*NEW)
    (copy.root / "release.csv").write_text(RELEASE)
    ended = copy.run("add", "release.csv", "--yes", script=KILLED)
    wrong = [] if ended.code == -signal.SIGKILL else [f"was not killed: {ended}"]
    ended = copy.run("report")
    files = [
        path
        for path in copy.project.raw.glob("*.csv")
        if "ondcp-b" in path.read_text("utf-8")
    ]
    wrong += [] if len(files) == 2 else [f"the release is in {files}"]
    return ended, wrong + faults(
        copy, ended, 0, "reports/x/report.html", kept=[copy.files()], aside=False
    )


def revise(copy: Copy) -> None:
    """Change a printed figure in a raw file."""
    path = copy.project.raw / "us_government.csv"
    path.write_text(path.read_text("utf-8").replace("2910", "2915"), "utf-8")


REVISED = """import sys; from analysis.cleaning import processed; from pathlib import Path
old, path = processed.clean_figures, Path('data/raw/us_government.csv')
def clean(raw):
    path.write_text(path.read_text().replace('2910', '2915'))
    return old(raw)
processed.clean_figures = clean
from analysis.cli import main; main()"""


def raw_while_cleaning(copy: Copy) -> tuple[Ended, list[str]]:
    """A raw file is changed after cleaning has read it; what is then made must not pass for made from the new one."""
    copy.notebook(*NEW)
    ended = copy.run("clean", script=REVISED)
    wrong = (
        []
        if "would be rebuilt" in copy.run("clean", "--dry-run").said
        else ["old tables pass for the new rows'"]
    )
    return ended, wrong + faults(
        copy,
        ended,
        1,
        "data/raw was changed while it was read; run it again",
        aside=False,
    )


def raw_while_asked(copy: Copy) -> tuple[Ended, list[str]]:
    """A raw file is changed while `add` waits for its answer, which is about the file as it was."""
    copy.notebook(*NEW)
    (copy.root / "release.csv").write_text(RELEASE)
    process = copy.start("add", "release.csv")
    copy.until(
        lambda: (
            "Write this?" in (copy.root / "said").read_text()
            or process.poll() is not None
        )
    )
    revise(copy)
    ended = copy.end(process, "y\n")
    wrong = (
        []
        if "2915" in (copy.project.raw / "us_government.csv").read_text()
        else ["the change of the raw file is lost"]
    )
    message = "data/raw was changed meanwhile, and is left as it is now; run it again"
    return ended, wrong + faults(copy, ended, 1, message, aside=False)


def raw_while_running(copy: Copy) -> tuple[Ended, list[str]]:
    """A raw file is changed while a report runs, which reads the processed rows."""
    copy.notebook(*NEW[:1], "import time; time.sleep(2)", "1")
    process = copy.start("report")
    copy.until_cells(2)
    revise(copy)
    ended = copy.end(process)
    told = copy.run("report", "--dry-run").said
    wrong = (
        []
        if "data/processed would be rebuilt" in told
        else [f"said of the data: {told}"]
    )
    return ended, wrong + faults(
        copy, ended, 0, "reports/x/report.html", kept=[copy.files()], aside=False
    )


def while_running(
    change: Callable[[Copy], None], copy: Copy
) -> tuple[Ended, list[str]]:
    """Something that the report is made from is changed while it runs."""
    copy.notebook("import time; time.sleep(2)", "1")
    process = copy.start("report")
    copy.until_cells(2)
    change(copy)
    ended = copy.end(process)
    message = "x: rows, notebook or code were changed while it ran; run it again"
    return ended, faults(copy, ended, 1, message)


def process_rows(copy: Copy) -> None:
    """Other processed rows, as cleaning elsewhere would write them."""
    for name in ("figures.csv", "datapackage.json"):
        path = copy.project.processed / name
        path.write_text(path.read_text("utf-8").replace("2910", "2915"), "utf-8")


def save_notebook(copy: Copy) -> None:
    """Save another notebook, as JupyterLab does."""
    copy.notebook("print('saved')")


def process_killed(server: bool, copy: Copy) -> tuple[Ended, list[str]]:
    """The fork server, or the process of a report, is killed while the report runs."""
    copy.notebook("import time; time.sleep(60)")
    process = copy.start("report")
    copy.until_cells(2)
    servers = [
        one
        for one, words in copy.processes().items()
        if "multiprocessing.forkserver" in words
    ]
    [parent] = [one for one in servers if _parent(one) == process.pid]
    [worker] = [one for one in servers if _parent(one) == parent]
    os.kill(parent if server else worker, signal.SIGKILL)
    ended = copy.end(process)
    return ended, faults(copy, ended, 1, "x: its process was ended", "run it again")


def _parent(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def stale_server(copy: Copy) -> tuple[Ended, list[str]]:
    """The package is changed while x runs and y waits: y must be made by the code that it names."""
    own_python(copy, code=True)
    copy.notebook("import time; time.sleep(2)", "1")
    copy.notebook("print('y')", name="y")
    process = copy.start("report", "x", "y", "--jobs", "1")
    copy.until_cells(2)
    path = copy.project.package / "site" / "report_files.py"
    path.write_text(
        path.read_text().replace(
            'NUMBER_COLUMNS = ("id", "value"', 'NUMBER_COLUMNS = ("value", "id"'
        )
    )
    ended = copy.end(process)
    wrong = (
        []
        if copy.files("y").get("numbers.csv", b"").startswith(b"value,id")
        else ["y was made by the code before"]
    )
    return ended, wrong + faults(
        copy,
        ended,
        1,
        "x: rows, notebook or code were changed while it ran; run it again",
    )


NO_SERVER = """import notebook_runner.pool as workers
workers.get_all_start_methods = lambda: ["spawn"]
if __name__ == "__main__":
    from analysis.cli import main; main()"""


def no_server(copy: Copy) -> tuple[Ended, list[str]]:
    """There is no fork server, as on other systems: a process that begins from nothing gives the same bytes."""
    copy.notebook(*NEW)
    ended = copy.run("report", script=NO_SERVER)
    return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)


def clock_set_back(copy: Copy) -> tuple[Ended, list[str]]:
    """The clock is two years behind that of the run before."""
    told = subprocess.run(
        ["faketime", "-f", "-2y", "printenv", "LD_PRELOAD"], capture_output=True, text=True, check=False
    ) if shutil.which("faketime") else None  # fmt: skip
    if not told or not told.stdout.strip():
        raise NotHere("no command faketime")
    # Python 3.11 sleeps by a call that fails under libfaketime.
    own_python(
        copy,
        "import threading, time; time.sleep = lambda s, w=threading.Event().wait: w(s) or None",
    )
    copy.variables = {
        "FAKETIME": "-2y",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "LD_PRELOAD": told.stdout.strip(),
    }
    copy.notebook(*NEW)
    ended = copy.run("report")
    return ended, faults(copy, ended, 0, kept=[copy.new], aside=False)


def moments(
    name: str, attempt: Callable[[float], Try], count: int, must: str
) -> list[Case]:
    """A case for each of some random moments of a run, from 0 to 1."""
    chosen = random.Random(f"{SEED} {name}")
    return [
        Case(
            "The runner", name, must, "the old or the new one", attempt(chosen.random())
        )
        for _ in range(count)
    ]


OLD_ONE, NEW_ONE = "as it was", "the new one"
CASES = [
    *(Case("The cells", name, f"1: {message}", OLD_ONE, partial(broken, cell, message)) for name, (cell, message) in BROKEN.items()),
    Case("The cells", "a good report whose cell leaves a process", "0", NEW_ONE, child_left),
    *moments("Ctrl-C (SIGINT to its group) at a random moment", lambda part: partial(stopped, signal.SIGINT, part, 130, "stopped; what had not finished is unchanged"), 4,
             "130: stopped; what had not finished is unchanged"),
    *moments("SIGTERM at a random moment", lambda part: partial(stopped, signal.SIGTERM, part, 143, ""), 4, "143"),
    *moments("SIGKILL at a random moment", lambda part: partial(killed, part), MOMENTS, "the next run: 0"),
    *(Case("The runner", f"SIGKILL just before {name}", "the next run: 0", NEW_ONE, partial(killed_at, patch)) for name, patch in AT_POINTS.items()),
    Case("The runner", "SIGKILL while a process started by a cell runs", "the next run: 0", NEW_ONE, killed_with_child),
    *(Case("Disk and folders", f"disk full: {free} kB left in reports", "1: No space left on device", OLD_ONE, partial(disk_full, free)) for free in (0, 8, 64, 160)),
    Case("Disk and folders", "disk full while cleaning", "1: No space left on device; no file is left half-written", OLD_ONE, disk_full_cleaning),
    Case("Disk and folders", "reports may only be read", "1: Read-only file system; no file is left half-written", OLD_ONE, read_only),
    Case("Disk and folders", "reports on another file system", "0", NEW_ONE, other_disk),
    Case("Disk and folders", "reports a link to another file system", "0", NEW_ONE, other_disk_by_link),
    Case("Disk and folders", "reports/x is a file", "1: x: reports/x is no folder; move it away", OLD_ONE, partial(in_the_way, False)),
    Case("Disk and folders", "reports/x is a symbolic link", "1: x: reports/x is no folder; move it away", OLD_ONE, partial(in_the_way, True)),
    Case("Two at a time", "two runs of one report", f"the second 1: {WAIT}", "the first's", two_runs),
    Case("Two at a time", "two `add`", f"the second 1: {WAIT}", "the first's", partial(two_adds, False)),
    Case("Two at a time", "the `add` that waits for its answer is killed", "the next 0", "the next one's", partial(two_adds, True)),
    Case("The runner", "SIGKILL to `add` between its two raw files", "the next run: 0, with both", NEW_ONE, killed_adding),
    Case("Changed meanwhile", "a raw file while cleaning reads it", "1: data/raw was changed while it was read; run it again", OLD_ONE, raw_while_cleaning),
    Case("Changed meanwhile", "a raw file while `add` waits for its answer", "1: data/raw was changed meanwhile, and is left as it is now", OLD_ONE, raw_while_asked),
    Case("Changed meanwhile", "a raw file while a report runs", "0, and the next dry run says that data are made anew", NEW_ONE, raw_while_running),
    Case("Changed meanwhile", "the processed rows while a report runs", "1: rows, notebook or code were changed while it ran", OLD_ONE, partial(while_running, process_rows)),
    Case("Changed meanwhile", "the notebook, saved while it runs", "1: rows, notebook or code were changed while it ran", OLD_ONE, partial(while_running, save_notebook)),
    Case("The fork server", "killed while a report runs", "1: x: its process was ended", OLD_ONE, partial(process_killed, True)),
    Case("The fork server", "the process of a report is killed", "1: x: its process was ended", OLD_ONE, partial(process_killed, False)),
    Case("The fork server", "stale: the package is changed while one report runs and one waits", "1 for the first; the second is made by the new code", OLD_ONE, stale_server),
    Case("The fork server", "there is none, as on other systems", "0: a process that begins from nothing, with the same bytes", NEW_ONE, no_server),
    Case("The clock", "set back by two years", "0, with the same bytes", NEW_ONE, clock_set_back),
]  # fmt: skip
