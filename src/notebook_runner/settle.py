"""An executed notebook, settled: two runs of it are the same."""

import re
from typing import Any

from nbconvert.preprocessors.coalescestreams import CoalesceStreamsPreprocessor

from notebook_runner.catalogue import Job
from notebook_runner.errors import ReportFailed

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]{6,}")
INJECTED = "injected-parameters"


def settle(notebook: Any, job: Job) -> Any:
    """Take clocks, paths, versions and random ids out of an executed notebook, in place; keep the job's parameters.

    Raises ReportFailed if an output shows an object's address, which no two runs share.
    """
    notebook.metadata = {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        "notebook_runner": {
            "report": job.name,
            "notebook": job.notebook.name,
            "parameters": job.parameters,
        },
    }
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if INJECTED in tags:
            cell.id = INJECTED
        if cell.cell_type == "code":
            CoalesceStreamsPreprocessor().preprocess_cell(
                cell, {}, 0
            )  # one print may arrive as two
            cell.outputs = [_settle_output(output, job.name) for output in cell.outputs]
    return notebook


def _settle_output(output: Any, name: str) -> Any:
    texts = [
        output.get("text", ""),
        *(str(part) for part in output.get("data", {}).values()),
    ]
    if any(_ADDRESS.search(text) for text in texts):
        raise ReportFailed(
            f"{name}: an output shows an object's address; show a table, a chart or a sentence instead"
        )
    if "metadata" in output:
        output.metadata = {}
    return output
