"""A CoreNLP server of the user's, asked over HTTP: many questions a request, answers kept on disk.

Answers are kept by what they depend on: what the server is, what it is asked for, and the text. A server does not tell
its release, so what it is, is the answer that it gives to one fixed sentence.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import re
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import SplitResult, quote, urlsplit

import msgspec
from attrs import evolve

from nmt.compiler.diagnostics import CompileError, Diagnostic, error
from nmt.compiler.frontends.parses.blocks import Given
from nmt.compiler.frontends.parses.corenlp import read_corenlp
from nmt.compiler.frontends.parses.parse import Parse

from .kept import Kept
from .parser import LONGEST, too_long

ANNOTATORS = "tokenize,ssplit,pos,lemma,depparse"
PROBE = "The man's 1,000 dogs, which aren't his own, were shown to her by those who walked (or ran) behind it."
BATCH = 100  # questions a request
HELP = "start it in CoreNLP's folder: java -cp '*' edu.stanford.nlp.pipeline.StanfordCoreNLPServer -port 9000"


class _Answer(msgspec.Struct):
    sentences: list[msgspec.Raw]


class _RefusedError(Exception):
    """The server answered that it cannot do these texts (HTTP 500, ...), in its own words."""


class Server:
    """The client of a server.

    `timeout` is in seconds, for one request; `retries` are made where the server is not reached, does not answer in
    time, or says that it is busy, after `pause`, twice the pause, and so on. `cache` is a folder (None: nothing is
    kept); where it cannot be written, `warn` is told once, and the rest goes on without. Raises CompileError (NMT640)
    for an address that is none.
    """

    def __init__(
        self,
        url: str = "http://localhost:9000",
        *,
        annotators: str = ANNOTATORS,
        timeout: float = 60.0,
        retries: int = 3,
        pause: float = 0.5,
        cache: Path | None = None,
        warn: Callable[[str], None] = warnings.warn,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url = url if "://" in url else f"http://{url}"
        self.annotators = annotators
        self.timeout, self.retries, self.pause, self.sleep = timeout, retries, pause, sleep
        self.kept, self.warn = None if cache is None else Kept(cache), warn
        self._address = _address(self.url)
        self._version = ""

    @property
    def version(self) -> str:
        """What the server is: a hash of what it answers to one fixed sentence. Raises as `parse` does."""
        if not self._version:
            answer = self._ask([PROBE])[0]
            if isinstance(answer, Diagnostic):
                raise CompileError([evolve(answer, place=self.url)])
            self._version = hashlib.sha256(answer).hexdigest()[:16]
        return self._version

    def parse(self, questions: Iterable[str]) -> Iterator[Parse | Diagnostic]:
        """Parse questions: each gives one parse, or a diagnostic (NMT642, NMT644).

        Raises CompileError where nothing can go on: NMT640 the server is not reached, NMT641 it does not answer in
        time or stays busy, NMT643 it does not answer as CoreNLP does. What was answered before is kept.
        """
        stream = iter(questions)
        number = 0
        while batch := list(islice(stream, BATCH)):
            answers = self._batch([" ".join(text.split()) for text in batch])
            parses = self._read([one for one in answers if isinstance(one, bytes)])
            for text, answer in zip(batch, answers, strict=True):
                if len(text) > LONGEST:
                    yield too_long(number, text)
                elif isinstance(answer, Diagnostic):
                    yield evolve(answer, place=f"{self.url}: question {number}")
                elif answer is None:
                    yield Parse((), text=text, number=number)
                else:
                    parse = next(parses)
                    yield parse if isinstance(parse, Diagnostic) else evolve(parse, text=text, number=number)
                number += 1

    def _read(self, answers: Sequence[bytes]) -> Iterator[Parse | Diagnostic]:
        return read_corenlp(Given(b'{"sentences": [' + b",\n".join(answers) + b"]}", self.url))

    def _batch(self, texts: Sequence[str]) -> list[bytes | Diagnostic | None]:
        """The answer to each text, from the folder or from the server; None for one without words."""
        answers: list[bytes | Diagnostic | None] = [None] * len(texts)
        asked: list[int] = []
        for at, text in enumerate(texts):
            if not text or len(text) > LONGEST:
                continue
            kept = None if self.kept is None else self.kept.get(self._key(text))
            if kept is None:
                asked.append(at)
            answers[at] = kept
        for at, answer in zip(asked, self._ask([texts[at] for at in asked]), strict=True):
            answers[at] = answer
            if isinstance(answer, bytes):
                self._keep(texts[at], answer)
        return answers

    def _keep(self, text: str, answer: bytes) -> None:
        if self.kept is None:
            return
        key = self._key(text)
        try:
            self.kept.put(key, answer)
        except OSError as fault:
            folder, self.kept = self.kept.folder, None
            self.warn(f"{folder} cannot be written ({fault.strerror or fault}): answers of the server are not kept")

    def _key(self, text: str) -> str:
        return json.dumps([self.version, self.annotators, text])

    def _ask(self, texts: Sequence[str]) -> list[bytes | Diagnostic]:
        """Ask the server. Where it cannot do them all, halves are asked, so that one text spoils no other."""
        if not texts:
            return []
        try:
            return [bytes(one) for one in self._sentences(texts)]
        except _RefusedError as fault:
            if len(texts) == 1:
                return [Diagnostic("NMT642", f"the server cannot parse {_shown(texts[0])}: {fault}")]
        except _CountError as fault:
            if len(texts) == 1:
                message = f"the server made {fault.count} sentences of {_shown(texts[0])}, where 1 was expected"
                return [Diagnostic("NMT644", message, help="does it split at ends of lines only (ssplit.eolonly)?")]
        half = len(texts) // 2
        return [*self._ask(texts[:half]), *self._ask(texts[half:])]

    def _sentences(self, texts: Sequence[str]) -> list[msgspec.Raw]:
        """The JSON of each text's sentence."""
        body = self._post("\n".join(texts).encode())
        try:
            sentences = msgspec.json.decode(body, type=_Answer).sentences
        except (msgspec.DecodeError, UnicodeDecodeError):
            start = " ".join(body[:200].decode("utf-8", "replace").split())[:80]
            message = f"the server does not answer in CoreNLP's JSON: {start!r}"
            raise error("NMT643", message, place=self.url, help="is this the address of a CoreNLP server?") from None
        if len(sentences) != len(texts):
            raise _CountError(len(sentences))
        return sentences

    def _post(self, body: bytes) -> bytes:
        """One request, made again where that may help."""
        for attempt in range(self.retries + 1):
            try:
                status, answer = self._once(body)
            except (OSError, http.client.HTTPException) as fault:
                if attempt == self.retries:
                    raise self._lost(fault) from None
            else:
                if status == http.HTTPStatus.OK:
                    return answer
                said = f"HTTP {status}, {_plain(answer) or 'nothing more'}"
                if status in _REFUSED:
                    raise _RefusedError(said)
                if status not in _BUSY:
                    message = f"the server does not answer as CoreNLP does: {said}"
                    raise error("NMT643", message, place=self.url, help="is this the address of a CoreNLP server?")
                if attempt == self.retries:
                    raise self._late(f"is busy: {said}")
            self.sleep(self.pause * 2**attempt)
        raise AssertionError

    def _once(self, body: bytes) -> tuple[int, bytes]:
        address = self._address
        make = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = make(address.hostname or "", address.port, timeout=self.timeout)
        properties = {"annotators": self.annotators, "outputFormat": "json", "ssplit.eolonly": "true"}
        path = f"{address.path or '/'}?properties={quote(json.dumps(properties))}&pipelineLanguage=en"
        try:
            connection.request("POST", path, body, {"Content-Type": "text/plain; charset=utf-8"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def _lost(self, fault: Exception) -> CompileError:
        if isinstance(fault, TimeoutError):
            return self._late(f"does not answer within {self.timeout:g} s")
        reason = getattr(fault, "strerror", None) or str(fault) or type(fault).__name__
        return error("NMT640", f"the server is not reached: {reason}", place=self.url, help=HELP)

    def _late(self, what: str) -> CompileError:
        kept = "" if self.kept is None else "; what was answered is kept"
        help_ = f"it may still be loading its models: try again{kept}"
        return error("NMT641", f"the server {what} ({self.retries + 1} times)", place=self.url, help=help_)


_BUSY = {408, 429, 502, 503, 504}
_REFUSED = {400, 413, 500}  # the texts may be at fault: fewer are asked


class _CountError(Exception):
    """The number of sentences is not that of the texts."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def _address(url: str) -> SplitResult:
    try:
        address = urlsplit(url)
        known = address.scheme in {"http", "https"} and address.hostname and (address.port or 1)
    except ValueError:
        known = None
    if not known:
        raise error("NMT640", "is no address of a server", place=url, help="write --server http://localhost:9000")
    return address


def _plain(answer: bytes) -> str:
    """What an answer says, on one line, without the tags of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.decode("utf-8", "replace")).split())[:300]


def _shown(text: str) -> str:
    return f"`{text if len(text) < 60 else f'{text[:57]}...'}`"
