"""The demo, small, and that it goes on where it was stopped."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.slow
def test_the_demo_runs_and_writes_its_report(tmp_path):
    command = [sys.executable, "-m", "nmt", "demo", "--scenes", "40", "--epochs", "2", "--backbone", "patches"]
    for _ in range(2):  # the second time everything is there
        made = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        assert made.returncode == 0, made.stdout + made.stderr
        assert "questions about scenes never trained on are answered right" in made.stdout
    page = (tmp_path / "demo/report.html").read_text()
    for name in ("history.png", "questions.png", "masks.png", "run/eval-val.png"):
        assert name in page
        assert (tmp_path / "demo" / name).stat().st_size > 5000
