"""What a page holds, read as markup: its ids, its links, and the cells of its tables by row."""

from html.parser import HTMLParser
from pathlib import Path


class Markup(HTMLParser):
    """The ids and links of a page, and of every row with an id the texts of its cells."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.rows: dict[str, list[str]] = {}
        self.row: list[str] = []
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        if tag == "tr":
            self.row = self.rows.setdefault(given.get("id", ""), [])
        if tag in ("td", "th"):
            self.row.append("")

    def handle_endtag(self, tag: str) -> None:
        self.row = [] if tag == "table" else self.row

    def handle_data(self, data: str) -> None:
        if self.row:
            self.row[-1] += data.strip()
