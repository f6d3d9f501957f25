"""List the licences of all that the reports run on, as each package states its own: writes docs/licences.md.

python harnesses/licences.py
"""

import re
from collections.abc import Iterator
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Of other systems and other versions of Python: read once in the package of the version locked then.
ELSEWHERE = {
    "aiohappyeyeballs": "PSF-2.0", "aiohttp": "Apache-2.0 AND MIT", "aiosignal": "Apache 2.0", "appnope": "BSD-2-Clause",
    "cffi": "MIT-0", "colorama": "BSD License", "frozenlist": "Apache-2.0", "multidict": "Apache-2.0",
    "propcache": "Apache-2.0", "pycparser": "BSD-3-Clause", "yarl": "Apache-2.0",
}  # fmt: skip
HEAD = """# Licences

Of the packages in `requirements/run.txt`, as each states its own; `python harnesses/licences.py` writes this page. The project's
own are in `LICENSE` (code) and `data/LICENSE` (data).

| package | version | licence |
|---|---|---|
"""
_LONG = 60  # characters: a licence's whole text is no name


def locked() -> dict[str, str]:
    """The version of each package in the lock."""
    text = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[\w+\])?==(\S+)", text, re.MULTILINE))


def licence(package: str) -> str:
    """What a package says of its licence: an SPDX expression, a short name, or its classifiers."""
    try:
        said = metadata(package)
    except PackageNotFoundError:
        return ELSEWHERE.get(package, "")
    return next(filter(None, _words(said)), "")


def _words(said: PackageMetadata) -> Iterator[str]:
    expression, short = (
        (said.get_all(field) or [""])[0].strip()
        for field in ("License-Expression", "License")
    )
    yield expression
    yield (
        short if len(short) < _LONG and "\n" not in short and short != "UNKNOWN" else ""
    )
    listed = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    yield " AND ".join(listed)


def page() -> str:
    """The page, a line a package."""
    return HEAD + "".join(
        f"| {name} | {version} | {licence(name)} |\n"
        for name, version in sorted(locked().items())
    )


if __name__ == "__main__":
    (ROOT / "docs" / "licences.md").write_text(page(), "utf-8", newline="\n")
