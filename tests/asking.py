"""What a report asks of the data, without a run: its cells are run in this process."""

from typing import Any
from unittest.mock import patch

import nbformat

from analysis.display.outputs import Picture
from notebook_runner.catalogue import Job


def asked_by(job: Job) -> list[str]:
    """The questions of a report's cells, as its run would note them; nothing is drawn."""
    notebook = nbformat.read(job.notebook, 4)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    space = dict[str, Any]({"__name__": "__main__"})
    nothing_drawn = patch(
        "analysis.display.drawing.picture", return_value=Picture("", b"")
    )
    with job.hooks.record(job.project) as asked, nothing_drawn:
        for cell in cells:
            exec(cell.source, space)
            if "parameters" in cell.metadata.get("tags", []):
                space.update(job.parameters)
    return asked()
