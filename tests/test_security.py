"""What docs/security.md promises and no other test holds; and that each test it names is there."""

import ast
import csv
import re
import subprocess
import sys
from pathlib import Path

import licences
import nbformat
import pytest
from markupsafe import escape
from payloads import COLUMNS, FREE, KIND, PAYLOADS, SEEN
from rows import Made, figure

from analysis.cleaning.processed import build_processed
from analysis.reports import HOOKS, jobs
from analysis.review.changes import Changes
from analysis.review.pages import changes_page
from analysis.review.verify import read_copies
from analysis.site.render import _hash
from analysis.site.report_files import numbers_csv
from analysis.tables import read_processed
from notebook_runner.catalogue import Job, read_catalogue
from notebook_runner.errors import InputError
from notebook_runner.execute import execute
from notebook_runner.files import cell_text
from notebook_runner.pool import called as called_apart
from notebook_runner.project import Project

ROOT = Path(__file__).parents[1]
MODEL = (ROOT / "docs" / "security.md").read_text("utf-8")
MODULES = sorted((ROOT / "src" / "analysis").rglob("*.py"))
ENTRY = '[{}]\nnotebook = "trend_report.ipynb"\nparameters = {{}}'


# --- The threat model.


def test_each_line_of_the_threat_model_names_a_test_that_is_there() -> None:
    lines = [
        line
        for line in MODEL.splitlines()
        if line.startswith("| ") and not line.startswith("| What")
    ]
    assert len(lines) > 20
    for line in lines:
        named = re.findall(r"`(test_\w+\.py)::(test_\w+)`", line)
        assert named, line
        for file, name in named:
            assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8"), line


def test_the_threat_model_counts_the_payloads_as_they_are() -> None:
    every, free = (sum(map(len, columns.values())) for columns in (COLUMNS, FREE))
    tried, shown = every * len(PAYLOADS), free * len(SEEN)
    assert f"{len(PAYLOADS)} payloads of {len({*KIND.values()})} kinds" in MODEL
    assert f"{len(PAYLOADS) - len(SEEN)} hold what can't be seen" in MODEL
    assert f"Of {tried:,} cells {tried - shown:,} are refused and {shown} pass" in MODEL


# --- Pages.


@pytest.mark.parametrize("title", ["@style@ @policy@", "<style></style>", 'content=""'])
def test_a_title_cannot_move_the_policy_or_the_style(title: str) -> None:
    page = changes_page(Changes(title, title, (), ()))
    policy, shown, style = re.findall(
        r'content="(default-src[^"]*)"|<title>(.*)</title>|<style>(.+?)</style>',
        page,
        re.DOTALL,
    )
    assert escape(title) in shown[1]
    assert _hash(style[2]) in policy[0]
    assert page.count("default-src") == page.count("<style>") == 1


# --- Tables that are downloaded.


@pytest.mark.parametrize(
    "sign",
    [
        "=",
        "+",
        "-",
        "@",
        "\t=",
        "\r=",
        " =",
        "\uff1d",
        "\uff0b",
        "\uff0d",
        "\uff20",
        "p. 3;=",
        "p. 3; @",
    ],
)
def test_no_text_of_a_download_is_computed(sign: str) -> None:
    text = f"{sign}cmd|' /C calc'!A0"
    number = {"id": "a.b", "value": -0.5, "unit": "t", "text": text, "rows": ["fig-1"]}
    [row] = csv.DictReader(numbers_csv("x", [{"numbers": [number]}]).splitlines())
    assert (row["value"], row["text"]) == ("-0.5", cell_text(text))
    assert not re.search(r"(^|;)\s*[=+\-@\uff1d\uff0b\uff0d\uff20]", row["text"])


def test_processed_data_keep_what_was_printed(made: Made) -> None:
    project = made(
        [
            figure(
                measure="cocaine_output_change",
                unit="percent on the year before",
                printed="+53%",
                note="=1+1",
            )
        ]
    )
    build_processed(project)
    [row] = read_processed(project, "figures.csv").to_dict("records")
    assert (row["printed"], row["note"], row["value"]) == ("+53%", "=1+1", 53)


# --- Names and files.


@pytest.mark.parametrize("name", [
    '"con"', '"nul"', '"aux"', '"prn"', '"com1"', '"lpt9"', '".."', '"../x"', '"/etc"', '"a/b"', '"C:x"', '"a\\u0000"', '"p\\u0435ru"', '"per\\u00fa"', '"peru "', '"PERU"', '""', '".failed"', '"javascript:x"',
])  # fmt: skip
def test_no_name_of_a_report_leads_elsewhere(copy: Project, name: str) -> None:
    (copy.notebooks / "reports.toml").write_text(ENTRY.format(name))
    with pytest.raises(
        InputError,
        match=r"notebooks/reports\.toml: .*write \[name\] in lower case|TOML",
    ):
        read_catalogue(copy)


@pytest.mark.parametrize("entry", [
    'notebook = 5\nparameters = {}', 'notebook = "x.ipynb"\nparameters = 1', 'notebook = ["x.ipynb"]\nparameters = {}',
    'notebook = "x.ipynb"\nparameters = 1\ngrid = { end_year = [2020] }', 'notebook = "x.ipynb"\nparameters = []', 'notebook = "../x.ipynb"\nparameters = {}',
    'notebook = "x.ipynb"\nparameters = {}\nmore = 1', 'notebook = ""\nparameters = {}\nx = ' + "[" * 9999,
])  # fmt: skip
def test_a_catalogue_of_wrong_types_is_a_users_mistake(
    copy: Project, entry: str
) -> None:
    (copy.notebooks / "reports.toml").write_text(f"[x]\n{entry}")
    with pytest.raises(InputError, match=r"notebooks/reports\.toml"):
        read_catalogue(copy)


def test_a_catalogue_that_is_not_in_utf8_is_a_users_mistake(copy: Project) -> None:
    (copy.notebooks / "reports.toml").write_bytes(b"[x]\nnotebook = '\xff'")
    with pytest.raises(
        InputError, match=r"notebooks/reports\.toml: found .* write it as TOML in UTF-8"
    ):
        read_catalogue(copy)


def test_a_report_is_not_written_through_a_link(copy: Project, tmp_path: Path) -> None:
    from notebook_runner.batch import _put_in_place
    from notebook_runner.pool import Made as MadeReport

    (tmp_path / "elsewhere").mkdir()
    copy.reports.mkdir()
    (copy.reports / "peru").symlink_to(tmp_path / "elsewhere")
    [job] = jobs(copy, ["peru"])
    assert "is no folder; move it away" in _put_in_place(MadeReport(job, tmp_path))
    assert not [*(tmp_path / "elsewhere").iterdir()]


# --- What is sent to `verify`.


def test_a_link_in_a_copy_is_not_followed(project: Project, tmp_path: Path) -> None:
    secret, sent = tmp_path / "secret", tmp_path / "sent"
    for folder in (secret, sent / "reports" / "peru"):
        folder.mkdir(parents=True)
        (folder / "report.html").write_text(
            "of the sender" if folder != secret else "secret"
        )
    (sent / "reports" / "peru" / "numbers.csv").symlink_to(secret / "report.html")
    (sent / "reports" / "bolivia").symlink_to(secret)
    assert read_copies(project, [], str(sent), tmp_path) == {
        "peru": {"report.html": b"of the sender"}
    }


# --- The package.

UNSAFE = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "yaml",
    "ctypes.util",
}
NETWORK = {
    "urllib.request",
    "urllib3",
    "http",
    "requests",
    "httpx",
    "aiohttp",
    "socket",
    "ssl",
    "ftplib",
    "smtplib",
}
RUNS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "system",
    "popen",
    "read_pickle",
    "to_pickle",
    "unsafe_load",
    "query",
}


def imported(tree: ast.AST) -> set[str]:
    names = set[str]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {
                node.module,
                *(f"{node.module}.{alias.name}" for alias in node.names),
            }
    return names | {name.partition(".")[0] for name in names}


def called(tree: ast.AST) -> set[str]:
    names = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {getattr(name, "attr", getattr(name, "id", "")) for name in names}


def test_the_package_unpickles_nothing_asks_no_network_and_makes_no_code_of_text() -> (
    None
):
    assert imported(ast.parse("from urllib.request import urlopen")) & NETWORK
    for path in MODULES:
        tree = ast.parse(path.read_text("utf-8"))
        # The fork server finds its own socket, to take it away when its command ends.
        own = {"socket"} if path.name == "preload.py" else set()
        assert not imported(tree) & (UNSAFE | NETWORK) - own, path
        allowed = {"compile"} if "re.compile" in ast.unparse(tree) else set[str]()
        assert not called(tree) & RUNS - allowed, path
        assert not re.search(r"shell=True|\.connect\(", ast.unparse(tree)), path


# --- Processes.


def modes(*code: str) -> list[str]:
    ran = subprocess.run(
        [sys.executable, "-c", "\n".join(code)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return ran.stdout.split()


@pytest.mark.skipif(
    sys.platform != "linux", reason="there is a fork server on Linux only"
)
def test_the_socket_of_the_fork_server_is_private_to_its_user() -> None:
    code = [
        "import os",
        "from multiprocessing import forkserver",
        "from pathlib import Path",
        "forkserver.ensure_running()",
    ]
    code += [
        "at = Path(forkserver._forkserver._forkserver_address)",
        "print(*(oct(path.stat().st_mode & 0o777) for path in (at, at.parent)))",
    ]
    socket, folder = modes(*code)
    assert int(socket, 8) & 0o077 == 0
    assert folder == "0o700"


LISTENS = """import os
from pathlib import Path
mine = {os.readlink(path) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()}
for kind in ("tcp", "tcp6", "unix"):
    rows = [line.split() for line in Path(f"/proc/self/net/{kind}").read_text().splitlines()[1:]]
    listening = [row[6 if kind == "unix" else 9] for row in rows if row[3] in ("0A", "00010000")]
    print(kind, len([one for one in listening if f"socket:[{one}]" in mine]))"""


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_the_process_of_a_report_listens_to_nobody(
    copy: Project, tmp_path: Path
) -> None:
    path, scratch = copy.notebooks / "x.ipynb", tmp_path / "scratch"
    cells = [nbformat.v4.new_code_cell(LISTENS)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    scratch.mkdir()
    notebook = called_apart(execute, Job("x", path, {}, copy, HOOKS), scratch)
    assert notebook.cells[-1].outputs[0].text.split() == [
        "tcp",
        "0",
        "tcp6",
        "0",
        "unix",
        "0",
    ]


# --- What it stands on.


def test_each_locked_package_has_its_licence_listed() -> None:
    listed = re.findall(
        r"^\| (\S+) \| (\S+) \| (.+) \|$",
        (ROOT / "docs" / "licences.md").read_text("utf-8"),
        re.MULTILINE,
    )
    packages = {
        name: version
        for name, version, licence in listed
        if licence.strip("- ") and name not in ("package", "---")
    }
    assert packages == licences.locked()
    assert licences.licence("click") == "BSD-3-Clause"
