"""The client of a CoreNLP server, against a local server that replays answers."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from nmt.compiler.diagnostics import CompileError, Diagnostic
from nmt.compiler.frontends.layouts import layout_of
from nmt.data.parsers.kept import Kept
from nmt.data.parsers.server import BATCH, PROBE, Server

# Answers of CoreNLP 4.5 as they came, by their texts: asked for trees, and for dependencies alone. Texts that are not
# here get words that all hang on the first.
RECORDED = {
    text: made
    for name, texts in {
        "trees": ["Is the car shown?", "How many birds are in the image?"],
        "dependencies": ["What color is the wall behind the bed?"],
    }.items()
    for text, made in zip(
        texts,
        json.loads((Path(__file__).parent / "corenlp" / f"{name}.json").read_text(encoding="utf-8"))["sentences"],
        strict=True,
    )
}


def sentence(text, index):
    if text in RECORDED:
        return {**RECORDED[text], "index": index, "line": index + 1}
    words = text.split()
    edges = [("ROOT", 0, 1), *(("dep", 1, number) for number in range(2, len(words) + 1))]
    tokens, at = [], 0
    for number, word in enumerate(words, 1):
        at = text.index(word, at)
        offsets = {"characterOffsetBegin": at, "characterOffsetEnd": at + len(word)}
        tokens.append({"index": number, "word": word, "originalText": word, "lemma": word, "pos": "NN", **offsets})
        at += len(word)
    return {
        "index": index,
        "basicDependencies": [{"dep": dep, "governor": head, "dependent": word} for dep, head, word in edges],
        "tokens": tokens,
    }


class Replay(ThreadingHTTPServer):
    """Answers like CoreNLP; `faults` are what it does instead, one after the other."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked, self.faults, self.release = [], [], "4.5"
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_):
        """A client that waits no longer is no news."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((text.split("\n"), parse_qs(urlsplit(self.path).query)))
        fault = self.server.faults.pop(0) if self.server.faults else None
        if fault == "cut":
            return
        if fault == "slow":
            time.sleep(0.5)
        if isinstance(fault, tuple):
            self.answer(*fault)
        elif "crash" in text:
            self.answer(500, b"java.lang.IllegalStateException: no parse\n")
        else:
            lines = [line for part in text.split("\n") for line in part.replace("two.", "two.\n").split("\n") if line]
            made = {"sentences": [sentence(line, number) for number, line in enumerate(lines)]}
            if text == PROBE:
                made["sentences"][0]["basicDependencies"][1]["dep"] = f"dep:{self.server.release}"
            self.answer(200, json.dumps(made).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def replay():
    server = Replay()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def client(replay, **settings):
    pauses = []
    made = Server(replay.url, **{"timeout": 5, "sleep": pauses.append, **settings})
    return made, pauses


def test_parses(replay):
    server, _ = client(replay)
    first, blank, second = server.parse(["Is the  car shown?", " ", "some words"])
    assert first.words == ("Is", "the", "car", "shown", "?")
    assert (first.lemmas, first.tags[3], first.labels) == ((), "VBN", "ud2")
    assert (first.text, first.number, second.number) == ("Is the  car shown?", 0, 2)
    assert (blank.words, second.words) == ((), ("some", "words"))
    ((texts, query),) = replay.asked
    assert texts == ["Is the car shown?", "some words"]
    assert json.loads(query["properties"][0]) == {
        "annotators": "tokenize,ssplit,pos,lemma,depparse",
        "outputFormat": "json",
        "ssplit.eolonly": "true",
    }


def test_recorded_answers(replay):
    """With trees and without; no lemmas were asked for, so they are told by rule."""
    car, birds, wall = client(replay)[0].parse(RECORDED)
    assert (car.edges[0], car.tree[:11], wall.tree) == (("root", 0, 4), "(ROOT (SQ (", "")
    assert ("obl:behind", 3, 8) in wall.edges  # of the graph `enhanced++`
    assert [str(layout_of(one).term) for one in (car, birds, wall)] == [
        "yesno[is](leaf[car]())",
        "other[how_many](leaf[bird]())",
        "other[color](and(leaf[wall](), leaf[bed]()))",
    ]


def test_many_questions_a_request(replay):
    server, _ = client(replay)
    assert sum(parse.words == ("q",) for parse in server.parse(["q"] * (2 * BATCH + 1))) == 2 * BATCH + 1
    assert [len(texts) for texts, _ in replay.asked] == [BATCH, BATCH, 1]


def test_answers_are_kept(replay, tmp_path):
    questions = ["Is the car shown?", "some words"]
    first = list(client(replay, cache=tmp_path)[0].parse(questions))
    assert [texts for texts, _ in replay.asked] == [[PROBE], questions]
    again = list(client(replay, cache=tmp_path)[0].parse([*questions, "more"]))
    assert again[:2] == first
    assert [texts for texts, _ in replay.asked[2:]] == [[PROBE], ["more"]]


def test_another_server_is_asked_anew(replay, tmp_path):
    list(client(replay, cache=tmp_path)[0].parse(["some words"]))
    replay.release = "4.6"
    list(client(replay, cache=tmp_path)[0].parse(["some words"]))
    list(client(replay, cache=tmp_path, annotators="tokenize,ssplit,pos,lemma,parse")[0].parse(["some words"]))
    assert [texts for texts, _ in replay.asked].count(["some words"]) == 3


def test_a_damaged_answer_is_asked_anew(replay, tmp_path):
    list(client(replay, cache=tmp_path)[0].parse(["some words"]))
    (kept,) = tmp_path.rglob("*.json")
    kept.write_bytes(kept.read_bytes()[:-5])
    assert next(client(replay, cache=tmp_path)[0].parse(["some words"])).words == ("some", "words")
    assert [texts for texts, _ in replay.asked].count(["some words"]) == 2


def test_kept(tmp_path):
    kept = Kept(tmp_path)
    assert kept.get("a") is None
    kept.put("a", b"x\ny")
    kept.put("a", b"z")
    assert (kept.get("a"), kept.get("b")) == (b"z", None)
    assert len(list(tmp_path.rglob("*"))) == 2  # a folder and a file: nothing is left beside


def test_a_busy_server_is_asked_again_after_longer_and_longer_pauses(replay):
    replay.faults = ["cut", (503, b"busy"), (429, b"")]
    server, pauses = client(replay)
    assert next(server.parse(["some words"])).words == ("some", "words")
    assert pauses == [0.5, 1.0, 2.0]


def test_a_server_that_stays_busy_is_told_and_not_asked_in_halves(replay):
    replay.faults = [(503, b"later")] * 9
    server, pauses = client(replay)
    with pytest.raises(CompileError, match=r"NMT641 the server is busy: HTTP 503, later \(4 times\)"):
        list(server.parse(["one", "two"]))
    assert (len(replay.asked), pauses) == (4, [0.5, 1.0, 2.0])


@pytest.mark.parametrize("status", [204, 302, 401, 404, 501])
def test_an_address_of_something_else(replay, status):
    replay.faults = [(status, b"")] * 9
    server, _ = client(replay)
    with pytest.raises(CompileError, match=rf"NMT643 the server does not answer as CoreNLP does: HTTP {status}"):
        list(server.parse(["one", "two"]))
    assert len(replay.asked) == 1


@pytest.mark.parametrize("status", [400, 413, 500])
def test_what_a_server_refuses_is_asked_in_halves(replay, status):
    replay.faults = [(status, b"too large")]
    assert [one.words for one in client(replay)[0].parse(["one", "two"])] == [("one",), ("two",)]
    assert [texts for texts, _ in replay.asked] == [["one", "two"], ["one"], ["two"]]


def test_without_a_folder_for_answers_it_goes_on(replay, tmp_path):
    told = []
    (tmp_path / "file").write_text("")
    server, _ = client(replay, cache=tmp_path / "file" / "answers", warn=told.append)
    assert [one.words[0] for one in server.parse(["q"] * (BATCH + 1))] == ["q"] * (BATCH + 1)
    (message,) = told
    assert "answers cannot be written (Not a directory): answers of the server are not kept" in message


def test_nothing_is_left_of_an_answer_that_does_not_fit(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nmt.data.parsers.kept.os.replace", full)
    with pytest.raises(OSError, match="No space"):
        Kept(tmp_path).put("a", b"x")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_one_question_spoils_no_other(replay):
    server, pauses = client(replay)
    made = list(server.parse(["one", "crash here", "three", "part two. part", "five"]))
    assert [one.code if isinstance(one, Diagnostic) else one.words[0] for one in made] == [
        "one", "NMT642", "three", "NMT644", "five"
    ]  # fmt: skip
    assert made[1].message == (
        "the server cannot parse `crash here`: HTTP 500, java.lang.IllegalStateException: no parse"
    )
    assert made[1].place == f"{replay.url}: question 1"
    assert not pauses  # what it cannot, it cannot the next time either
    assert "made 2 sentences of `part two. part`" in made[3].message


@pytest.mark.parametrize(
    ("faults", "code", "said"),
    [
        ([(200, b"<html>Sign in</html>")], "NMT643", "does not answer in CoreNLP's JSON: '<html>Sign in</html>'"),
        ([(200, b"\xff\xfe")], "NMT643", "does not answer in CoreNLP's JSON"),
        ([(200, b'{"sentences": 3}')], "NMT643", "does not answer in CoreNLP's JSON"),
        (["cut", "cut"], "NMT640", "the server is not reached: Remote end closed connection"),
        (["slow", "slow"], "NMT641", "does not answer within 0.1 s (2 times)"),
    ],
)
def test_where_nothing_can_go_on(faults, code, said, replay):
    replay.faults = faults
    server, _ = client(replay, retries=1, timeout=0.1 if code == "NMT641" else 5)
    with pytest.raises(CompileError) as fault:
        list(server.parse(["some words"]))
    assert f"{replay.url}: {code} " in str(fault.value)
    assert said in str(fault.value)


def test_a_server_that_cannot_parse_at_all_is_told_once(replay, tmp_path):
    replay.faults = [(500, b"no annotator named depparse")] * 5
    with pytest.raises(CompileError, match=r"NMT642 .*no annotator named depparse"):
        list(client(replay, cache=tmp_path)[0].parse(["some words"]))


def test_no_server():
    server = Server("127.0.0.1:9", retries=0)
    with pytest.raises(CompileError, match=r"http://127.0.0.1:9: NMT640 the server is not reached: .*refused"):
        list(server.parse(["a"]))


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:port", "http://[", ""])
def test_no_address(url):
    with pytest.raises(CompileError, match="NMT640 is no address of a server"):
        Server(url)


def test_a_text_that_is_no_question_is_not_asked(replay):
    (made,) = client(replay)[0].parse(["x" * 10_001])
    assert made.code == "NMT414"
    assert not replay.asked
