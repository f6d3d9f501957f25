"""Run notebooks without a kernel and print their numbers: a script that works with the code of any commit.

It relies on the verb `clean`, a cell tagged `parameters`, and the MIME type of a cell's last line alone.
"""

import ast
import json
import sys
from pathlib import Path
from typing import Any


def numbers_shown(notebook: Path, parameters: dict[str, Any], mime: str) -> dict[str, list[Any]]:
    """Value, unit and text of every number that the cells show, by id, with the parameters in place of the notebook's."""
    space: dict[str, Any] = {"__name__": "__main__"}
    shown: dict[str, list[Any]] = {}
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    for cell in (cell for cell in cells if cell["cell_type"] == "code"):
        output: dict[str, Any] = getattr(_last_value("".join(cell["source"]), space), "_repr_mimebundle_", dict)()
        if "parameters" in cell["metadata"].get("tags", []):
            space.update(parameters)
        for number in output.get(mime, {"numbers": []})["numbers"]:
            entry = [number[name] for name in ("value", "unit", "text")]
            if shown.setdefault(number["id"], entry) != entry:
                raise ValueError(f"two numbers are called {number['id']}")
    return shown


def _last_value(source: str, space: dict[str, Any]) -> Any:
    """Run a cell; the value of its last line, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space) if isinstance(last, ast.Expr) else None


def _answer(notebook: str, parameters: dict[str, Any], mime: str) -> dict[str, list[Any]] | str:
    try:
        return numbers_shown(Path(notebook), parameters, mime)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"


if __name__ == "__main__":
    from analysis.cli import main

    main(["clean"], standalone_mode=False)  # or else click would end this script with its command
    # The numbers of each notebook, or its error as a text; the last line on stdout.
    print("\n" + json.dumps([_answer(*job) for job in json.loads(sys.argv[1])]))
