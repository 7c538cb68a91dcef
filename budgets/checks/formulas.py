"""One side of a rule that a finance bureau writes itself: an expression over named figures.

Pure. Read by Lark, worked out over its tree in Decimal; no Python is ever evaluated. A figure is named
in square brackets, as `budgets.checks.names` lists them: [收入.收入合计.决算数] × 90%.
"""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from decimal import Decimal, DecimalException

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedToken

LONGEST = 500
"""So many characters one side may have."""

_GRAMMAR = r"""
?start: sum
?sum: product | sum "+" product -> plus | sum "-" product -> minus
?product: signed | product "*" signed -> times | product "/" signed -> divided
?signed: atom | "-" signed -> negative
?atom: NUMBER -> number | NUMBER "%" -> percent | NAME -> figure | "(" sum ")"
NUMBER: /[0-9]+(\.[0-9]+)?/
NAME: /\[[^\[\]]+\]/
%ignore /[ \t\u3000\xa0]+/
"""

_PARSER = Lark(_GRAMMAR, parser="lalr", propagate_positions=True)

_AS_TYPED = str.maketrans("＋－−×÷＊／（）【】［］％．０１２３４５６７８９", "+--*/*/()[][]%.0123456789")
"""What a Chinese keyboard writes, sign for sign, so that positions stay what they are."""


class FormulaMistake(ValueError):
    """An expression that cannot be read; `position` counts its characters from 0."""

    def __init__(self, sentence: str, position: int) -> None:
        super().__init__(sentence)
        self.position = position


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
        """The places where it names figures."""
        found = [each.children[0] for each in self.tree.iter_subtrees() if each.data == "figure"]
        return sorted(
            (each for each in found if isinstance(each, Token)), key=lambda each: each.start_pos or 0
        )

    def name_at(self, token: Token) -> str:
        """The name at a place, as it was typed: its brackets may be those of a Chinese keyboard."""
        return self.text[(token.start_pos or 0) + 1 : (token.end_pos or 0) - 1].strip()

    def value(self, figures: Mapping[str, Decimal | None]) -> Decimal | None:
        """Work it out; None where a figure is blank or it divides by zero."""
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
        return found[id(self.tree)]


_WORK: dict[str, Callable[..., Decimal]] = {
    "number": lambda number: number,
    "percent": lambda number: number / 100,
    "negative": lambda number: -number,
    "plus": lambda one, other: one + other,
    "minus": lambda one, other: one - other,
    "times": lambda one, other: one * other,
    "divided": lambda one, other: one / other,
}


def read_formula(text: str, known: Container[str]) -> Formula:
    """Return the expression a text is; `known` are the names there are.

    Raises FormulaMistake with the position of the first mistake.
    """
    if not text.strip():
        raise FormulaMistake("请写算式。", 0)
    if len(text) > LONGEST:
        raise FormulaMistake(f"算式最多 {LONGEST} 个字符。", LONGEST)
    try:
        tree = _PARSER.parse(text.translate(_AS_TYPED))
    except UnexpectedCharacters as mistake:
        at = mistake.pos_in_stream or 0
        raise FormulaMistake(_stranger(text, at), at) from None
    except UnexpectedEOF:
        raise FormulaMistake("算式没有写完。", len(text)) from None
    except UnexpectedToken as mistake:
        if mistake.token.type == "$END":
            raise FormulaMistake("算式没有写完。", len(text)) from None
        at = mistake.pos_in_stream or 0
        sentence = f"第 {at + 1} 个字符“{text[at]}”处不通：前面少了运算符号，或者多了括号。"
        raise FormulaMistake(sentence, at) from None
    return _known(Formula(text, tree), known)


def _stranger(text: str, at: int) -> str:
    """What to do about a character that begins nothing."""
    if text[at] in "[【［":
        return f"第 {at + 1} 个字符：数据名称的方括号没有成对。"
    return f"第 {at + 1} 个字符“{text[at]}”不认识：数据名称要写在方括号里，运算只有 + − × ÷ 和括号。"


def _known(formula: Formula, known: Container[str]) -> Formula:
    """Return the formula; raise FormulaMistake for the first name there is not."""
    for token in formula.figures:
        name = formula.name_at(token)
        if name not in known:
            raise FormulaMistake(f"没有“{name}”这个数据，请从列表里选。", token.start_pos or 0)
    return formula
