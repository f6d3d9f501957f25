"""A project of the frozen figures of tests/frozen, cleaned. Run: python tests/freezing.py FOLDER."""

import shutil
import sys
from pathlib import Path

from analysis.cleaning.processed import build_processed
from notebook_runner.project import Project

ROOT = Path(__file__).parents[1]
FROZEN = ROOT / "tests" / "frozen"


def make_frozen(root: Path) -> Project:
    """Figures and reports.toml are the frozen ones; notebooks and all else are this checkout's."""
    for folder in ("notebooks", "requirements", "docs", "src"):
        shutil.copytree(
            ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(FROZEN / "reports.toml", root / "notebooks" / "reports.toml")
    shutil.copytree(FROZEN / "data" / "raw", root / "data" / "raw")
    build_processed(Project(root))
    return Project(root)


if __name__ == "__main__":
    make_frozen(Path(sys.argv[1]))
