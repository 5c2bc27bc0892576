"""The packages from PyPI that the playground's Python can import, fetched once by pip."""

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
WANTED = HERE / "requirements.txt"
KEPT = HERE / "node_modules" / ".wheels"  # beside what npm fetched
ANYWHERE = "--only-binary :all: --platform any --implementation py --abi none --python-version 3.14"


def fetched_wheels() -> list[Path]:
    """Those of requirements.txt, in its versions. Ends with a sentence where pip fails."""
    if not (KEPT.exists() and KEPT.stat().st_mtime >= WANTED.stat().st_mtime):
        shutil.rmtree(KEPT, ignore_errors=True)
        options = ["--no-deps", "--require-hashes", *ANYWHERE.split()]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, "-r", WANTED, "-d", KEPT],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            shutil.rmtree(KEPT, ignore_errors=True)  # pip makes the folder before it fetches
            sys.exit(f"pip download failed:\n{done.stdout}{done.stderr}")
        KEPT.touch()
    return sorted(KEPT.glob("*.whl"))
