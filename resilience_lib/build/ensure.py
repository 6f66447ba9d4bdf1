"""Earlier stages for a notebook that somebody opened by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable

from resilience_lib.build.driver import needs, plan
from resilience_lib.build.fingerprints import code_folder, declared
from resilience_lib.errors import BuildError
from resilience_lib.paths import raw


def fetch_absent(studies: Iterable[str]) -> None:
    """Lay the raw files of studies where any is absent, and say what was written."""
    for study in studies:
        known = declared(study)
        if not all((raw(study) / name).exists() for name in (*known.raw, *known.told)):
            from resilience_lib.store.raw import fetch

            for said in fetch(study):
                if said.startswith("wrote"):
                    print(said, flush=True)


def ensure_stages(study: str, before: str) -> None:
    """Build the stages ahead of a notebook where they are missing or stale, and say so.

    Under the driver this does nothing: it has built them already.

    Parameters
    ----------
    study : str
    before : str
        The notebook's own stage.

    Raises
    ------
    BuildError
        An earlier stage failed.
    FaultsError
        The study file or a notebook has faults.
    """
    if os.environ.get("RESILIENCE_BUILDING") == "1":
        return
    stale = plan([study], before)
    if not stale:
        # the first notebook has no stage ahead of it, but needs the raw files
        fetch_absent([study])
        return
    # the stage that is read, or else the first that is stale: what a reader would look for
    named = next((p for p in stale if p.stage in needs(study, before)), stale[0])
    state = "missing" if named.why == "missing" else f"out of date ({named.why})"
    listed = ", ".join(item.stage for item in stale)
    print(f"{named.stage} of {study} is {state}: building it first ({listed})", flush=True)
    inherited = os.environ.get("PYTHONPATH")
    folders = [str(code_folder()), *([inherited] if inherited else [])]
    environment = dict(os.environ) | {"PYTHONPATH": os.pathsep.join(folders)}
    # the notebook's inline backend and its kernel's identity are not the build's
    environment.pop("MPLBACKEND", None)
    command = [sys.executable, "-m", "resilience_lib", "build", "--study", study]
    process = subprocess.Popen(
        [*command, "--before", before],
        env=environment,
        cwd=code_folder(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )
    said = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        print(line, end="", flush=True)
    if process.wait() != 0:
        raise BuildError(f"{named.stage} of {study} could not be built:\n{''.join(said[-12:])}")
