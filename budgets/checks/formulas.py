"""One side of a rule that a finance bureau writes itself: an expression over named figures.

Pure. Read by Lark, worked out over its tree in Decimal; no Python is ever evaluated. A figure is named
in square brackets, as `budgets.checks.names` lists them: [收入.收入合计.决算数] × 90%.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException
from difflib import get_close_matches

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

from budgets.money import shorten

LONGEST = 500
"""So many characters one side may have."""
LARGEST = Decimal(10) ** 15
"""What an expression comes to stays below; a number in it by far: it has 13 digits and 6 decimals at most."""
_PLAIN_NUMBER = re.compile(r"0*[0-9]{1,13}(\.[0-9]{1,6}0*)?")

_GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> plus | sum "-" product -> minus
?product: signed | product "*" signed -> times | product "/" signed -> divided
?signed: atom | "-" signed -> negative
?atom: NUMBER -> number | NUMBER "%" -> percent | NAME -> figure | "(" sum ")"
NUMBER: /[0-9]+(\.[0-9]+)?/
NAME: /\[[^\[\]]+\]/
%ignore /[ \t\n\u3000\xa0]+/
"""

_PARSER = Lark(_GRAMMAR, parser="lalr", propagate_positions=True)

_AS_TYPED = str.maketrans("＋－−×÷＊／（）【】［］％．０１２３４５６７８９", "+--*/*/()[][]%.0123456789")
"""What a Chinese keyboard writes, sign for sign, so that positions stay what they are."""


Dimension = tuple[int, int]
"""How often amounts, and counts or areas, are factors: (1, 0) is an amount, (0, 0) a share or a number."""

_WORD = re.compile(r"[^\W\d_][^\s\[\]()+\-*/%＋－−×÷＊／（）【】［］％]*")
"""What looks like a word."""


class FormulaMistake(ValueError):
    """An expression that cannot be read, from the character `position` (from 0) until before `end`."""

    def __init__(self, sentence: str, position: int, end: int | None = None) -> None:
        super().__init__(sentence)
        self.position = position
        self.end = position + 1 if end is None else end


@dataclass(frozen=True, slots=True)
class Formula:
    """An expression that was read."""

    text: str
    tree: Tree[Token]

    @property
    def names(self) -> list[str]:
        """The figures it names, in order, each once."""
        return list(dict.fromkeys(self.name_at(token) for token in self.figures))

    @property
    def figures(self) -> list[Token]:
        """The places where it names figures, in order."""
        return self._tokens("figure")

    @property
    def numbers(self) -> list[Token]:
        """The places of its numbers, in order."""
        return self._tokens("number", "percent")

    def _tokens(self, *kinds: str) -> list[Token]:
        found = [each.children[0] for each in self.tree.iter_subtrees() if each.data in kinds]
        tokens = [each for each in found if isinstance(each, Token)]
        return sorted(tokens, key=lambda each: each.start_pos or 0)

    def name_at(self, token: Token) -> str:
        """The name at a place, as it was typed: its brackets may be those of a Chinese keyboard."""
        return self.text[(token.start_pos or 0) + 1 : (token.end_pos or 0) - 1].strip()

    @property
    def has_percent(self) -> bool:
        """Whether it has a number of percent."""
        return any(node.data == "percent" for node in self.tree.iter_subtrees())

    def worded(self, words: Iterable[tuple[Token, str]]) -> str:
        """Return it as it was typed, with the words for figures and numbers in their places."""
        text = self.text
        for token, word in sorted(words, key=lambda each: each[0].start_pos or 0, reverse=True):
            text = text[: token.start_pos] + word + text[token.end_pos :]
        return text

    def dimension(self, of_figure: Callable[[str], Dimension]) -> Dimension | None:
        """Return what it comes to: how many times amounts, and counts, stand in it as factors.

        None for a plain number, which names no figure and goes with anything. Raises FormulaMistake, at the
        second term, where things that differ are added.
        """
        return self._dimensions(of_figure)[id(self.tree)]

    def _dimensions(self, of_figure: Callable[[str], Dimension]) -> dict[int, Dimension | None]:
        """What each of its parts comes to, by the part's id."""
        found: dict[int, Dimension | None] = {}
        for node in self.tree.iter_subtrees():
            parts = [found[id(each)] for each in node.children if isinstance(each, Tree)]
            token = node.children[0]
            if isinstance(token, Token):
                found[id(node)] = of_figure(self.name_at(token)) if node.data == "figure" else None
            elif node.data in ("times", "divided"):
                one, other = parts
                found[id(node)] = _multiplied(one, other, 1 if node.data == "times" else -1)
            else:
                found[id(node)] = _added(parts, node)
        return found

    def numbers_worth(
        self, of_figure: Callable[[str], Dimension], whole: Dimension
    ) -> list[tuple[Token, Dimension]]:
        """Return its numbers with what each is, where all of it is `whole`: 5 in [收入] + 5 is an amount."""
        known = self._dimensions(of_figure)
        found: list[tuple[Token, Dimension]] = []
        left = [(self.tree, whole)]
        while left:  # from the root down, without recursion
            node, here = left.pop()
            parts = [each for each in node.children if isinstance(each, Tree)]
            token = node.children[0]
            if isinstance(token, Token):
                found += [(token, here)] if node.data != "figure" else []
            elif node.data in ("times", "divided"):
                left += zip(parts, _factors([known[id(each)] for each in parts], here), strict=True)
            else:
                left += [(each, here) for each in parts]
        return found

    def value(self, figures: Mapping[str, Decimal | None]) -> Decimal | None:
        """Work it out; None where a figure is blank, it divides by zero or reaches LARGEST."""
        found: dict[int, Decimal] = {}
        for node in self.tree.iter_subtrees():  # from the leaves up, without recursion: brackets may be deep
            token = node.children[0]
            if node.data == "figure":
                figure = figures.get(self.name_at(token)) if isinstance(token, Token) else None
                if figure is None:
                    return None
                found[id(node)] = figure
            else:
                parts = [
                    found[id(each)] if isinstance(each, Tree) else Decimal(each) for each in node.children
                ]
                try:
                    found[id(node)] = _WORK[node.data](*parts)
                except DecimalException:
                    return None
        value = found[id(self.tree)]
        return value if abs(value) < LARGEST else None


def _multiplied(one: Dimension | None, other: Dimension | None, sign: int) -> Dimension | None:
    """What a product is (`sign` 1) or a quotient (-1); a plain number of plain numbers alone."""
    if one is None and other is None:
        return None
    (amounts, counts), (more, others) = one or (0, 0), other or (0, 0)
    return amounts + sign * more, counts + sign * others


def _factors(known: list[Dimension | None], whole: Dimension) -> list[Dimension]:
    """What the two parts of a product or quotient are; of plain numbers alone, the first is all of it."""
    if known == [None, None]:
        return [whole, (0, 0)]
    return [each or (0, 0) for each in known]


def _added(parts: list[Dimension | None], node: Tree[Token]) -> Dimension | None:
    """What a sum is, or a negative; raises FormulaMistake where its two terms differ."""
    known = [each for each in parts if each is not None]
    if len(set(known)) < 2:
        return known[0] if known else None
    start, end = node.children[1].meta.start_pos, node.children[1].meta.end_pos  # type: ignore[union-attr]
    one, other = map(said_of, known)
    raise FormulaMistake(f"第 {start + 1} 个字符起的一项是{other}，不能和{one}相加减。", start, end)


def said_of(dimension: Dimension) -> str:
    """What something of a dimension is called."""
    known = {(1, 0): "金额", (0, 1): "人数、面积等数量", (0, 0): "比率", (1, -1): "平均每人或每平方米的金额"}
    return known.get(dimension, "别的单位的数")


_WORK: dict[str, Callable[..., Decimal]] = {
    "number": lambda number: number,
    "percent": lambda number: number / 100,
    "negative": lambda number: -number,
    "plus": lambda one, other: one + other,
    "minus": lambda one, other: one - other,
    "times": lambda one, other: one * other,
    "divided": lambda one, other: one / other,
}


def read_formula(text: str, known: Collection[str]) -> Formula:
    """Return the expression a text is; `known` are the names there are.

    Raises FormulaMistake with the position of the first mistake.
    """
    if not text.strip():
        raise FormulaMistake("请写算式。", 0)
    if len(text) > LONGEST:
        raise FormulaMistake(f"算式最多 {LONGEST} 个字符，现在有 {len(text)} 个。", LONGEST, len(text))
    try:
        tree = _PARSER.parse(text.translate(_AS_TYPED))
    except UnexpectedCharacters as mistake:
        raise _stranger(text, mistake.pos_in_stream or 0) from None
    except UnexpectedEOF:
        raise FormulaMistake("算式没有写完。", len(text)) from None
    except UnexpectedToken as mistake:
        if mistake.token.type == "$END":
            raise FormulaMistake("算式没有写完。", len(text)) from None
        at = mistake.pos_in_stream or 0
        sentence = f"第 {at + 1} 个字符“{text[at]}”处不通：前面少了运算符号，或者多了括号。"
        raise FormulaMistake(sentence, at) from None
    formula = Formula(text, tree)
    for first in sorted(_mistakes(formula, known), key=lambda each: each.position):
        raise first
    return formula


def _stranger(text: str, at: int) -> FormulaMistake:
    """What to do about characters that begin nothing."""
    if text[at] in "[【［":
        return FormulaMistake(f"第 {at + 1} 个字符：数据名称的方括号没有成对。", at)
    word = _WORD.match(text, at)
    end = word.end() if word else at + 1
    quoted = shorten(text[at:end])
    return FormulaMistake(
        f"第 {at + 1} 个字符起的“{quoted}”不认识：数据名称要写在方括号里，运算只有 + − × ÷ 和括号。", at, end
    )


def _mistakes(formula: Formula, known: Collection[str]) -> Iterator[FormulaMistake]:
    """Yield what is wrong with an expression that can be read: unknown names, long numbers, divisors of 0."""
    for token in formula.figures:
        name = formula.name_at(token)
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"您是不是要写“{near[0]}”？" if near else "请从列表里选。"
            yield FormulaMistake(f"没有“{name}”这个数据。{hint}", token.start_pos or 0, token.end_pos)
    for token in formula.numbers:
        if not _PLAIN_NUMBER.fullmatch(token):
            at = token.start_pos or 0
            sentence = f"第 {at + 1} 个字符起的数太长：整数最多 13 位，小数最多 6 位。"
            yield FormulaMistake(sentence, at, token.end_pos)
    for node in formula.tree.iter_subtrees():
        divisor = node.children[-1]
        if node.data == "divided" and isinstance(divisor, Tree):
            yield from _zero_divisor(Formula(formula.text, divisor))


def _zero_divisor(divisor: Formula) -> Iterator[FormulaMistake]:
    """Refuse a divisor that is zero whatever the return says: it names no figure."""
    if divisor.value({}) == 0:
        at, end = divisor.tree.meta.start_pos, divisor.tree.meta.end_pos
        yield FormulaMistake(f"第 {at + 1} 个字符起的除数是 0，除不了：请改写除数。", at, end)
