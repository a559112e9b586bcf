"""Imports go down only, and checking needs no torch."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Each layer, and the layers below that it may import.
BELOW = {
    "grammar": set[str](),
    "ntypes": set[str](),
    "compiler": {"grammar", "ntypes"},
    "data": {"compiler", "grammar", "ntypes"},
    "stdlib": {"compiler", "grammar", "ntypes"},
    "trainer": {"data", "stdlib", "compiler", "grammar", "ntypes"},
    "nmt": {"trainer", "data", "stdlib", "compiler", "grammar", "ntypes"},
}
FILES = [
    path
    for layer in BELOW
    for path in sorted((ROOT / layer).rglob("*.py"))
    if layer != "nmt" or not BELOW.keys() & set(path.relative_to(ROOT / "nmt").parts)  # the links to the others
]


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Absolute names of what a file imports, relative ones resolved, with their lines."""
    inside = path.relative_to(ROOT).with_suffix("").parts
    package = list(inside[:-1]) if inside[0] == "nmt" else ["nmt", *inside[:-1]]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module, names, level):
                base = package[: len(package) - level + 1] if level else []
                base = [*base, *([module] if module else [])]
                yield from ((node.lineno, ".".join([*base, name.name])) for name in names)


def layer_of(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in BELOW else "nmt"


def test_files_are_found() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in FILES} == BELOW.keys()


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down(path: Path) -> None:
    own = path.relative_to(ROOT).parts[0]
    for line, name in imported(path):
        top = name.partition(".")[0]
        assert top not in BELOW.keys() - {"nmt"}, f"{path}:{line}: write nmt.{name}"
        if top == "nmt":
            assert layer_of(name) in BELOW[own] | {own}, f"{path}:{line}: {own} stands below {layer_of(name)}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_own_folder_is_imported_relatively(path: Path) -> None:
    """`from nmt.compiler import x` inside compiler/ would be a second way to say `from . import x`."""
    own = path.relative_to(ROOT).parts[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and not node.level and own != "nmt":
            assert not (node.module or "").startswith(f"nmt.{own}"), f"{path}:{node.lineno}"
        if isinstance(node, ast.ImportFrom) and node.level:
            inside = path.relative_to(ROOT).parts
            assert node.level < len(inside) or own == "nmt", f"{path}:{node.lineno}: leaves {own}/"


@pytest.mark.parametrize(
    "arguments", [["check", "clevr"], ["compile", "clevr", "{programs}"], ["plan", "clevr"]], ids=lambda it: it[0]
)
def test_no_torch_before_tensors(arguments: list[str], tmp_path: Path) -> None:
    program = [{"function": "scene", "inputs": [], "value_inputs": []}]
    program.append({"function": "exist", "inputs": [0], "value_inputs": []})
    question = {"question": "Are there things?", "answer": "yes", "image_filename": "a.png", "program": program}
    programs = tmp_path / "questions.json"
    programs.write_text(json.dumps({"questions": [{**question, "image_index": 0, "question_index": 0}]}))
    script = """
import sys
from nmt.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert not end.code, end.code
heavy = [name for name in ("torch", "torchvision", "matplotlib", "hypothesis") if name in sys.modules]
assert not heavy, heavy
"""
    given = [argument.format(programs=programs) for argument in arguments]
    done = subprocess.run(
        [sys.executable, "-c", script, *given], capture_output=True, text=True, check=False, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 0, done.stdout + done.stderr
