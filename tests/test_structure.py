"""The house keeps its shape: imports run one way, files stay small, the book stays short."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("model", "verse", "train", "bot")
MAY_IMPORT = {
    "model": (),
    "verse": ("model",),
    "train": ("verse", "model"),
    "bot": ("verse", "model"),
}
ROOMS = ("sound", "request", "judge", "write")
"""The folders of verse/, each of which imports only those before it."""
BOOK = (
    *("tokenizer", "config", "language_model", "bigram", "attention", "transformer"),
    *("kv_cache", "sampling", "generate"),
)
BOOK_LINES = 1000
FILE_LINES = 400
PLURAL_NOUNS = {"Batches", "Bytes", "Characters", "Keys", "Numbers", "Poems", "Tokens"}
"""Words that end as a verb in the third person does, and begin no docstring."""


def modules() -> dict[str, Path]:
    """All modules of the packages, by name."""
    files = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in files
    }


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that a file imports, also within functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names} & known.keys()
            found.update(inner or {node.module})
    return found & known.keys()


def public(body: list[ast.stmt], within: str) -> Iterator[tuple[str, str]]:
    """The public functions, methods and classes that have a docstring, by name; no properties."""
    for node in body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        name = f"{within}.{node.name}"
        property_ = any("property" in ast.unparse(one) for one in node.decorator_list)
        if node.name.startswith("_") or property_:
            continue
        if text := ast.get_docstring(node):
            yield name, text
        if isinstance(node, ast.ClassDef):
            yield from public(node.body, name)


@cache
def graph() -> dict[str, set[str]]:
    known = modules()
    return {name: imports(path, known) - {name} for name, path in known.items()}


def test_imports_run_one_way() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if (top := other.partition(".")[0]) != (own := name.partition(".")[0])
        and top not in MAY_IMPORT[own]
    ]
    assert wrong == []


def test_there_is_no_circle() -> None:
    try:
        TopologicalSorter(graph()).prepare()
    except CycleError as error:
        raise AssertionError(" -> ".join(error.args[1])) from None


def test_the_rooms_of_verse_import_upwards_only() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if name.startswith("verse.") and other.startswith("verse.")
        and (own := name.split(".")[1]) in ROOMS and (theirs := other.split(".")[1]) in ROOMS
        and ROOMS.index(theirs) > ROOMS.index(own)
    ]  # fmt: skip
    assert wrong == []


def test_the_book_imports_nothing_of_its_appendix() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, others in graph().items()
        for other in others
        if name.removeprefix("model.") in (*BOOK, "stages", "checkpoint", "weights")
        and other.startswith(("model.fast", "model.look"))
    ]
    assert wrong == []


def test_the_features_of_the_bot_do_not_import_what_puts_them_together() -> None:
    """Only what starts the bot knows all of it."""
    users = {name for name, others in graph().items() if "bot.app" in others}
    assert users == {"bot.__main__", "bot.preview"}


def test_the_book_is_read_in_an_afternoon() -> None:
    """The network, one step of learning, and writing: README's "Read it" says the order."""
    files = [ROOT / "model" / f"{name}.py" for name in BOOK]
    files += [ROOT / "train" / "loop.py", ROOT / "train" / "optimizer.py"]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert lines <= BOOK_LINES


def test_docstrings_begin_with_a_verb() -> None:
    """In the third person: "Returns", "Holds", "Raises". Properties and fields may be nouns."""
    wrong = [
        f"{name}: {text.splitlines()[0]}"
        for module, path in modules().items()
        for name, text in public(ast.parse(path.read_text(encoding="utf-8")).body, module)
        if not re.fullmatch("[A-Z][a-z]+s", first := text.split()[0].rstrip(",:"))
        or first in PLURAL_NOUNS
    ]
    assert wrong == []


def test_no_file_is_long() -> None:
    files = [
        path
        for folder in (*PACKAGES, "tests", "benchmarks", "docs")
        for path in (ROOT / folder).rglob("*.py")
    ]
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert [f"{path}: {count}" for path, count in lines.items() if count > FILE_LINES] == []
