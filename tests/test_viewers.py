"""What viewers of notebooks show of a chart and a table, by the order in which each takes the forms of an output."""

from html import escape
from typing import Any

import bleach
import nbformat
import pytest

from analysis import open_report
from analysis.display.numbers import MIME

REPORT = {"country": "Colombia", "agency": "us_government", "start_year": 2011, "end_year": 2021}  # fmt: skip
# VS Code's documented order of MIME types (notebook API, "mimeTypeDisplayOrder"), and JupyterLab's ranks of renderers.
# Neither application was tried in VS Code itself: it can't be run here.
VS_CODE = ("application/json", "application/javascript", "text/html", "image/svg+xml", "text/latex", "text/markdown", "image/png", "image/jpeg", "text/plain")  # fmt: skip
JUPYTERLAB = ("text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg", "text/plain")  # fmt: skip
# The elements that GitHub's html-pipeline allows (lib/html/pipeline/sanitization_filter.rb); all others lose their tags.
GITHUB = """
h1 h2 h3 h4 h5 h6 h7 h8 br b i strong em a pre code img tt div ins del sup sub p ol ul table thead tbody tfoot
blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th s strike summary details
""".split()


def outputs_of(name: str, *arguments: str) -> list[dict[str, Any]]:
    """The forms of each output that a cell would have."""
    shown = getattr(open_report(**REPORT), name)(*arguments)
    own = [shown._caption()] if hasattr(shown, "_caption") else []
    return [*own, shown._repr_mimebundle_()]


@pytest.mark.parametrize("order", [VS_CODE, JUPYTERLAB], ids=["vs code", "jupyterlab"])
def test_a_chart_is_its_words_and_then_its_picture(order: tuple[str, ...]) -> None:
    shown = [
        next(form for form in order if form in forms)
        for forms in outputs_of("chart", "coca_area")
    ]
    assert shown == ["text/html", "image/png"]


def test_no_markup_of_an_output_needs_a_drawing_or_a_script() -> None:
    for call in (("chart", "coca_area"), ("coverage",), ("headline",)):
        for forms in outputs_of(*call):
            html = forms.get("text/html", "")
            assert not any(
                tag in html for tag in ("<svg", "<script", "<style", "style=")
            )


def test_under_githubs_rules_words_and_tables_stay() -> None:
    caption, _ = outputs_of("chart", "coca_area")
    [table] = outputs_of("coverage")
    clean = [
        bleach.clean(forms["text/html"], tags=GITHUB, strip=True)
        for forms in (caption, table)
    ]
    assert all(
        line in bleach.clean(clean[0], tags=[], strip=True).replace("&amp;", "&")
        for line in caption["text/plain"].splitlines()
    )
    assert clean[1].count("<tr>") == len(table[MIME]["data"]["rows"]) + 1


def test_a_picture_carries_its_description(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda *forms, **how: calls.append((forms, how))
    )
    chart = open_report(**REPORT).chart("coca_area")
    chart._ipython_display_()
    _, (forms, how) = calls
    assert how["metadata"]["image/png"]["alt"] == chart.alt.text
    assert forms[0]["text/plain"] == chart.alt.text


def test_stock_nbconvert_shows_words_and_picture() -> None:
    from nbconvert import HTMLExporter

    chart = open_report(**REPORT).chart("coca_area")
    about = {"image/png": {"alt": chart.alt.text, "width": 600}}
    outputs = [
        nbformat.v4.new_output("display_data", chart._caption()),
        nbformat.v4.new_output(
            "display_data", chart._repr_mimebundle_(), metadata=about
        ),
    ]
    cell = nbformat.v4.new_code_cell("report.chart()", outputs=outputs)
    html, _ = HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    assert "data:image/png;base64," in html
    # It leaves the description out; the words above the picture are there.
    assert escape(chart.subtitle) in html
