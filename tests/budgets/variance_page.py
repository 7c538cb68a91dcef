"""Reading the variance page as a person does: rows by name, cells by the column they stand under."""

from html.parser import HTMLParser

from budgets.measures import FIGURES, FIVE_FIGURE_MEASURES

COLUMNS = (*FIGURES, *(measure.name for measure in FIVE_FIGURE_MEASURES))


class VariancePage(HTMLParser):
    """The tables of the page: `rows[name][column]` is (text, title) of a cell, of the first row of that name.

    `tables[caption]` has the same by table, `reasons[name]` the reason under a row, `ratios[name]` the text
    of a ratio's cells, and `order` the names as they come.
    """

    def __init__(self, html):
        super().__init__()
        self.columns, self.order = [], []
        self.rows, self.tables, self.reasons, self.ratios = {}, {}, {}, {}
        self._cells, self._name, self._tag, self._title, self._caption = [], "", "", "", ""
        self._classes = self._last = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "table":
            self.columns, self._caption = [], ""
        if tag == "caption":
            self._tag, self._text = tag, ""
        if tag == "a" and (found.get("href") or "").startswith("?") and "sort=" in found["href"]:
            self._head(found["href"])
        if tag == "tr":
            self._cells, self._classes = [], found.get("class") or ""
        if tag == "th":
            self._name = ""
        if tag in ("td", "th"):
            self._tag, self._text, self._title = (tag, "", found.get("title") or "")
        if tag == "textarea":
            self._tag, self._text = tag, ""

    def _head(self, link):
        name = link.split("sort=")[1].split("&")[0].removeprefix("-")
        if name in COLUMNS:
            self.columns.append(name)

    def handle_data(self, data):
        if self._tag:
            self._text += data

    def handle_endtag(self, tag):
        if tag == "caption":
            self._caption = self._text.split("单位")[0].split("看代入的数")[0].strip()
        if tag == "textarea":
            self.reasons[self._last] = self._text.strip()
        if tag == "th":
            self._name = " ".join(self._text.split())
        if tag == "td":
            self._cells.append((self._text.strip(), self._title))
        if tag in ("td", "th", "caption", "textarea"):
            self._tag = ""
        if tag == "tr" and self._cells:
            self._row()

    def _row(self):
        if "reason-row" in self._classes:
            self.reasons.setdefault(self._last, " ".join(self._cells[0][0].removeprefix("差异原因").split()))
            return
        name = self._last = self._name.removesuffix("需说明").removesuffix("未说明").strip()
        if self._caption == "比率":
            self.ratios[name] = [text for text, _ in self._cells]
            return
        if len(self._cells) < len(COLUMNS):
            return  # a table that says it is empty
        assert len(self._cells) == len(self.columns) == len(COLUMNS), (name, self.columns)
        row = dict(zip(self.columns, self._cells, strict=True))
        self.rows.setdefault(name, row)
        self.tables.setdefault(self._caption, {})[name] = row
        self.order.append(name)
