import hashlib
from pathlib import Path

import nbformat
import pytest

from analysis.site.overview import index_page
from analysis.site.reviews import read_reviews
from notebook_runner.errors import InputError
from notebook_runner.project import Project

ENTRY = """
[[review]]
report = "peru"
reviewer = "A. Reviewer"
date = 2026-01-31
sha256 = "{hash}"
decision = "changes wanted"
remark = "Name <the> source."
"""


@pytest.fixture
def reviewed(tmp_path: Path) -> Project:
    """A project with a report of one cell, and one decision on it as it is."""
    folder = tmp_path / "reports" / "peru"
    folder.mkdir(parents=True)
    cell = nbformat.v4.new_markdown_cell("# What?", id="question")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), folder / "report.ipynb")
    (folder / "provenance.json").write_text('{"parameters": {}}')
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "reports.toml").touch()
    digest = hashlib.sha256((folder / "report.ipynb").read_bytes()).hexdigest()
    (tmp_path / "reports" / "reviews.toml").write_text(ENTRY.format(hash=digest))
    return Project(tmp_path)


def test_the_index_shows_a_decision_until_the_report_changes(reviewed: Project) -> None:
    said = "changes wanted by A. Reviewer, 2026-01-31: Name &lt;the&gt; source.</p>"
    assert f"<p>{said}" in index_page(reviewed)
    with (reviewed.reports / "peru" / "report.ipynb").open("a") as file:
        file.write("\n")
    assert f"<p>Stale, the report has changed since: {said}" in index_page(reviewed)
    (reviewed.reports / "reviews.toml").unlink()
    assert "No report has been reviewed." in index_page(reviewed)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"peru"', '"pery"', "review 1, report: found 'pery'; write one of: peru"),
        (
            "A. Reviewer",
            " ",
            "review 1, reviewer: found ' '; write the reviewer's name",
        ),
        (
            "2026-01-31",
            '"2026-01-31"',
            "review 1, date: found '2026-01-31'; write a date without quotes, such as 2026-01-31",
        ),
        (
            "2026-01-31",
            "2026-01-31T10:00:00",
            "review 1, date: found '2026-01-31 10:00:00'; write a date",
        ),
        ('sha256 = "', 'sha256 = "0', "review 1, sha256: found "),
        (
            "changes wanted",
            "fine",
            "review 1, decision: found 'fine'; write one of: approved, changes wanted, rejected",
        ),
        (
            "remark = ",
            "remarks = ",
            "review 1, remark: found 'nothing'; write a text, which may be empty",
        ),
        (
            "remark = ",
            "remarks = ",
            "review 1, remarks: found 'Name <the> source.'; is no key of a review",
        ),
        (
            "[[review]]",
            "[[reviews]]",
            "reports/reviews.toml: found 'reviews'; every entry begins with [[review]]",
        ),
        (
            "[[review]]",
            "[review]",
            "reports/reviews.toml: found 'review'; every entry begins with [[review]]",
        ),
        ("[[review]]", "[[review", "write it as TOML in UTF-8"),
    ],
)
def test_a_faulty_decision_is_refused_with_entry_and_key(
    reviewed: Project, old: str, new: str, message: str
) -> None:
    path = reviewed.reports / "reviews.toml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError) as error:
        read_reviews(reviewed)
    assert message in str(error.value)


@pytest.mark.live
def test_the_decisions_of_the_project_can_be_read(project: Project) -> None:
    assert all(isinstance(review["stale"], bool) for review in read_reviews(project))
