import ast
import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from papermill import inspect_notebook

from notebook_runner.parameters import declared_parameters

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def cells(path: Path) -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text("utf-8"))
    return [{**cell, "source": "".join(cell["source"])} for cell in notebook["cells"]]


def code(path: Path) -> list[dict[str, Any]]:
    return [cell for cell in cells(path) if cell["cell_type"] == "code"]


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.stem)
def notebook(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_a_source_notebook_holds_no_outputs(notebook: Path) -> None:
    assert all(
        cell["outputs"] == [] and cell["execution_count"] is None
        for cell in code(notebook)
    )


def test_every_code_cell_comes_after_prose(notebook: Path) -> None:
    kinds = [cell["cell_type"] for cell in cells(notebook)]
    assert kinds[0] == "markdown"
    assert all(
        before == "markdown" for before, kind in pairwise(kinds) if kind == "code"
    )


def test_cells_are_short_and_call_the_package_only(notebook: Path) -> None:
    for cell in code(notebook):
        nodes = list(ast.walk(ast.parse(cell["source"])))
        assert len(cell["source"].splitlines()) <= 15
        assert not any(
            isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.For, ast.While))
            for node in nodes
        )
        imports = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
        assert all(module == "analysis" for module in imports)
        assert not any(isinstance(node, ast.Import) for node in nodes)


def test_no_number_or_year_is_typed_in_prose(notebook: Path) -> None:
    prose = [
        cell["source"] for cell in cells(notebook) if cell["cell_type"] == "markdown"
    ]
    assert not [text for text in prose if re.search(r"\d", text)]


def test_no_number_is_typed_in_code_but_in_the_parameters(notebook: Path) -> None:
    for cell in code(notebook):
        if "parameters" not in cell["metadata"].get("tags", []):
            constants = [
                node.value
                for node in ast.walk(ast.parse(cell["source"]))
                if isinstance(node, ast.Constant)
            ]
            assert not [
                value
                for value in constants
                if isinstance(value, (int, float)) or re.search(r"\d", str(value))
            ]


def test_ids_of_cells_are_stable_names(notebook: Path) -> None:
    ids = [cell["id"] for cell in cells(notebook)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", id) for id in ids)


def test_papermill_shows_each_parameter_with_type_default_unit_and_meaning(
    notebook: Path,
) -> None:
    shown, declared = inspect_notebook(str(notebook)), declared_parameters(notebook)
    assert list(shown) == list(declared)
    for name, parameter in declared.items():
        told = shown[name]
        assert (told["inferred_type_name"], told["help"]) == (
            parameter.type.__name__,
            parameter.meaning,
        )
        assert ast.literal_eval(told["default"]) == parameter.default
        assert parameter.type is not int or re.search(
            r"\b(year|years)\b", parameter.meaning
        )
