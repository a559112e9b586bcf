"""The implementations beside the tests are modules to be imported, as a user's are."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
