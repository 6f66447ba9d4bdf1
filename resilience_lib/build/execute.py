"""One notebook, run through papermill: renamed into place when it is whole, else kept aside."""

from __future__ import annotations

import json
import logging
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from resilience_lib import errors, paths
from resilience_lib.build.files import replace_file
from resilience_lib.build.kernels import Kernels
from resilience_lib.build.normalise import INJECTED, normalise
from resilience_lib.build.parameters import Scalar
from resilience_lib.errors import BuildError

_ARROW = re.compile(r"^-+> *\d+ (.*)$", re.MULTILINE)
_LIBRARY = re.compile(r"^File \S*?(resilience_lib/\S+?\.py):(\d+)", re.MULTILINE)


def import_papermill() -> Any:
    """papermill, in half the time and without its log lines.

    A JSON schema check of addresses that notebooks do not have takes 0.5 s to import, so its
    package is declared absent first (jsonschema does without it).
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    for name in ("papermill", "traitlets", "nbclient", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    import papermill
    from traitlets import log

    log.get_logger().setLevel(logging.CRITICAL)
    return papermill


def run_notebook(
    study: str, stage: str, parameters: Mapping[str, Scalar], kernels: Kernels
) -> Path:
    """Execute the notebook of a stage for a study.

    Parameters
    ----------
    study, stage : str
    parameters : mapping
        Checked already (`parameters.check`).
    kernels : Kernels

    Returns
    -------
    Path
        The executed notebook.

    Raises
    ------
    BuildError
        A cell failed or the kernel died: names study, notebook, cell, line and cause. What was
        run so far is kept as <stage>.failed.ipynb with the study's data.
    """
    target = paths.executed_notebook(study, stage)
    partial = target.with_name(f".{stage}.partial.ipynb")
    failed = paths.executed_notebook(study, "1_clean").with_name(f"{stage}.failed.ipynb")
    for path in (target, failed):
        path.parent.mkdir(parents=True, exist_ok=True)
    partial.unlink(missing_ok=True)
    with tempfile.TemporaryFile() as log:
        try:
            notebook = _attempt(study, stage, partial, parameters, kernels, log)
        except BuildError:
            if partial.exists():
                partial.replace(failed)
            raise
    import nbformat

    text = nbformat.writes(normalise(notebook))
    replace_file(target, (text.rstrip("\n") + "\n").encode())
    partial.unlink(missing_ok=True)
    failed.unlink(missing_ok=True)
    return target


def _attempt(
    study: str,
    stage: str,
    partial: Path,
    parameters: Mapping[str, Scalar],
    kernels: Kernels,
    log: IO[bytes],
) -> Any:
    """Run; once more where the kernel died before its first cell (two kernels, one port)."""
    papermill = import_papermill()
    from nbclient.exceptions import DeadKernelError

    source = paths.notebook(stage)
    begun: list[int] = []
    for attempt in (1, 2):
        try:
            return papermill.execute_notebook(
                # papermill formats paths: a folder with braces is not one of its patterns
                str(source).replace("{", "{{").replace("}", "}}"),
                str(partial).replace("{", "{{").replace("}", "}}"),
                parameters=dict(parameters),
                kernel_name="python3",
                language="python",
                progress_bar=False,
                kernel_manager_class=kernels.manager_class(source.parent, log),
                shutdown_kernel="immediate",
                coalesce_streams=True,
                record_timing=False,
                on_cell_execute=lambda cell, cell_index: begun.append(cell_index),
            )
        except papermill.PapermillExecutionError as error:
            raise BuildError(_failure(study, stage, error)) from None
        except (DeadKernelError, RuntimeError) as error:
            if isinstance(error, BuildError):
                raise
            if begun or attempt == 2:
                raise BuildError(_death(study, stage, begun, log, error)) from None
    raise AssertionError("the second attempt returns or raises")


def _failure(study: str, stage: str, error: Any) -> str:
    """What a person needs of a failed cell."""
    place = f"{study}: {paths.relative(paths.notebook(stage))}"
    own = [
        name
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, errors.ResilienceError)
    ]
    if error.ename in own:
        return f"{place} stopped:\n{error.evalue}"
    plain = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(error.traceback))
    arrow = _ARROW.search(plain)
    inside = _LIBRARY.findall(plain)
    lines = error.source.strip().splitlines() or [""]
    line = arrow.group(1).strip() if arrow else lines[0]
    kept = paths.executed_notebook(study, "1_clean").with_name(f"{stage}.failed.ipynb")
    cause = f"{error.ename}: {error.evalue}".strip().rstrip(":")
    if inside:
        cause += " ({}, line {})".format(*inside[-1])
    return (
        f"{place}, cell {_position(stage, error.cell_index)} (In [{error.exec_count}]) failed\n"
        f"    {line}\n{cause}\nThe notebook up to there: {paths.relative(kept)}"
    )


def _position(stage: str, index: int) -> int:
    """Number of a cell as counted in the notebook that people edit, from 1."""
    cells = json.loads(paths.notebook(stage).read_bytes())["cells"]
    tags = [cell.get("metadata", {}).get("tags", []) for cell in cells]
    tagged = [number for number, names in enumerate(tags) if "parameters" in names]
    injected = any(INJECTED in names for names in tags)
    # papermill puts its own cell behind the parameters cell
    return index if tagged and not injected and index > tagged[0] else index + 1


def _death(study: str, stage: str, begun: list[int], log: IO[bytes], error: Exception) -> str:
    place = f"{study}: {paths.relative(paths.notebook(stage))}"
    log.seek(0)
    said = log.read().decode(errors="replace").strip().splitlines()
    where = f"in cell {_position(stage, begun[-1])}" if begun else "before its first cell, twice"
    cause = said[-1] if said else str(error).strip()
    return f"{place}: the kernel died {where}\n{cause}"
