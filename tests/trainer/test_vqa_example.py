"""`examples/vqa` does what its README says."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import click
import pytest

from nmt.__main__ import cli
from nmt.data.vqa.make import write_vqa

FOLDER = Path(__file__).parents[2] / "examples" / "vqa"


def test_commands_of_the_readme_exist() -> None:
    text = f"{(FOLDER / 'README.md').read_text()}\n{(FOLDER / 'run.sh').read_text()}"
    named = set(re.findall(r"\bnmt ([a-z]+)", text)) - {"parse"}
    assert {"check", "compile", "data", "eval", "plan", "train"} <= named
    with click.Context(cli) as context:
        commands = {name: cli.get_command(context, name) for name in named}
        assert all(commands.values()), commands
        inner = commands["data"]
        assert isinstance(inner, click.Group)
    options = set(re.findall(r"(--[a-z][\w-]+)", text)) - {"--to"}
    known = {
        name
        for command in [*commands.values(), *inner.commands.values()]
        for one in command.params
        for name in one.opts
    }
    assert options <= known


@pytest.mark.slow
def test_the_script_runs(tmp_path: Path) -> None:
    write_vqa(tmp_path / "made", pictures=40, asked=2, size=(48, 32))
    program = tmp_path / "bin" / "nmt"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nmt "$@"\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PATH": f"{program.parent}:{os.environ['PATH']}"}
    script = [FOLDER / "run.sh", "made", "results", "--epochs", "1", "--device", "cpu", "--threads", "1"]
    made = subprocess.run(script, cwd=tmp_path, capture_output=True, text=True, env=environment, timeout=300)
    assert made.returncode == 0, made.stdout + made.stderr
    assert made.stdout.count("test, official") == 2
    for model in ("adjusted", "original"):
        assert (tmp_path / "results" / model / "answers-test.json").exists()
