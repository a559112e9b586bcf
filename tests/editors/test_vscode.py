"""The VS Code extension: its grammar gives every token of the standard library the scope that it should have.

Grammars of TextMate are run line by line: at each place the rule that matches first wins, and of several the one that
is listed first; a rule with `begin` and `end` holds until its end. `Tokenizer` does that with Python's `re`, for which
the patterns here mean what they mean in the editor.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from nmt.compiler.check.primitives import NAMED
from nmt.compiler.check.promises import CLAIMS, LOSSES
from nmt.compiler.parse import KEYWORDS, cut, lex
from nmt.lsp import lore
from nmt.lsp.places import marks
from nmt.ntypes.domains import ENFORCERS
from nmt.stdlib import FOLDER

EXTENSION = Path(__file__).parents[2] / "editors/vscode"
GRAMMAR = json.loads((EXTENSION / "syntaxes/nmt.tmLanguage.json").read_text(encoding="utf-8"))
CASES = Path(__file__).parents[1] / "cases"
FILES = [*sorted(FOLDER.rglob("*.nmt")), CASES / "all_forms.nmt"]


class Tokenizer:
    def __init__(self, grammar: dict) -> None:
        self.grammar = grammar

    def rules(self, patterns: list[dict]) -> Iterator[dict]:
        for rule in patterns:
            if "include" in rule:
                yield from self.rules([self.grammar["repository"][rule["include"].removeprefix("#")]])
            elif "match" in rule or "begin" in rule:
                yield rule
            else:
                yield from self.rules(rule["patterns"])

    def scopes(self, text: str) -> list[str]:
        """The innermost scope of every character; nothing where no rule matches."""
        found = [""] * len(text)
        stack: list[dict] = []
        start = 0
        for line in text.splitlines(keepends=True):
            self._line(line.rstrip("\r\n") + "\n", start, found, stack)
            start += len(line)
        return found

    def _line(self, line: str, start: int, found: list[str], stack: list[dict]) -> None:
        at = 0
        while at <= len(line):
            patterns = stack[-1].get("patterns", []) if stack else self.grammar["patterns"]
            tried = [
                (re.compile(rule.get("match") or rule["begin"], re.MULTILINE), rule) for rule in self.rules(patterns)
            ]
            if stack:
                tried.insert(0, (re.compile(stack[-1]["end"], re.MULTILINE), {"ends": stack[-1]}))
            hits = [(hit, rule) for pattern, rule in tried if (hit := pattern.search(line, at))]
            if not hits:
                return
            hit, rule = min(hits, key=lambda pair: pair[0].start())
            self._mark(hit, rule, start, found)
            if "ends" in rule:
                stack.pop()
            elif "begin" in rule:
                stack.append(rule)
            elif hit.end() == at:
                return
            at = hit.end()

    def _mark(self, hit: re.Match, rule: dict, start: int, found: list[str]) -> None:
        captures = rule.get("captures") or rule.get("beginCaptures") or rule.get("ends", {}).get("endCaptures") or {}
        for group, scope in [(0, rule.get("name")), *((int(key), value["name"]) for key, value in captures.items())]:
            if scope and hit.start(group) >= 0:
                for place in range(start + hit.start(group), min(start + hit.end(group), len(found))):
                    found[place] = scope


# What a name of each kind (`nmt.lsp.places`) is shown as.
NAMES = {
    "package": "entity.name.namespace",
    "use": "entity.name.namespace",
    "import": "variable.other.import",
    "module": "entity.name.function",
    "op": "entity.name.function",
    "law": "entity.name.function",
    "surrogate": "entity.name.function",
    "call": "entity.name.function",
    "type": "entity.name.type",
    "predicted": "entity.name.type",
    "source": "entity.name.variable",
    "target": "entity.name.variable",
    "layout": "entity.name.variable",
    "model": "entity.name.variable",
    "soft": "entity.name.label",
    "word": "constant.other.word",
    "parameter": "variable.parameter",
    "word parameter": "variable.parameter",
    "value": "variable.other",
    "column": "variable.other",
    "enforcer": "support.function.enforcer",
    "loss": "support.function.enforcer",
    "claim": "support.constant.claim",
}
TYPES = {
    "DIM": "constant.other.dim",
    "INT": "constant.numeric",
    "NUMBER": "constant.numeric",
    "VERSION": "constant.numeric.version",
    "STRING": "string.quoted",
    "REAL": "storage.type",
    "SIMPLEX": "storage.type",
}


def expected(text: str) -> Iterator[tuple[int, int, str]]:
    """Places of a text, and how the scope there begins."""
    for piece in cut(lex(text), text):
        kinds = {mark.start: mark for mark in marks(piece)}
        path = 0
        for token in piece:
            mark = kinds.get(token.start_pos)
            if mark is not None and token.type == "NAME":
                path = mark.end
                primitive = mark.kind == "call" and mark.text in NAMED
                yield token.start_pos, token.end_pos, "support.function.builtin" if primitive else NAMES[mark.kind]
            elif token.start_pos < path or token.type == "NAME":
                continue  # the rest of `std.answer`
            elif token.type in TYPES:
                yield token.start_pos, token.end_pos, TYPES[token.type]
            elif token.type == "SURROGATE" and token is not piece[0]:
                yield token.start_pos, token.end_pos, "support.constant.claim"
            elif str(token)[0].isalpha():
                yield token.start_pos, token.end_pos, "keyword"
            elif token.type in {"ARROW", "RANGE", "COMPARE", "MINUS", "PLUS", "STAR", "SLASH", "EQUAL", "AT"}:
                yield token.start_pos, token.end_pos, "keyword.operator"
            else:
                yield token.start_pos, token.end_pos, "punctuation"
    for comment in re.finditer(r"#.*", text):
        yield comment.start(), comment.end(), "comment.line"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_token_has_the_scope_of_what_it_is(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    scopes = Tokenizer(GRAMMAR).scopes(text)
    wrong = []
    for start, end, scope in expected(text):
        found = set(scopes[start:end])
        if len(found) != 1 or not found.pop().startswith(scope):
            line = text.count("\n", 0, start) + 1
            wrong.append(f"{line}: {text[start:end]!r} is {scope}, shown as {scopes[start]!r}")
    assert not wrong, "\n".join(wrong)


def words_of(rule: str) -> str:
    return json.dumps(GRAMMAR["repository"][rule])


def test_the_grammar_knows_every_word_of_the_language() -> None:
    assert set(lore.PRIMITIVES) == NAMED - {"at_most", "at_least", "equal"}
    assert set(lore.ENFORCERS) == set(ENFORCERS)
    assert set(lore.LOSSES) == set(LOSSES)
    assert set(lore.CLAIMS) == set(CLAIMS)
    assert set(lore.KEYWORDS) >= KEYWORDS
    for rule, words in (
        ("primitive", lore.PRIMITIVES),
        ("enforcer", [*ENFORCERS, *LOSSES]),
        ("expect", CLAIMS),
        ("keyword", [word for word in lore.KEYWORDS if " " not in word]),
    ):
        for word in words:
            assert re.search(rf"\b{word}\b", words_of(rule).replace(r"\\b", " ")), (rule, word)


def test_the_parts_of_the_extension_fit() -> None:
    package = json.loads((EXTENSION / "package.json").read_text(encoding="utf-8"))
    contributes = package["contributes"]
    for path in (package["main"], contributes["grammars"][0]["path"], contributes["languages"][0]["configuration"]):
        assert (EXTENSION / path).is_file()
    assert contributes["grammars"][0]["scopeName"] == GRAMMAR["scopeName"]
    configuration = json.loads((EXTENSION / "language-configuration.json").read_text(encoding="utf-8"))
    assert re.fullmatch(configuration["wordPattern"], "where_is")
    indent = re.compile(configuration["indentationRules"]["increaseIndentPattern"])
    assert indent.match("op f(x: mask) -> mask =")
    assert indent.match("vocab V = {  # all of them")
    assert not indent.match("op f(x: mask) -> mask = x")
    assert not indent.match("# like this: {")


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no node")
def test_the_client_is_javascript() -> None:
    done = subprocess.run(["node", "--check", EXTENSION / "extension.js"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
