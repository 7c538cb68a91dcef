"""Reading the variance page as a person does: rows by name, cells by the column they stand under."""

from html.parser import HTMLParser

from budgets.measures import FIGURES, MEASURES

COLUMNS = (*FIGURES, *(measure.name for measure in MEASURES))


class VariancePage(HTMLParser):
    """The rows of all tables of the page: `rows[name][column]` is (text, title) of a cell."""

    def __init__(self, html):
        super().__init__()
        self.columns = []
        self.rows = {}
        self.order = []
        self._cells, self._name, self._tag, self._title = [], "", "", ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "table":
            self.columns = []
        if tag == "a" and found.get("href", "").startswith("?") and "sort=" in found["href"]:
            self._head(found["href"])
        if tag == "tr":
            self._cells, self._name = [], ""
        if tag in ("td", "th"):
            self._tag, self._text, self._title = (tag, "", found.get("title") or "")

    def _head(self, link):
        name = link.split("sort=")[1].split("&")[0].removeprefix("-")
        if name in COLUMNS:
            self.columns.append(name)

    def handle_data(self, data):
        if self._tag:
            self._text += data

    def handle_endtag(self, tag):
        if tag == "th":
            self._name = " ".join(self._text.split())
        if tag == "td":
            self._cells.append((self._text.strip(), self._title))
        if tag in ("td", "th"):
            self._tag = ""
        if tag == "tr" and self._cells:
            name = self._name.removesuffix("需说明").removesuffix("未说明").strip()
            assert len(self._cells) >= len(self.columns) == len(COLUMNS), (name, self.columns)
            self.rows.setdefault(name, dict(zip(self.columns, self._cells, strict=False)))
            self.order.append(name)
