"""Try every fault, two at a time, and write docs/faults.md; exit code 1 if one is not as it must be.

In folders of mounts and processes of its own where the system lets one: what a fault leaves ends with the harness.
`python -m faults WORD ...` tries the cases whose names hold a word, and writes nothing.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from faults.cases import CASES, DURATION, Case, NotHere
from faults.copies import CODE, NEW, Copy, copied, make_template

PAGE = CODE / "docs" / "faults.md"
ALONE = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]


@dataclass
class Found:
    """What became of one case."""

    case: Case
    said: str
    wrong: list[str]
    missing: str = ""  # why it was not tried


def tried(case: Case, template: Copy) -> Found:
    """Try one case in a copy; a case that breaks the harness itself has failed."""
    try:
        with copied(template) as copy:
            ended, wrong = case.attempt(copy)
            return Found(case, f"{ended.code}: {ended.said[-400:]}", wrong)
    except NotHere as reason:
        return Found(case, "", [], str(reason))
    except Exception:
        return Found(case, "", [traceback.format_exc()])


def measured(template: Copy) -> float:
    """Seconds that a run takes here, from the start of its fork server on."""
    with copied(template) as copy:
        copy.notebook(*NEW)
        process, began = copy.start("report"), time.monotonic()
        copy.end(process)
        return time.monotonic() - began


def page(found: list[Found]) -> str:
    """The table of all cases."""
    rows = "\n".join(_rows(found))
    return f"""# Faults, and what they leave

Made by `make faults`, each case in a copy of the project with a small report, x, that has been run once. Asserted of each: the exit
code; the message, and no traceback; the last good report, byte for byte, with `provenance.json` telling that it is of another notebook,
and of a failed run nothing in `reports/x` but its notebook and error in `reports/.failed/x`; and that no process and no temporary
file is left (after SIGKILL of the runner: no process but those that cells started, and none of either after the next run).
{sum(not one.wrong for one in found)} of {len(found)} held.

| | Case | Exit code and message | reports/x | Held |
| --- | --- | --- | --- | --- |
{rows}

A Dask worker killed while it runs a report: `tests/test_cluster.py`.
"""


def _rows(found: list[Found]) -> Iterator[str]:
    for _, alike in groupby(found, key=lambda one: one.case.name):
        ones = [*alike]
        case = ones[0].case
        held = f"{sum(not one.wrong for one in ones)} of {len(ones)}"
        yield f"| {case.group} | {case.name} | {case.must} | {case.report} | {held} |"


def main(words: list[str]) -> int:
    """Try what is asked for, and say what is not as it must be."""
    began, cases = (
        time.monotonic(),
        [
            case
            for case in CASES
            if not words or any(word in case.name for word in words)
        ],
    )
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        template = make_template(Path(folder).resolve() / "template")
        DURATION[0] = measured(template)
        with ThreadPoolExecutor(2) as pool:
            found = []
            for one in pool.map(lambda case: tried(case, template), cases):
                found.append(one)
                told = (
                    f"not tried: {one.missing}"
                    if one.missing
                    else "; ".join(one.wrong) or "held"
                )
                print(
                    f"{one.case.name}: {told}",
                    *([one.said] if one.wrong else []),
                    sep="\n    ",
                    flush=True,
                )
    failed, missing = (
        [one for one in found if one.wrong],
        [one for one in found if one.missing],
    )
    print(
        f"{len(found) - len(failed) - len(missing)} of {len(found)} held, {len(missing)} not tried, {time.monotonic() - began:.0f} s"
    )
    if not words and not missing:
        PAGE.write_text(page(found), "utf-8")
    return bool(failed)


if __name__ == "__main__":
    permitted = (
        shutil.which("unshare")
        and not subprocess.run([*ALONE, "true"], capture_output=True).returncode
    )
    if permitted and "FAULTS_ALONE" not in os.environ:
        os.environ["FAULTS_ALONE"] = "1"
        os.execvp(ALONE[0], [*ALONE, sys.executable, "-m", "faults", *sys.argv[1:]])
    sys.exit(main(sys.argv[1:]))
