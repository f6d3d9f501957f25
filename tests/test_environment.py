import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
SETS = ["run", "test", "lab"]


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def locked(name: str) -> dict[str, str]:
    return dict(
        re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)", lock(name), re.MULTILINE)
    )


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^a-z0-9-]", requirement)[0] for requirement in requirements}


def conda() -> dict[str, str]:
    pins = [
        entry
        for entry in CONDA["dependencies"]
        if isinstance(entry, str) and entry != "pip"
    ]
    return dict(pin.split("=", 1) for pin in pins)


def test_each_locked_package_has_one_version() -> None:
    for name in SETS:
        packages = re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==", lock(name), re.MULTILINE)
        assert len(packages) == len(set(packages)) > 50


@pytest.mark.parametrize("name", SETS)
def test_each_locked_package_has_a_hash(name: str) -> None:
    entries = re.split(r"^(?=\S)", lock(name), flags=re.MULTILINE)
    packages = [entry for entry in entries if entry and not entry.startswith("#")]
    assert [entry for entry in packages if "--hash=sha256:" not in entry] == []
    assert len(packages) == len(locked(name))


@pytest.mark.parametrize("name", SETS)
def test_locks_name_no_registry(name: str) -> None:
    assert re.findall(r"https?:|--(?:extra-)?index-url|--find-links", lock(name)) == []


@pytest.mark.parametrize("name", ["test", "lab"])
def test_all_that_reports_run_on_has_the_same_version_in_every_set(name: str) -> None:
    assert locked("run").items() <= locked(name).items()


@pytest.mark.parametrize(
    ("group", "name"), [("build", "run"), ("test", "test"), ("lab", "lab")]
)
def test_each_group_is_locked(group: str, name: str) -> None:
    assert names(PROJECT["dependency-groups"][group]) <= locked(name).keys()


def test_each_dependency_is_locked() -> None:
    assert names(PROJECT["project"]["dependencies"]) <= locked("run").keys()


def test_the_build_backend_is_the_locked_one() -> None:
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


def test_set_up_accepts_the_pythons_that_the_project_states() -> None:
    setup = (ROOT / "requirements" / "setup.sh").read_text(encoding="utf-8")
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.15"
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in setup


def test_conda_names_each_dependency_in_its_locked_version() -> None:
    versions = locked("test") | locked("lab")
    pins = conda()
    assert pins.pop("python") == "3.13"
    assert pins == {name: versions[name.replace("_", "-")] for name in pins}
    assert names(PROJECT["project"]["dependencies"]) <= {
        name.replace("_", "-") for name in pins
    }
    assert {"jupyterlab", "nbval", "pytest"} <= pins.keys()


def test_conda_installs_the_project_itself() -> None:
    assert CONDA["dependencies"][-1] == {"pip": ["-e ."]}
