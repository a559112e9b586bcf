"""An edit of a file of 1,000 lines in the language server: from the change to its findings, on one core.

python benchmarks/lsp.py [--lines 1000] [--edits 40] [--out FILE]

Three times: the work alone (`Document.edit` and `check`), the same from scratch, and a real client that speaks to a
real server over pipes. Half of the edits break an op, and half mend it.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from record import record, verdict

from nmt.compiler.check import check
from nmt.compiler.source import Source
from nmt.lsp.checks import Document
from nmt.stdlib import FOLDER

LIMIT = 0.1  # seconds
URI = "file:///large.nmt"


def large(lines: int) -> str:
    """The interface of CLEVR, its ops again and again under other names."""
    text = (FOLDER / "clevr.nmt").read_text(encoding="utf-8").splitlines()
    ops = [line for line in text if line.startswith("op ") and len(line) > 30]
    for number in range(lines - len(text)):
        op = ops[number % len(ops)]
        name = op.split("(")[0].split("[")[0].removeprefix("op ")
        text.append(op.replace(f"op {name}", f"op {name}_{number}", 1))
    return "\n".join(text) + "\n"


def edits(text: str, count: int) -> list[tuple[int, str]]:
    """Lines in the middle, and each as it is to be written."""
    lines = text.split("\n")
    number = next(at for at in range(len(lines) // 2, len(lines)) if "x: mask" in lines[at])
    return [(number, lines[number].replace("x: mask", "x: maks" if at % 2 == 0 else "x: mask")) for at in range(count)]


def put(text: str, line: int, new: str) -> str:
    """A text with another line."""
    lines = text.split("\n")
    lines[line] = new
    return "\n".join(lines)


class Client:
    """As much of the protocol as is measured."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "nmt", "lsp"]
        self.server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, method: str, params: Any, **more: Any) -> None:
        """One message."""
        body = json.dumps({"jsonrpc": "2.0", "method": method, "params": params, **more}).encode()
        assert self.server.stdin is not None
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def wait(self, version: int) -> None:
        """Read messages up to the findings of a version."""
        assert self.server.stdout is not None
        while True:
            header = b""
            while not header.endswith(b"\r\n\r\n"):
                header += self.server.stdout.readline()
            length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            message = json.loads(self.server.stdout.read(length))
            if message.get("params", {}).get("version") == version:
                return


def over_pipes(text: str, count: int) -> list[float]:
    """Seconds from a change to its findings."""
    client = Client()
    client.send("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, id=1)
    client.send("initialized", {})
    opened = {"uri": URI, "languageId": "nmt", "version": 0, "text": text}
    client.send("textDocument/didOpen", {"textDocument": opened})
    client.wait(0)
    seconds = []
    for version, (line, new) in enumerate(edits(text, count), 1):
        end = {"line": line, "character": 1000}
        change = {"range": {"start": {"line": line, "character": 0}, "end": end}, "text": new}
        start = time.perf_counter()
        params = {"textDocument": {"uri": URI, "version": version}, "contentChanges": [change]}
        client.send("textDocument/didChange", params)
        client.wait(version)
        seconds.append(time.perf_counter() - start)
    client.server.kill()
    client.server.wait()
    return seconds


def timed(work: Any) -> float:
    """Seconds of processor time."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1000)
    parser.add_argument("--edits", type=int, default=40)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    gc.set_threshold(100_000, 20, 50)  # as `nmt` does
    text = large(given.lines)
    document = Document.of(Path("large.nmt"), text)
    assert not document.check().findings
    warm, cold = [], []
    for line, new in edits(text, given.edits):
        changed = put(text, line, new)

        def again(changed: str = changed) -> None:
            document.edit(changed)
            document.check()

        warm.append(timed(again))
        if len(cold) < 6:
            cold.append(timed(lambda changed=changed: check(Source("large.nmt", changed), document.search)))
    pipes = over_pipes(text, given.edits)
    ours, scratch = statistics.median(warm), statistics.median(cold)
    print(f"{given.lines} lines, an edit in the middle, medians of {given.edits}:")
    print(f"work {1000 * ours:.1f} ms, from scratch {1000 * scratch:.0f} ms, ratio {ours / scratch:.3f}")
    answer, slowest = statistics.median(pipes), max(pipes)
    print(
        f"to findings over pipes {1000 * answer:.1f} ms, slowest {1000 * slowest:.1f}, at most {1000 * LIMIT:.0f}: ",
        end="",
    )
    print(verdict(answer, LIMIT, least=False))
    figures = {"edit_ms": 1000 * ours, "scratch_ms": 1000 * scratch, "ratio": ours / scratch}
    record(given.out, {**figures, "answer_ms": 1000 * answer, "slowest_ms": 1000 * slowest, "lines": given.lines})


if __name__ == "__main__":
    main()
