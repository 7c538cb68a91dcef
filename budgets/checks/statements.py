"""What sentences state with figures: levels, changes against a base, shares and completions.

Pure. A level is an amount of something in a year; what it is, is the words before it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from budgets.checks.reading import Kind, Quantity, quantities, sentences

UP = ("增加", "增长", "上升", "提高", "增", "升")
_WORD = "增加|增长|上升|提高|减少|下降|降低|压减|压缩|增|减|升|降"
_CHANGE = re.compile(rf"(?P<word>{_WORD})(?:了|额|率|幅度|幅|比例|金额|数|为|约|：|:| )*$")
_AND_A_RATE = re.compile(
    r"[，、（( ]*(?:相比较?|同比|[比较与]上年度?(?:决算|预算)?(?:数)?(?:相比)?|幅度|变动|即)*"
    rf"(?:{_WORD})(?:了|率|幅度|幅|比例|为|约|：| )*"
)
"""Between the amount of a change and its rate; other words speak of something else."""
_COMPLETES = re.compile(
    r"(?P<base>年初|全年|调整后?|年度)?(?:的)?预算(?:数|总额)?的 *$"
    r"|(?P<rate>预算执行率|执行率)(?:为|达到?|是|：)*$"
)
_SHARES = re.compile(r"占(?P<whole>[^，；：]*?)(?:的比例|的比重|比例|比重|比|的)?(?:为|约|达)*$")
_BOUNDARY = re.compile(r"[，；：、（）,;:\n。]")
_YEAR_WORD = re.compile(r"上年|去年|上一年|本年|今年|当年")
_PAST = re.compile(r"上一?年|去年")
_COMPARISON = re.compile(r"[比较与同][^，；：]*")
_IN_BRACKETS = re.compile(r"[（(][^（）()\d]*[）)]")
_NOT_THE_SUBJECT = re.compile(
    r"(?:19|20)\d\d *年度?|上一?年度?|去年|本年度?|今年|当年度?|全年|年初|年末|年度|调整后|批复|编制"
    r"|财政拨款(?=基本|项目)|决算|预算|执行|实际|完成|总计|合计|总额|总数|共计|支付|金额|总(?=[支收])|其中"
    r"|[共数为是约达的比较与由从 ]"
)
_FUND_NAMES = re.compile(r"一般公共预算|政府性基金预算|国有资本经营预算|社会保险基金预算|财政预算内")


class Basis:
    """What a level is of: the budget at first, the budget as adjusted, or what was spent; "" where unsaid."""

    INITIAL = "initial_budget"
    REVISED = "revised_budget"
    BUDGET = "budget"
    """A budget of which it is not said which."""
    FINAL = "outturn"
    UNSAID = ""


@dataclass(frozen=True, slots=True)
class Level:
    """An amount of something: what, of which year, of which basis. `label` is what is written."""

    quantity: Quantity
    subject: str
    label: str
    year: int
    basis: str

    @property
    def value(self) -> Decimal:
        """In yuan."""
        return self.quantity.value


@dataclass(frozen=True, slots=True)
class Change:
    """A stated change: an amount, a rate or both. `words` are those of its direction, `before` its clause."""

    amount: Quantity | None
    rate: Quantity | None
    words: tuple[str, ...]
    before: str
    start: int
    end: int

    @property
    def signs(self) -> set[int]:
        """Which way it says the figure went; both where it contradicts itself."""
        return {1 if word in UP else -1 for word in self.words}

    @property
    def is_to_the_budget(self) -> bool:
        """Whether it is against the budget of the same year."""
        return "预算" in self.before and not re.search("上年|去年|同比", self.before)


@dataclass(frozen=True, slots=True)
class Part:
    """A rate that says which part of a whole, or of a budget, a level is."""

    rate: Quantity
    level: Level | None
    """The level it is said of: the last before it."""
    whole: str
    """What it is a part of, in words; "年初", "全年", "" of a budget."""


@dataclass(frozen=True, slots=True)
class Stated:
    """Everything one sentence states with amounts, in its order; places are those of the text."""

    text: str
    start: int
    end: int
    levels: list[Level]
    changes: list[Change]
    shares: list[Part]
    completions: list[Part]


@lru_cache(maxsize=64)
def statements(text: str, year: int) -> tuple[Stated, ...]:
    """Read a half-width text of the report of a year, sentence by sentence; several checks ask in a row."""
    return tuple(_Reader(each.text, each.start, year).read() for each in sentences(text))


class _Reader:
    """Reads one sentence from left to right."""

    def __init__(self, text: str, start: int, year: int):
        self.text, self.start, self.report_year = text, start, year
        self.year, self.basis, self.seen = year, Basis.UNSAID, 0
        self.found = Stated(text, start, start + len(text), [], [], [], [])

    def read(self) -> Stated:
        previous: Quantity | None = None
        for each in quantities(self.text):
            label = self._label(each, previous)
            self._note_year(each)
            if each.kind in (Kind.AMOUNT, Kind.PERCENT):
                self._take(each, label)
                previous = each
        return self.found

    def _label(self, quantity: Quantity, previous: Quantity | None) -> str:
        """The words right before a number, back to the last mark or number."""
        first = previous.end if previous else 0
        before = self.text[first : quantity.start]
        return _BOUNDARY.split(_IN_BRACKETS.sub("", before).rstrip("：: "))[-1]

    def _note_year(self, quantity: Quantity) -> None:
        """Keep the year and the basis that were said last before a number; those of a comparison pass."""
        words = _COMPARISON.sub("", self.text[self.seen : quantity.start])
        for found in _YEAR_WORD.finditer(words):
            self.year = self.report_year - (1 if _PAST.search(found[0]) else 0)
        self.basis = basis(words) or self.basis
        if quantity.kind is Kind.YEAR:
            self.year = int(quantity.value)
        self.seen = quantity.end

    def _take(self, each: Quantity, label: str) -> None:
        quantity = _moved(each, self.start)
        if change := _CHANGE.search(label):
            self._take_change(quantity, label, change["word"])
        elif each.kind is Kind.AMOUNT:
            level = Level(quantity, subject(label), label, self._year_of(label), basis(label) or self.basis)
            self.found.levels.append(level)
        elif found := _COMPLETES.search(label):
            base = "全年" if found["rate"] else found["base"] or ""
            self.found.completions.append(Part(quantity, self._last(), base))
        elif found := _SHARES.search(label):
            self.found.shares.append(Part(quantity, self._last(), found["whole"]))

    def _year_of(self, label: str) -> int:
        """The year of a level: 比上年决算 says it for that one alone."""
        return self.report_year - 1 if _PAST.search(label) else self.year

    def _last(self) -> Level | None:
        return self.found.levels[-1] if self.found.levels else None

    def _take_change(self, quantity: Quantity, label: str, word: str) -> None:
        """A rate right after the amount of a change belongs to it."""
        last = self.found.changes[-1] if self.found.changes else None
        if quantity.kind is Kind.AMOUNT:
            self._add(Change(quantity, None, (word,), self._before(quantity), quantity.start, quantity.end))
        elif last and last.rate is None and self._is_next(last, quantity):
            both = Change(last.amount, quantity, (*last.words, word), last.before, last.start, quantity.end)
            self.found.changes[-1] = both
        else:
            self._add(Change(None, quantity, (word,), self._before(quantity), quantity.start, quantity.end))

    def _add(self, change: Change) -> None:
        self.found.changes.append(change)

    def _before(self, quantity: Quantity) -> str:
        """The clause up to a number."""
        clause = self.text[: quantity.start - self.start]
        return re.split("[，；。]", clause)[-1]

    def _is_next(self, change: Change, rate: Quantity) -> bool:
        between = self.text[change.end - self.start : rate.start - self.start]
        return bool(_AND_A_RATE.fullmatch(between))


def _moved(each: Quantity, by: int) -> Quantity:
    return Quantity(each.kind, each.value, each.places, each.unit, each.start + by, each.end + by, each.text)


def subject(label: str) -> str:
    """Return what a label is about without year and basis: 支出 of 2023年支出年初预算."""
    plain = _FUND_NAMES.sub(lambda found: found[0].removesuffix("预算"), _IN_BRACKETS.sub("", label))
    return _NOT_THE_SUBJECT.sub("", plain)


def basis(label: str) -> str:
    """Return of which basis a label says its figure is."""
    plain = _FUND_NAMES.sub("", label)
    if re.search("全年预算|调整", plain):
        return Basis.REVISED
    if re.search("年初.*预算|预算.*年初|年初批复", plain):
        return Basis.INITIAL
    if re.search("决算|执行|实际|完成|支付", plain):
        return Basis.FINAL
    return Basis.BUDGET if "预算" in plain else Basis.UNSAID


def subject_of(stated: Stated, change: Change) -> str:
    """Return what changed: what its clause says, else what the last level before it is of; "" for neither."""
    spoken = subject(re.split("[比较与]|同比", _CHANGE.sub("", change.before))[0])
    if len(spoken) > 1:
        return spoken
    before = [level for level in stated.levels if level.quantity.end <= change.start]
    return before[-1].subject if before else ""


def pairs(stated: Stated) -> Iterator[tuple[Level, Level]]:
    """Levels of the same thing in a year and in the year before, the later first."""
    for at, now in enumerate(stated.levels):
        for before in stated.levels:
            if before.year == now.year - 1 and _is_same(now, before, stated, at):
                yield now, before


def _is_same(now: Level, before: Level, stated: Stated, at: int) -> bool:
    """Whether two levels are of the same thing: by its name, or because 上年 follows it at once."""
    if now.subject and now.subject == before.subject:
        return True
    return not before.subject and at + 1 < len(stated.levels) and stated.levels[at + 1] is before
