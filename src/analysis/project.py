"""Where the project's folders are. Nothing else in the package knows a path."""

import os
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import InputError

ROOT_VARIABLE = "ANALYSIS_PROJECT"


@dataclass(frozen=True)
class Project:
    """One checkout of the project, by the folder that holds `data`, `notebooks` and `reports`."""

    root: Path

    @property
    def raw(self) -> Path:
        """What was printed; written by people, and for them by `analysis.cleaning.amending` only."""
        return self.root / "data" / "raw"

    @property
    def processed(self) -> Path:
        """What passed the gate; written by `analysis.cleaning.processed` only."""
        return self.root / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """Source notebooks, without outputs."""
        return self.root / "notebooks"

    @property
    def reports(self) -> Path:
        """Executed reports; written by `analysis.reporting.run` only."""
        return self.root / "reports"

    @property
    def package(self) -> Path:
        """The code that cleans and reports."""
        return self.root / "src" / "analysis"

    @property
    def lock(self) -> Path:
        """The versions, with hashes, of all that the reports run on."""
        return self.root / "requirements" / "run.txt"

    def name(self, path: Path) -> str:
        """The path as messages and outputs print it: relative to the root, with slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def here() -> Project:
    """The checkout that `ANALYSIS_PROJECT` names, or that this package lies in; InputError if it holds no `data/raw`."""
    root = Path(os.environ.get(ROOT_VARIABLE) or Path(__file__).resolve().parents[2])
    if not (root / "data" / "raw").is_dir():
        raise InputError([f"{root}: no data/raw here; set {ROOT_VARIABLE} to a checkout of the project"])
    return Project(root)
