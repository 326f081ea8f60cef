"""The changes that a mutant may make: those of cosmic-ray that fit, and four more for chains of polars calls."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import MutationVisitor
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names

# Left out of cosmic-ray's: exchanges that end in a TypeError or a SyntaxError wherever they are made, such as `|` for `**`.
_KEPT = re.compile(
    r"core/(ReplaceBinaryOperator_(Add_Sub|Sub_Add|Mul_FloorDiv|FloorDiv_Mul|Mod_Mul|BitOr_BitAnd|BitAnd_BitOr)"
    r"|ReplaceComparisonOperator_(Eq_NotEq|NotEq_Eq|Lt_LtE|LtE_Lt|Gt_GtE|GtE_Gt|Lt_GtE|Gt_LtE|Is_IsNot|IsNot_Is)"
    r"|ReplaceUnaryOperator_(Delete_Invert|Delete_Not|Delete_USub)|AddNot|ReplaceTrueWithFalse|ReplaceFalseWithTrue"
    r"|ReplaceAndWithOr|ReplaceOrWithAnd|ReplaceBreakWithContinue|ReplaceContinueWithBreak|ExceptionReplacer"
    r"|NumberReplacer|ZeroIterationForLoop)"
)
_PAIRS = [
    ("min", "max"), ("first", "last"), ("head", "tail"), ("any", "all"), ("any_horizontal", "all_horizontal"),
    ("min_horizontal", "max_horizontal"), ("arg_min", "arg_max"), ("is_null", "is_not_null"), ("starts_with", "ends_with"),
    ("startswith", "endswith"), ("is_in", "ne_missing"), ("eq_missing", "ne_missing"), ("forward_fill", "backward_fill"),
]  # fmt: skip
_SWAPS = dict(_PAIRS) | {b: a for a, b in _PAIRS}
_DROPS = {"sort", "unique", "fill_null", "filter", "drop_nulls", "reverse", "over", "strip", "strip_chars", "shift", "sort_by",
          "to_lowercase", "drop_nans", "replace", "replace_all", "removeprefix", "removesuffix"}  # fmt: skip
_STRINGS = {'"left"': '"inner"', '"inner"': '"left"', '"anti"': '"semi"', '"semi"': '"anti"', '"full"': '"left"'}


class _Own(Operator):
    """An operator whose mutations are those that `changes` yields: the node whose place it is, and what makes it."""

    def changes(self, node):
        raise NotImplementedError

    def mutation_positions(self, node):
        for place, _ in self.changes(node):
            yield (place.start_pos, place.end_pos)

    def mutate(self, node, index):
        list(self.changes(node))[index][1]()
        return node

    @classmethod
    def examples(cls):
        return ()


def _setter(leaf, text: str):
    return lambda: setattr(leaf, "value", text)


class SwapMethod(_Own):
    """`.min(` for `.max(`, `.first(` for `.last(` and their like."""

    def changes(self, node):
        if node.type == "trailer" and node.children[0].value == "." and node.children[1].value in _SWAPS:
            yield node.children[1], _setter(node.children[1], _SWAPS[node.children[1].value])


class DropCall(_Own):
    """A step of a chain is left out: `.sort(...)`, `.unique()`, `.fill_null(...)`, `.filter(...)` and their like."""

    def changes(self, node):
        if node.type not in ("atom_expr", "power"):
            return
        for at, (name, call) in enumerate(zip(node.children[1:], node.children[2:], strict=False), 1):
            called = (
                name.type == call.type == "trailer" and call.children[0].value == "(" and name.children[0].value == "."
            )
            if called and name.children[1].value in _DROPS:
                yield name, lambda at=at: node.children.__delitem__(slice(at, at + 2))


class SwapJoin(_Own):
    """Another kind of join: `how="inner"` for `how="left"`, `anti` for `semi`."""

    def changes(self, node):
        if node.type == "argument" and getattr(node.children[0], "value", "") == "how":
            word = node.children[-1]
            if getattr(word, "value", "") in _STRINGS:
                yield word, _setter(word, _STRINGS[word.value])


class DropStatement(_Own):
    """A call made for its effect is left out: `lock.still_there(root)` becomes `pass`."""

    def changes(self, node):
        if node.type == "simple_stmt" and node.children[0].type in ("atom_expr", "power"):
            call = node.children[0]
            if getattr(call.children[-1], "type", "") == "trailer" and call.children[-1].children[0].value == "(":
                yield call, lambda: node.children.__setitem__(0, get_ast(call.get_first_leaf().prefix + "pass"))


def operators() -> dict[str, Operator]:
    """Every operator by name; the same ones, in the same order, each time."""
    kept = {
        name.removeprefix("core/"): get_operator(name)() for name in sorted(operator_names()) if _KEPT.fullmatch(name)
    }
    return kept | {cls.__name__: cls() for cls in (SwapMethod, DropCall, SwapJoin, DropStatement)}


@dataclass(frozen=True)
class Mutant:
    """One change: the occurrence-th place of an operator in a module; `start` and `end` are (line, column)."""

    module: str
    operator: str
    occurrence: int
    start: tuple[int, int]
    end: tuple[int, int]


def mutants(module: str, source: str) -> Iterator[Mutant]:
    """Every mutant of a module whose change can be seen when it runs: none in an annotation or a decorator."""
    nodes, silent = list(ast_nodes(get_ast(source))), _silent(source)
    for name, operator in operators().items():
        places = [place for node in nodes for place in operator.mutation_positions(node)]
        for occurrence, (start, end) in enumerate(places):
            mutant = Mutant(module, name, occurrence, start, end)
            if not any(a <= start < b for a, b in silent) and _is_python(source, mutant):
                yield mutant


def mutated(source: str, mutant: Mutant) -> str:
    """The source with this one change."""
    text = MutationVisitor.mutate_code(source, operators()[mutant.operator], mutant.occurrence)
    assert text is not None, mutant
    return str(text)


def _is_python(source: str, mutant: Mutant) -> bool:
    """Can the mutant run? The `*` before arguments that are given by name is taken for a product."""
    if not mutant.operator.startswith("ReplaceBinaryOperator_Mul"):
        return True
    try:
        ast.parse(mutated(source, mutant))
    except SyntaxError:
        return False
    return True


def _silent(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The spans that nothing runs (annotations) or that only hold the form of the code (decorators)."""
    spans: list[ast.expr] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            spans.append(node.annotation)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            spans += node.decorator_list
            spans += [node.returns] if getattr(node, "returns", None) else []
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            spans.append(node.test)
    return [((s.lineno, s.col_offset), (s.end_lineno or 0, s.end_col_offset or 0)) for s in spans]
