"""`python -m nmt.compiler.codes` makes anew what is made, after a change of the table or of docs/language.md."""

import subprocess
import sys
from pathlib import Path

from .document import document, rules_of

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE, DIAGNOSTICS = (ROOT / "docs" / name for name in ("language.md", "diagnostics.md"))
RULES = ROOT / "compiler" / "codes" / "rules.py"

made = rules_of(LANGUAGE.read_text(encoding="utf-8"))
if made != RULES.read_text(encoding="utf-8"):
    RULES.write_text(made, encoding="utf-8")
    subprocess.run([sys.executable, "-m", "nmt.compiler.codes"], check=True)  # itself, with the new rules
else:
    DIAGNOSTICS.write_text(document(), encoding="utf-8")
