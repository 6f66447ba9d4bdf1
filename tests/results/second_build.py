"""Two clean builds in different folders give the same figures, tables and numbers, to the byte.

Run by .ci/run after a build of the checkout: builds a copy from nothing elsewhere and compares.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
COMPARED = ("figures", "reports")


def main() -> int:
    """Build the copy and compare; the exit status."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True
        ).stdout
        for name in filter(None, listed.split("\0")):
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, copy / name)
        subprocess.run(
            [sys.executable, "-m", "resilience_lib", "paper-figures"],
            env={**os.environ, "RESILIENCE_ROOT": str(copy)},
            check=True,
        )
        here, there = hashes(REPOSITORY), hashes(copy)
    different = sorted(
        name for name in here.keys() | there.keys() if here.get(name) != there.get(name)
    )
    print(f"{len(here)} files compared, {len(different)} differ")
    for name in different:
        print(f"  {name}")
    return 1 if different or not here else 0


def hashes(root: Path) -> dict[str, str]:
    """Checksum of every published file below `root`."""
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in COMPARED
        for path in sorted((root / folder).rglob("*"))
        if path.is_file()
    }


if __name__ == "__main__":
    sys.exit(main())
