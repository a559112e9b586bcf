"""`nmt check clevr`, cold, against `python -c "import lark, attrs"`: the processor time of whole processes, in turn.

python benchmarks/check_cold.py [--rounds 15] [--out FILE]
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path

from record import record, verdict

LIMIT = 2.5
# As for anybody who has installed the package: what was imported once is not compiled again.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def seconds(command: list[str]) -> float:
    """Processor time of a process, user and system: unlike the clock it does not count what others do."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, env=ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    check = [str(Path(sys.executable).with_name("nmt")), "check", "clevr"]
    base = [sys.executable, "-c", "import lark, attrs"]
    seconds(check), seconds(base)  # byte code is written once, at the first import ever
    pairs = [(seconds(check), seconds(base)) for _ in range(given.rounds)]
    ratio = statistics.median(a for a, _ in pairs) / statistics.median(b for _, b in pairs)
    ours, theirs = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"nmt check clevr {ours:.0f} ms, importing lark and attrs {theirs:.0f} ms, medians of {given.rounds}")
    print(f"ratio {ratio:.2f}, at most {LIMIT}: {verdict(ratio, LIMIT, least=False)}")
    record(given.out, {"ratio": ratio, "check_ms": ours, "import_ms": theirs})


if __name__ == "__main__":
    main()
