"""A whole session of a client with the real server over standard input and output."""

import subprocess
import sys
from typing import Any

import pytest

from nmt.commands import lsp as command
from nmt.stdlib import FOLDER

CLEVR = (FOLDER / "clevr.nmt").read_text(encoding="utf-8")


def place(text: str, what: str, more: int = 0) -> tuple[int, int]:
    """Line and column of the first place where something stands, in UTF-16, both from 0."""
    before = text[: text.index(what) + more]
    return before.count("\n"), len(before.rpartition("\n")[2].encode("utf-16-le")) // 2


def applied(text: str, edits: list[dict]) -> str:
    """A text with edits done, by places of UTF-16."""

    def offset(position: dict) -> int:
        lines = text.split("\n")
        line = lines[position["line"]].encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
        return sum(len(other) + 1 for other in lines[: position["line"]]) + len(line)

    for edit in sorted(edits, key=lambda edit: -offset(edit["range"]["start"])):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def actions(client: Any, uri: str) -> list[dict]:
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 10_000, "character": 0}}
    params = {"textDocument": {"uri": uri}, "range": everything, "context": {"diagnostics": []}}
    return client.request("textDocument/codeAction", params)


def test_a_whole_session(client: Any) -> None:
    can = client.start()["capabilities"]
    assert can["hoverProvider"]
    assert can["renameProvider"] == {"prepareProvider": True}

    # Errors as one types, gone when they are mended.
    text = CLEVR.replace("= and(x, find[c](image))", "= and(x, fnd[c](image))", 1)
    uri = client.open("clevr.nmt", text)
    (said,) = client.said(uri)
    assert (said["code"], said["severity"], said["source"]) == ("NMT101", 1, "nmt")
    assert said["message"].endswith("did you mean `find`?")
    line, column = place(text, "fnd[c]")
    assert said["range"]["start"] == {"line": line, "character": column}
    client.change(uri, {"range": (line, column, line, column + 3), "text": "find"})
    assert client.said(uri) == []

    # Names and bounds.
    told = client.at("hover", uri, *place(CLEVR, "and(x, find[c]"))["contents"]
    assert told["kind"] == "markdown"
    assert "op and(a: mask, b: mask) -> mask = min(a, b)" in told["value"]
    assert "`and(x, find[c](image))` is `mask`: `real[H, W] in 0..1`" in told["value"]
    (found,) = client.at("definition", uri, *place(CLEVR, "find[c]"))
    assert (found["uri"], tuple(found["range"]["start"].values())) == (uri, place(CLEVR, "find[v"))
    (found,) = client.at("definition", uri, *place(CLEVR, "mask  ", 1))
    assert found["uri"] == (FOLDER / "std/attention.nmt").resolve().as_uri()
    assert len(client.at("references", uri, *place(CLEVR, "where_is"), context={"includeDeclaration": True})) == 2

    # A line is typed, and is broken meanwhile: words of the family come before all else.
    end = CLEVR.count("\n")
    client.change(uri, {"range": (end, 0, end, 0), "text": "op red_ones(x: mask) -> mask = and(x, find["})
    labels = [item["label"] for item in client.at("completion", uri, end, 43)]
    assert labels[:2] == ["gray", "red"]
    assert "COLOR" in labels
    assert "and" not in labels
    assert [finding["code"] for finding in client.said(uri)] == ["NMT001"]
    client.change(uri, {"range": (end, 43, end, 43), "text": "red](image))\n"})
    assert client.said(uri) == []

    # Another name, everywhere where it stands for the same.
    text = CLEVR + "op red_ones(x: mask) -> mask = and(x, find[red](image))\n"
    assert client.at("prepareRename", uri, *place(text, "find[v"))["placeholder"] == "find"
    edits = client.at("rename", uri, *place(text, "find[c]"), newName="seek")["changes"][uri]
    renamed = applied(text, edits)
    assert renamed.count("seek") == text.count("find") - text.count(
        "# -> answers: what an attribute is, the maps of `find"
    )
    client.change(uri, {"text": renamed})
    assert client.said(uri) == []

    # Outline, format, quick fix.
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert [symbol["name"] for symbol in symbols][:3] == ["clevr", "P", "COLOR"]
    spaced = renamed.replace("op union(x: mask, y: mask)", "op union( x:mask,y : mask )")
    client.change(uri, {"text": spaced})
    options = {"textDocument": {"uri": uri}, "options": {"tabSize": 2, "insertSpaces": True}}
    edits = client.request("textDocument/formatting", options)
    formatted = applied(spaced, edits)
    assert "op union(x: mask, y: mask) -> mask" in formatted
    sums = formatted + "op both(a: mask, b: mask) -> mask = a + b\n"
    client.change(uri, {"text": sums})
    assert [finding["code"] for finding in client.said(uri)] == ["NMT303"]
    (action,) = actions(client, uri)
    assert (action["title"], action["kind"], action["isPreferred"]) == ("Change to `max(a, b)`", "quickfix", True)
    client.change(
        uri,
        {"text": applied(formatted + "op both(a: mask, b: mask) -> mask = a + b\n", action["edit"]["changes"][uri])},
    )
    assert client.said(uri) == []

    assert client.stop() == 0
    assert client.errors == []


def test_columns_are_units_of_utf16(client: Any) -> None:
    client.start()
    text = 'package t @ 1.0.0\r\nvocab V = { "😀 ü", a } # Ü 😀\r\nop f(x: rael) -> real = x # é\r\n'
    uri = client.open("t.nmt", text)
    (said,) = client.said(uri)
    assert said["range"] == {"start": {"line": 2, "character": 8}, "end": {"line": 2, "character": 12}}
    # Behind an emoji: two units each, in the text and in what replaces it.
    client.change(uri, {"range": (1, 12, 1, 18), "text": '"😀", "😀😀", rad'})
    client.change(uri, {"range": (1, 26, 1, 29), "text": "red"}, {"range": (2, 8, 2, 12), "text": "real"})
    assert client.said(uri) == []
    told = client.at("hover", uri, 1, 6)["contents"]["value"]
    assert "4 words: 😀, 😀😀, red, a" in told


def test_columns_are_bytes_where_the_client_wants_it(client: Any) -> None:
    assert client.start(["utf-8", "utf-16"])["capabilities"]["positionEncoding"] == "utf-8"
    uri = client.open("t.nmt", 'package t @ 1.0.0 vocab V = { "😀 ü" } dim q')
    (said,) = client.said(uri)
    assert said["range"]["start"] == {
        "line": 0,
        "character": len('package t @ 1.0.0 vocab V = { "😀 ü" } dim '.encode()),
    }


def test_files_never_saved_and_files_that_use_each_other(client: Any) -> None:
    client.start()
    base = client.open("base.nmt", "package base @ 1.0.0\ntype t = real in 0..1 by sigmoid\n")
    top = client.open("upper.nmt", "package upper @ 1.0.0\nuse base @ 1.0.0 { t }\nop f(x: t) -> t = 1 - x\n")
    other = client.open("untitled:Untitled-1", "package other @ 1.0.0\nuse std.answer @ 1.0.0 { dist }\ndim é\n")
    assert client.said(base) == client.said(top) == []
    assert [finding["code"] for finding in client.said(other)] == ["NMT002"]
    client.change(base, {"text": "package base @ 1.0.0\ntype t = real in 0..2\n"})
    assert client.said(base) == []
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": top}})
    assert [finding["code"] for finding in client.diagnostics[top]] == ["NMT303"]
    (found,) = client.at("definition", top, 2, 8)
    assert (found["uri"], found["range"]["start"]) == (base, {"line": 1, "character": 5})


def test_errors_of_a_package_that_is_not_open_are_shown_in_its_file(client: Any) -> None:
    (client.folder / "base.nmt").write_text("package base @ 1.0.0\ntype t = rael\ntype u = real\n")
    client.start()
    top = client.open("upper.nmt", "package upper @ 1.0.0\nuse base @ 1.0.0 { u }\n")
    assert client.said(top) == []
    uri = (client.folder / "base.nmt").as_uri()
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": top}})
    assert [finding["code"] for finding in client.diagnostics[uri]] == ["NMT101"]
    (client.folder / "base.nmt").write_text("package base @ 1.0.0\ntype t = real\ntype u = real\n")
    client.notify("workspace/didChangeWatchedFiles", {"changes": []})
    client.request("textDocument/documentSymbol", {"textDocument": {"uri": top}})
    assert client.diagnostics[uri] == []


BROKEN = [
    "$ " * 100,
    f"op f(x: real) -> real = {'(' * 3000}x",
    'op f("\x00\u2028\r\x0c\ufeff',
    "",
    "# only",
    "use std.answer @ 1.0.0 {",
    "op",
]


def test_no_text_ends_the_server(client: Any) -> None:
    client.start()
    for number, text in enumerate(BROKEN):
        uri = client.open(f"t{number}.nmt", text)
        client.said(uri)
        about = {"textDocument": {"uri": uri}}
        for method in ("hover", "definition", "completion", "prepareRename"):
            for column in (0, len(text) // 2, 10_000_000):
                client.raw(f"textDocument/{method}", about | {"position": {"line": 0, "character": column}})
        client.raw("textDocument/rename", about | {"position": {"line": 0, "character": 4}, "newName": "("})
        client.request("textDocument/formatting", about | {"options": {"tabSize": 2, "insertSpaces": True}})
        client.request("textDocument/documentSymbol", about)
        actions(client, uri)
        client.change(uri, {"range": (99, 99, 99, 99), "text": "\ndim H\n"}, {"text": "package t @ 1.0.0\n"})
        assert client.said(uri) == []
    for name in ("nowhere.nmt", "http://elsewhere/x.nmt"):
        client.raw("textDocument/hover", {"textDocument": {"uri": name}, "position": {"line": 0, "character": 0}})
    assert client.stop() == 0
    assert client.errors == []


def test_a_fault_of_ours_is_logged_and_answered_with_nothing(client_of: Any) -> None:
    client = client_of(
        "import nmt.lsp.handlers as handlers\n"
        "def fails(*_): print('stray'); raise ValueError('a fault of ours')\n"
        "handlers.hover = fails\n"
        "from nmt.__main__ import main\n"
        "main(['lsp'])"
    )
    client.start()
    uri = client.open("t.nmt", "dim H")
    assert client.at("hover", uri, 0, 4) is None
    assert len(client.at("definition", uri, 0, 4)) == 1
    assert client.stop() == 0
    assert "a fault of ours" in "".join(client.errors)


def test_pygls_missing_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from nmt.__main__ import main

    monkeypatch.setattr(command, "find_spec", lambda _: None)
    with pytest.raises(SystemExit) as end:
        main(["lsp"])
    assert end.value.code == 1
    said = capsys.readouterr()
    assert "pip install 'ntypes[lsp]'" in said.err
    assert said.out == ""


def test_help_needs_no_pygls() -> None:
    script = "import sys; sys.modules['pygls'] = None\nfrom nmt.__main__ import main\nmain(['lsp', '--help'])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "nmt lsp" in done.stdout
