import re
from pathlib import Path

import pytest
from dictionary import data_dictionary

from analysis.site.reviews import read_reviews
from notebook_runner.project import Project

ROOT = Path(__file__).parents[1]
TEXTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
pytestmark = pytest.mark.live


def test_the_dictionary_is_made_from_the_datapackage(project: Project) -> None:
    assert (ROOT / "docs" / "data_dictionary.md").read_text("utf-8") == data_dictionary(
        project
    )


def test_the_readmes_tree_is_the_real_one() -> None:
    tree = re.search(
        r"```text\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL
    )
    assert tree
    named = [line.split()[0] for line in tree[1].splitlines() if line.strip()]
    assert all((ROOT / path).exists() for path in named)
    for folder in ("data", "src/analysis"):
        kept = [
            path
            for path in (ROOT / folder).iterdir()
            if path.is_dir() and path.name != "__pycache__"
        ]
        assert {f"{folder}/{path.name}/" for path in kept} <= set(named)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: path.name)
def test_every_link_and_command_leads_somewhere(text: Path) -> None:
    content = text.read_text("utf-8")
    for target in re.findall(r"\]\((?!https?://)([^)#]+)\)", content):
        assert (text.parent / target).exists(), target
    verbs = "".join(
        path.read_text("utf-8")
        for path in (ROOT / "src" / "analysis" / "cli").glob("*.py")
    )
    for verb in re.findall(r"python -m analysis (\w+)", content):
        assert f"def {verb}(" in verbs or f'command("{verb}")' in verbs, verb
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"`make (\w+)`", content):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_every_item_of_the_rap_checklists_has_evidence_that_is_there() -> None:
    content = (ROOT / "docs" / "rap.md").read_text("utf-8")
    tables = [
        re.findall(r"^\| (\d+) \| .+ \| (.+) \| (.+) \|$", part, re.MULTILINE)
        for part in content.split("\n## ")
    ]
    assert [len(rows) for rows in tables] == [0, 7, 5, 9, 4]
    for _, state, evidence in (row for rows in tables for row in rows):
        assert state in ("met", "partly", "not met")
        assert evidence.endswith(".")
    named = [
        name
        for name in re.findall(r"`([\w./-]+)`", content)
        if re.search(r"[./]", name)
    ]
    assert len(named) > 30
    assert [
        name
        for name in named
        if not (ROOT / name).exists() and name not in ("numbers.csv", "provenance.json")
    ] == []


def test_no_review_is_claimed_that_is_not_there() -> None:
    reviewed = bool(read_reviews(Project(ROOT)))
    assert ("is empty" in (ROOT / "docs" / "rap.md").read_text("utf-8")) is not reviewed
