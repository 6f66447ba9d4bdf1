"""All stages of all studies: which are stale, and running them on two cores."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, TextIO

from resilience_lib import paths
from resilience_lib.build.fingerprints import PAGES, Fingerprints, declared
from resilience_lib.build.records import (
    content,
    output_files,
    read_record,
    why,
    write_record,
)
from resilience_lib.errors import BuildError, Fault, FaultsError
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


def stages_until(study: str, before: str | None) -> tuple[str, ...]:
    """A study's stages ahead of one; all where None.

    Examples
    --------
    >>> stages_until("project_star", "3_join")
    ('1_clean', '2_score')
    """
    ahead = paths.STAGES if before is None else paths.STAGES[: paths.STAGES.index(before)]
    return tuple(stage for stage in declared(study).stages if stage in ahead)


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
        for stage in (*stages_until(study, before), *([PAGES] if before is None else [])):
            waiting = [name for name in needs(study, stage) if stale.get(name)]
            if not waiting:
                stale[stage] = why(study, stage, _inputs(study, stage, prints, parameters or {}))
            elif read_record(study, stage) is None:
                stale[stage] = "missing"
            else:
                stale[stage] = f"{waiting[0]} may change"
        found += [Planned(study, stage, reason) for stage, reason in stale.items() if reason]
    prints.save()
    return found


def needs(study: str, stage: str) -> tuple[str, ...]:
    """Stages ahead of one: those it reads; the pages show those that are published.

    Examples
    --------
    >>> needs("project_star", "5_figures"), needs("project_star", "pages")
    (('4_estimate',), ('5_figures', '6_report'))
    """
    if stage == PAGES:
        return tuple(name for name in paths.STAGES if name not in paths.STAGE_FOLDERS)
    return upstream(stage, declared(study).stages)


def _inputs(
    study: str, stage: str, prints: Fingerprints, parameters: Mapping[str, Scalar]
) -> dict[str, str]:
    # pages show the executed notebooks too; stages read no more than the files
    whole = stage == PAGES
    records = {name: read_record(study, name) for name in needs(study, stage)}
    read = {name: content(study, name, r, whole) for name, r in records.items() if r}
    if whole:
        return prints.pages_inputs(study, read)
    return prints.inputs(study, stage, read, parameters)


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
    done = Built(checked=sum(len(stages_until(name, before)) for name in names))
    stale = plan(names, before, extra)
    if stale:
        check_first(sorted({item.study for item in stale}))
        from resilience_lib.build.lock import build_lock

        with build_lock(paths.processed(".cache") / "build.lock", stream):
            # another build may have done the work meanwhile
            prints = Fingerprints()
            planned = plan(names, before, extra, prints)
            if planned:
                _run(planned, prints, extra, stream, done)
    done.seconds = time.monotonic() - began
    return done


def check_first(studies: Iterable[str]) -> None:
    """Refuse before anything runs what would only be found, or published, minutes later.

    Raises
    ------
    FaultsError
        Every unknown or repeated name of an effect size, figure or table of every study, with
        the nearest valid one; and, where a study is confidential, whatever notebooks 5 and 6
        could show or write that is not cleared.
    """
    # only where something is stale: whoever has nothing to do waits for none of it
    from resilience_lib.disclosure.notebooks import PUBLISHED_NOTEBOOKS, faults_of_published
    from resilience_lib.effects.chosen import check_estimands
    from resilience_lib.figures.registry import check_figures
    from resilience_lib.study.load import load_study
    from resilience_lib.tables.registry import check_tables

    faults: list[Fault] = []
    confidential = False
    for study in map(load_study, studies):
        confidential |= not study.disclosure.open_data
        for check_kind in (check_estimands, check_figures, check_tables):
            try:
                check_kind(study)
            except FaultsError as error:
                faults += error.faults
    if confidential:
        faults += [f for s in PUBLISHED_NOTEBOOKS for f in faults_of_published(paths.notebook(s))]
    if faults:
        raise FaultsError(faults)


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

    for item in planned:
        if item.stage != PAGES:
            check(item.stage, {"study": item.study, **parameters})
    progress = Progress(len(planned), stream)
    # pages alone need no kernel, so none is warmed for them
    pages_alone = all(item.stage == PAGES for item in planned)
    kernels = Kernels(pages_alone or os.environ.get("RESILIENCE_FRESH_KERNELS") == "1")
    # pages of all studies share an index
    one_at_a_time = threading.Lock()

    def one(task: tuple[str, str]) -> None:
        study, stage = task
        # hashed before the run: what changes meanwhile makes the stage stale
        inputs = _inputs(study, stage, prints, parameters)
        stale = bool(why(study, stage, inputs))
        if stale:
            progress.start(f"{study} {stage}")
            if stage == PAGES:
                with one_at_a_time:
                    _write_pages(study)
            else:
                _run_stage(study, stage, {"study": study, **parameters}, kernels)
            write_record(study, stage, inputs)
            done.ran.append(task)
        progress.done(f"{study} {stage}" + ("" if stale else " (reads the same as before)"))

    # early stages first, whichever the study: more waits for them
    order = [*paths.STAGES, PAGES]
    tasks = {
        (item.study, item.stage): [(item.study, name) for name in needs(item.study, item.stage)]
        for item in sorted(planned, key=lambda item: order.index(item.stage))
    }
    try:
        failures = run_all(tasks, one, WORKERS, kernels.close)
    finally:
        kernels.close()
        progress.close()
    if failures:
        raise BuildError("\n\n".join(failures[task] for task in sorted(failures)))


def _run_stage(study: str, stage: str, parameters: Mapping[str, Scalar], kernels: Kernels) -> None:
    from resilience_lib.build.execute import run_notebook

    executed = run_notebook(study, stage, parameters, kernels)
    if output_files(study, stage) == [executed]:
        place = paths.relative(paths.stage_output(study, stage))
        raise BuildError(f"{study}: notebook {stage} wrote nothing to {place}")


def _write_pages(study: str) -> None:
    from resilience_lib.report.pages import write_pages

    write_pages([study])
