"""`examples/shapes` does what its README says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "shapes"


@pytest.mark.slow
def test_it_runs_as_it_is(tmp_path):
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": programs, "OMP_NUM_THREADS": "1"}
    command = ["bash", str(EXAMPLE / "run.sh"), "results"]
    made = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=600)
    assert made.returncode == 0, made.stdout + made.stderr
    assert re.search(r"^test +1,024 +(100|99\.\d)", made.stdout, re.MULTILINE), made.stdout
    shares = [float(share) for share in re.findall(r"(?:leaf|rel|and): ([\d.]+)% of cells are right", made.stdout)]
    assert len(shares) == 3
    assert min(shares) > 99
    assert (tmp_path / "results" / "masks.png").stat().st_size > 10_000
