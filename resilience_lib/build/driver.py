"""All stages of all studies: which are stale, and running them on two cores."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TextIO

from resilience_lib import paths
from resilience_lib.build.files import digest
from resilience_lib.build.fingerprints import PAGES, Fingerprints
from resilience_lib.build.records import content, read_record, why, write_record
from resilience_lib.errors import BuildError
from resilience_lib.progress import Progress
from resilience_lib.store.reads import upstream

if TYPE_CHECKING:
    from resilience_lib.build.kernels import Kernels
    from resilience_lib.build.parameters import Scalar

WORKERS = 2


class Planned(NamedTuple):
    """A stage that is stale, or may be once an earlier one has run."""

    study: str
    stage: str
    why: str


@dataclass
class Built:
    """What a build did."""

    ran: list[tuple[str, str]] = field(default_factory=list)
    checked: int = 0
    seconds: float = 0.0


def stages_until(before: str | None) -> tuple[str, ...]:
    """Stages ahead of one; all where None.

    Examples
    --------
    >>> stages_until("3_join")
    ('1_clean', '2_score')
    """
    return paths.STAGES if before is None else paths.STAGES[: paths.STAGES.index(before)]


def plan(
    studies: Iterable[str],
    before: str | None = None,
    parameters: Mapping[str, Scalar] | None = None,
    prints: Fingerprints | None = None,
) -> list[Planned]:
    """Stages that would be looked at by a build now, in order; nothing is run.

    Parameters
    ----------
    studies : iterable of str
    before : str, optional
        Only stages ahead of this one.
    parameters : mapping, optional
        Parameters beside `study`.

    Returns
    -------
    list of Planned
        A stage behind a stale one is listed with the reason "<stage> may change": whether it
        runs is known when that one has run. `pages` stands for the report's pages.

    Raises
    ------
    FaultsError
        A study file or notebook has faults.
    """
    prints = prints or Fingerprints()
    found = []
    for study in studies:
        stale: dict[str, str] = {}
        for stage in stages_until(before):
            stale[stage] = _stale_because(study, stage, stale, prints, parameters or {})
        if before is None:
            stale[PAGES] = _pages_stale_because(study, stale, prints)
        found += [Planned(study, stage, reason) for stage, reason in stale.items() if reason]
    prints.save()
    return found


def _stale_because(
    study: str,
    stage: str,
    stale: Mapping[str, str],
    prints: Fingerprints,
    parameters: Mapping[str, Scalar],
) -> str:
    waiting = [name for name in upstream(stage) if stale.get(name)]
    if waiting and read_record(study, stage) is not None:
        return f"{waiting[0]} may change"
    if waiting:
        return "missing"
    return why(study, stage, _inputs(study, stage, prints, parameters))


def _inputs(
    study: str, stage: str, prints: Fingerprints, parameters: Mapping[str, Scalar]
) -> dict[str, str]:
    return prints.inputs(study, stage, _contents(study, upstream(stage)), parameters)


def _contents(study: str, stages: Iterable[str]) -> dict[str, str]:
    records = {stage: read_record(study, stage) for stage in stages}
    return {stage: content(study, stage, record) for stage, record in records.items() if record}


def _pages_stale_because(study: str, stale: Mapping[str, str], prints: Fingerprints) -> str:
    waiting = [stage for stage in paths.STAGES if stale.get(stage)]
    if waiting and read_record(study, PAGES) is not None:
        return f"{waiting[0]} may change"
    return "missing" if waiting else why(study, PAGES, _pages_inputs(study, prints))


def _pages_inputs(study: str, prints: Fingerprints) -> dict[str, str]:
    shown = {}
    for stage in (stage for stage in paths.STAGES if stage not in paths.STAGE_FOLDERS):
        record = read_record(study, stage)
        # pages show the executed notebook too, so everything that the stage wrote counts
        outputs = sorted((n, v[0]) for n, v in record.outputs.items()) if record else []
        shown[stage] = digest(repr(outputs).encode())
    return prints.pages_inputs(study, shown)


def build(
    studies: Iterable[str],
    before: str | None = None,
    parameters: Mapping[str, Scalar] | None = None,
    stream: TextIO | None = None,
) -> Built:
    """Run what is stale of some studies; two notebooks at a time.

    Parameters
    ----------
    studies : iterable of str
    before : str, optional
        Only stages ahead of this one, and no pages.
    parameters : mapping, optional
        Parameters beside `study`, for every notebook.
    stream : file object, optional
        Where progress goes; the standard error where left out.

    Returns
    -------
    Built

    Raises
    ------
    BuildError
        One or more stages failed; all that did not depend on them were still built.
    FaultsError
        A study file, notebook or parameter has faults; nothing was run.
    """
    began = time.monotonic()
    names, extra = list(studies), dict(parameters or {})
    stream = stream or sys.stderr
    done = Built(checked=len(names) * len(stages_until(before)))
    if plan(names, before, extra):
        from resilience_lib.build.lock import build_lock

        with build_lock(paths.processed(".cache") / "build.lock", stream):
            # another build may have done the work meanwhile
            prints = Fingerprints()
            planned = plan(names, before, extra, prints)
            if planned:
                _run(planned, prints, extra, stream, done)
    done.seconds = time.monotonic() - began
    return done


def _run(
    planned: list[Planned],
    prints: Fingerprints,
    parameters: Mapping[str, Scalar],
    stream: TextIO,
    done: Built,
) -> None:
    from resilience_lib.build.kernels import Kernels
    from resilience_lib.build.parameters import check
    from resilience_lib.build.schedule import run_all

    notebooks = [(item.study, item.stage) for item in planned if item.stage != PAGES]
    for study, stage in notebooks:
        check(stage, {"study": study, **parameters})
    progress = Progress(len(planned), stream)
    failures: dict[tuple[str, str], str] = {}
    if notebooks:
        kernels = Kernels(fresh=os.environ.get("RESILIENCE_FRESH_KERNELS") == "1")
        try:

            def one(task: tuple[str, str]) -> None:
                if _run_stage(task, prints, parameters, kernels, progress):
                    done.ran.append(task)

            needs = {
                (study, stage): [(study, name) for name in upstream(stage)]
                for study, stage in notebooks
            }
            failures = run_all(needs, one, WORKERS, kernels.close)
        finally:
            kernels.close()
            progress.close()
    broken = {study for study, _ in failures}
    _run_pages(
        [p.study for p in planned if p.stage == PAGES and p.study not in broken],
        prints,
        progress,
        done,
    )
    progress.close()
    if failures:
        raise BuildError("\n\n".join(failures[task] for task in sorted(failures)))


def _run_stage(
    task: tuple[str, str],
    prints: Fingerprints,
    parameters: Mapping[str, Scalar],
    kernels: Kernels,
    progress: Progress,
) -> bool:
    """Run one stage unless what it reads turned out the same; says whether it ran."""
    from resilience_lib.build.execute import run_notebook

    study, stage = task
    # hashed before the run: what changes meanwhile makes the stage stale
    inputs = _inputs(study, stage, prints, parameters)
    stale = bool(why(study, stage, inputs))
    if stale:
        progress.start(f"{study} {stage}")
        run_notebook(study, stage, {"study": study, **parameters}, kernels)
        record = write_record(study, stage, inputs)
        executed = paths.relative(paths.executed_notebook(study, stage))
        if record.outputs.keys() <= {executed}:
            place = paths.relative(paths.stage_output(study, stage))
            raise BuildError(f"{study}: notebook {stage} wrote nothing to {place}")
    progress.done(f"{study} {stage}" + ("" if stale else " (reads the same as before)"))
    return stale


def _run_pages(studies: list[str], prints: Fingerprints, progress: Progress, done: Built) -> None:
    stale = {study: _pages_inputs(study, prints) for study in studies}
    stale = {study: inputs for study, inputs in stale.items() if why(study, PAGES, inputs)}
    if stale:
        from resilience_lib.report.pages import write_pages

        write_pages(list(stale))
    for study in studies:
        if study in stale:
            write_record(study, PAGES, stale[study])
            done.ran.append((study, PAGES))
        progress.done(f"{study} {PAGES}")
