"""A client of the language server: it starts the real one, and speaks JSON-RPC over its standard input and output."""

import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

WAIT = 60  # seconds for an answer: machines that run tests are busy


class Client:
    def __init__(self, folder: Path, *command: str) -> None:
        self.server = subprocess.Popen(
            [sys.executable, *(command or ("-m", "nmt", "lsp"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
        )
        self.folder = folder
        self.number = 0
        self.versions: dict[str, int] = {}
        self.diagnostics: dict[str, list[dict]] = {}
        self.seen: dict[str, int | None] = {}
        self.messages: queue.Queue[dict | None] = queue.Queue()
        self.errors: list[str] = []
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._errors, daemon=True).start()

    def _listen(self) -> None:
        """Read messages, and nothing but messages: anything else on standard output breaks this."""
        while True:
            header = self.server.stdout.readline()
            if not header:
                break
            assert header.startswith(b"Content-"), header
            while (line := self.server.stdout.readline()) != b"\r\n":
                header += line
            length = int(header.split(b"Content-Length: ")[1].split(b"\r\n")[0])
            self.messages.put(json.loads(self.server.stdout.read(length)))
        self.messages.put(None)

    def _errors(self) -> None:
        self.errors.extend(line.decode() for line in self.server.stderr)

    def send(self, message: dict) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def notify(self, method: str, params: Any = None) -> None:
        self.send({"method": method, "params": params})

    def raw(self, method: str, params: Any = None) -> dict:
        """The whole answer to a request; notifications on the way are kept."""
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self.number and "method" not in message:
                return message

    def request(self, method: str, params: Any = None) -> Any:
        answer = self.raw(method, params)
        assert "error" not in answer, answer
        return answer["result"]

    def _next(self) -> dict:
        message = self.messages.get(timeout=WAIT)
        assert message is not None, f"the server ended: {''.join(self.errors)}"
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.diagnostics[params["uri"]] = params["diagnostics"]
            self.seen[params["uri"]] = params.get("version")
        return message

    # -- files

    def start(self, encodings: list[str] | None = None) -> dict:
        general = {"positionEncodings": encodings} if encodings else {}
        can = {"general": general, "textDocument": {"rename": {"prepareSupport": True}}}
        params = {"processId": None, "rootUri": self.folder.as_uri(), "capabilities": can}
        found = self.request("initialize", params)
        self.notify("initialized", {})
        return found

    def open(self, name: str, text: str) -> str:
        uri = name if ":" in name else (self.folder / name).as_uri()
        self.versions[uri] = 1
        item = {"uri": uri, "languageId": "nmt", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})
        return uri

    def change(self, uri: str, *changes: dict) -> None:
        """Changes with a `text`, and for a part of the file a `range` of (line, column, line, column)."""
        self.versions[uri] += 1
        made = [
            {"text": change["text"]} | ({"range": between(*change["range"])} if "range" in change else {})
            for change in changes
        ]
        identity = {"uri": uri, "version": self.versions[uri]}
        self.notify("textDocument/didChange", {"textDocument": identity, "contentChanges": made})

    def said(self, uri: str) -> list[dict]:
        """The diagnostics of the newest text."""
        end = time.monotonic() + WAIT
        while self.seen.get(uri) != self.versions[uri]:
            assert time.monotonic() < end
            self._next()
        return self.diagnostics[uri]

    def at(self, method: str, uri: str, line: int, column: int, **more: Any) -> Any:
        place = {"textDocument": {"uri": uri}, "position": {"line": line, "character": column}}
        return self.request(f"textDocument/{method}", place | more)

    def stop(self) -> int:
        self.request("shutdown")
        self.notify("exit")
        return self.server.wait(WAIT)


def between(line: int, column: int, end_line: int, end_column: int) -> dict:
    return {"start": {"line": line, "character": column}, "end": {"line": end_line, "character": end_column}}


@pytest.fixture
def client_of(tmp_path: Path) -> Iterator[Callable[[str], Client]]:
    """Starts a server by a script of Python, or without one the real server."""
    made: list[Client] = []

    def start(script: str = "") -> Client:
        made.append(Client(tmp_path, *(["-c", script] if script else [])))
        return made[-1]

    yield start
    for client in made:
        client.server.kill()
        client.server.wait(WAIT)


@pytest.fixture
def client(client_of: Callable[[], Client]) -> Client:
    return client_of()
