"""The real `make lab`, in a browser, on a copy of the notebooks."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).parents[1]
# What a user may have set for all of Jupyter; none of it may reach this project's.
CARELESS = "c.IdentityProvider.token = ''\nc.ServerApp.ip = '0.0.0.0'\n"
SLOW = 60_000  # milliseconds, on a machine that does much else
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("lab")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy that a browser may save in, with the environment of this checkout."""
    subprocess.run(["sh", "requirements/setup.sh", "lab"], cwd=ROOT, check=True)
    folder = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "requirements"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Makefile", folder)
    (folder / "requirements" / "setup.sh").write_text("exit 0\n", "utf-8")
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".jupyter").mkdir()
    (folder / ".jupyter" / "jupyter_server_config.py").write_text(CARELESS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """Where the server says that it can be opened."""
    root = " --allow-root" if os.geteuid() == 0 else ""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["make", "lab", f"LAB=--no-browser --port={port}{root}"]
    environment = {**os.environ, "HOME": str(folder)}
    said = folder / "said.txt"
    with said.open("w") as file:
        server = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stderr=file,
            stdout=file,
            start_new_session=True,
        )
    try:
        while not (
            found := re.search(
                rf"http://127\.0\.0\.1:{port}/\S+token=\w+", said.read_text("utf-8")
            )
        ):
            assert server.poll() is None, said.read_text("utf-8")
            time.sleep(0.2)
        yield found[0]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)


@pytest.fixture(scope="module")
def lab(browser: "Browser", address: str) -> Iterator["Page"]:
    """The notebook that Lab opens on, all its cells run."""
    page = browser.new_page(viewport={"width": 1300, "height": 3000})
    page.set_default_timeout(SLOW)
    page.goto(address)
    page.locator(".jp-Notebook:visible .jp-CodeCell").first.wait_for()
    page.get_by_text("Python 3 (ipykernel) | Idle").first.wait_for()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.locator(".jp-CodeCell .jp-InputPrompt").last.filter(
        has_text=re.compile(r"\[\d+\]")
    ).wait_for()
    yield page
    page.close()


def type_in_new_cell(page: "Page", code: str) -> "Locator":
    page.locator(".jp-Notebook-footer").click()
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.type(code)
    return cell


def shown_by(page: "Page", code: str) -> str:
    """What a new last cell shows once it has run."""
    cell = type_in_new_cell(page, code)
    page.keyboard.press("Control+Enter")
    cell.locator(".jp-InputPrompt").filter(has_text=re.compile(r"\[\d+\]")).wait_for()
    return cell.locator(".jp-OutputArea").inner_text().strip()


def test_lab_answers_on_this_machine_only_and_by_its_token(address: str) -> None:
    port = int(address.split(":")[2].split("/")[0])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"http://127.0.0.1:{port}/api/contents", timeout=60)
    assert re.search(r"\?token=\w{40,}$", address)


def test_lab_opens_on_the_first_notebook_and_runs_it(lab: "Page") -> None:
    assert (
        lab.locator(".lm-mod-current .lm-TabBar-tabLabel")
        .get_by_text("00_start_here.ipynb")
        .count()
    )
    assert lab.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    assert lab.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert lab.locator(".jp-OutputArea-output table").count() == 1
    assert lab.get_by_text("Jupyter news").count() == 0
    assert lab.locator(".Toastify__toast").count() == 0


def test_the_lists_of_explore_change_its_chart(lab: "Page") -> None:
    title = lab.locator(".jp-OutputArea p strong").first
    picture = lab.locator(".jp-OutputArea img").first
    before, drawn = title.inner_text(), picture.get_attribute("src")
    lab.get_by_label("agency").select_option("unodc")
    title.filter(has_not_text=before).wait_for()
    assert picture.get_attribute("src") != drawn
    assert picture.evaluate("image => image.naturalWidth") > 0


def test_a_wrong_word_is_answered_in_one_line(lab: "Page") -> None:
    shown = shown_by(
        lab, "import analysis; analysis.series('coca_area', 'Colombiaa', 'unodc')"
    )
    assert shown == "parameter: place: found 'Colombiaa'; did you mean 'Colombia'?"


def test_names_complete_and_help_is_the_docstring(lab: "Page") -> None:
    shown_by(lab, "import analysis; analysis.__version__")
    cell = type_in_new_cell(lab, "analysis.ser")
    for _ in range(20):  # Lab gives up after a second, which a busy machine may need
        lab.keyboard.press("Tab")
        lab.wait_for_timeout(1_000)
        if "analysis.series" in cell.locator(".cm-content").inner_text():
            break
    assert cell.locator(".cm-content").inner_text() == "analysis.series"
    shown = shown_by(lab, "analysis.series?")
    assert (
        "One figure a calendar year: that of the newest release seen on a day." in shown
    )


def test_tables_show_themselves(lab: "Page") -> None:
    assert "972" in shown_by(
        lab, "analysis.series('cocaine_output', 'Colombia', 'us_government').tail(3)"
    )
