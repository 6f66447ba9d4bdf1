"""What a person can ask for on the command line; each verb is a few lines."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence

from resilience_lib import paths
from resilience_lib.build.refusals import fall_silent, system_fault
from resilience_lib.errors import Fault, FaultsError, ResilienceError


def main(arguments: Sequence[str], began: float | None = None) -> int:
    """Run a verb.

    Parameters
    ----------
    arguments : sequence of str
        As typed after `python -m resilience_lib`.
    began : float, optional
        `time.monotonic()` when the process began.

    Returns
    -------
    int
        Exit status: 0, or 1 after a message on standard error, or 130 when interrupted.

    Raises
    ------
    SystemExit
        With status 2 where the verb or an option does not exist.
    OSError
        The system failed without naming a file: a fault of this program.
    """
    options = _parser().parse_args(arguments)
    options.began = time.monotonic() if began is None else began
    try:
        status = int(options.run(options))
        # here, where it can be caught, and not when the interpreter ends
        sys.stdout.flush()
        return status
    except ResilienceError as error:
        print(error, file=sys.stderr)
        return 1
    except BrokenPipeError:
        fall_silent()
        return 1
    except OSError as error:
        said = system_fault(error)
        if said is None:
            raise
        print(said, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. What was finished is kept; run it again to go on.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m resilience_lib", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="verb")
    for name, run, text in (
        ("paper-figures", _build, "every figure, table and page of the paper, from the raw files"),
        ("build", _build, "stages of a study, up to a stage"),
        ("fetch", _fetch, "lay raw files that are absent, and check all"),
        ("check", _check, "hold the raw files against their codebook; list every fault"),
        ("verify", _verify, "compare the numbers of the paper with what comes out now"),
        ("accept-numbers", _accept, "after every number held: write numbers.lock"),
        ("export", _export, "write the scored file as .csv and .sav, with what describes it"),
        ("report", _report, "build what is stale, and say where the pages are"),
        ("clean", _clean, "remove everything built (never raw data)"),
    ):
        verb = verbs.add_parser(name, help=text, description=text)
        verb.set_defaults(run=run, before=None, parameter=[])
        verb.add_argument("--study", help="one study; all where left out")
        if name in ("paper-figures", "build"):
            verb.add_argument(
                "--parameter",
                action="append",
                default=[],
                metavar="NAME=VALUE",
                help="a parameter for every notebook, such as seed=7",
            )
        if name == "build":
            verb.add_argument("--before", choices=paths.STAGES, help="only stages ahead of this")
    plan = verbs.add_parser("design", help="what a planned study could find, from its study file")
    plan.set_defaults(run=_design)
    plan.add_argument("--study", help="the study")
    plan.add_argument("--runs", type=int, default=400, help="generated studies (400; 0: formula)")
    new = verbs.add_parser("new-study", help="a runnable skeleton of a study")
    new.set_defaults(run=_new_study)
    # a name that is left out is refused with the same message as one that cannot be used
    new.add_argument("name", nargs="?", default="")
    book = verbs.add_parser("codebook", help="draft the codebook's rows of a raw file")
    book.set_defaults(run=_codebook)
    for name, text in (
        ("study", "the study"),
        ("file", "its name in data/raw/<study>/"),
        ("reader", "which reader opens it; guessed where left out"),
        ("sheet", "sheet of a workbook that has several"),
        ("dictionary", "data dictionary of a REDCap export"),
    ):
        book.add_argument(f"--{name}", help=text)
    codes = verbs.add_parser("code-map", help="draft register and code map of coded stories")
    codes.set_defaults(run=_code_map)
    codes.add_argument("--study", help="the study")
    docs = verbs.add_parser("docs", help="write the documentation that comes from the code")
    docs.set_defaults(run=_docs)
    return parser


def study_names(chosen: str | None) -> list[str]:
    """The studies meant: the one chosen, else all.

    Raises
    ------
    FaultsError
        There is no such study; the nearest name is given.
    """
    names = sorted(path.parent.name for path in paths.studies().glob("*/study.yml"))
    if not chosen:
        return names
    if chosen in names:
        return [chosen]
    import difflib

    near = difflib.get_close_matches(chosen, names, n=1)
    remedy = f"did you mean {near[0]}?" if near else f"studies here: {', '.join(names)}"
    place = paths.relative(paths.study_file(chosen))
    raise FaultsError([Fault(place, f"there is no study called {chosen}", remedy, value=chosen)])


def _build(options: argparse.Namespace) -> int:
    from resilience_lib.build.driver import build
    from resilience_lib.build.ensure import fetch_absent

    names = study_names(options.study)
    fetch_absent(names)
    built = build(names, options.before, _parameters(options.parameter))
    seconds = time.monotonic() - options.began
    if not built.ran:
        print(f"Nothing to do: {built.checked} stages are up to date ({seconds:.1f} s).")
        return 0
    stages = [task for task in built.ran if task[1] in paths.STAGES]
    print(f"Built {len(stages)} of {built.checked} stages in {seconds:.1f} s. Written:")
    for folder in _written(stages, built.ran):
        print(f"  {folder}")
    return 0


def _written(stages: list[tuple[str, str]], ran: list[tuple[str, str]]) -> list[str]:
    folders = {paths.relative(paths.stage_output(*task)) + "/" for task in stages}
    # pages and executed notebooks lie in the report's folder
    folders |= {f"{paths.relative(paths.reports(study))}/" for study, _ in set(ran) - set(stages)}
    return sorted(folders)


def _parameters(typed: list[str]) -> dict[str, str | int | float | bool | None]:
    if not typed:
        return {}
    from resilience_lib.build.parameters import declared, read_value

    faults = [
        Fault("--parameter", "a parameter is typed as NAME=VALUE", f"e.g. {item}=7", value=item)
        for item in typed
        if "=" not in item
    ] + [
        Fault("--parameter", "a parameter cannot choose the study", "use --study", value=item)
        for item in typed
        if item.startswith("study=")
    ]
    if faults:
        raise FaultsError(faults)
    there = [stage for stage in paths.STAGES if paths.notebook(stage).exists()]
    known = {name: value for stage in there for name, value in declared(stage).items()}
    pairs = [item.partition("=") for item in typed]
    return {name: read_value(text, known.get(name, "")) for name, _, text in pairs}


def _fetch(options: argparse.Namespace) -> int:
    from resilience_lib.store.raw import fetch

    for name in study_names(options.study):
        print(*fetch(name), sep="\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    from resilience_lib.build.checking import check_studies

    return check_studies(study_names(options.study))


def _verify(options: argparse.Namespace) -> int:
    from resilience_lib.build.verify import verify_studies

    return verify_studies(study_names(options.study))


def _accept(options: argparse.Namespace) -> int:
    from resilience_lib.build.verify import accept_numbers

    return accept_numbers(study_names(options.study))


def _docs(_options: argparse.Namespace) -> int:
    from resilience_lib.scaffold.docs import write_docs

    print(*write_docs(), sep="\n")
    return 0


def _export(options: argparse.Namespace) -> int:
    from resilience_lib.build.driver import build
    from resilience_lib.build.ensure import fetch_absent
    from resilience_lib.export.make import export_study
    from resilience_lib.study.load import load_study

    names = study_names(options.study)
    fetch_absent(names)
    # clean waves and scores are enough
    build([name for name in names if load_study(name).has_pupils], "3_join")
    for name in names:
        print(*export_study(name), sep="\n")
    return 0


def _report(options: argparse.Namespace) -> int:
    status = _build(options)
    for name in study_names(options.study):
        print(f"{paths.relative(paths.reports(name))}/index.html")
    return status


def _new_study(options: argparse.Namespace) -> int:
    from resilience_lib.scaffold.new import new_study

    print(*new_study(options.name), sep="\n")
    return 0


def _codebook(options: argparse.Namespace) -> int:
    from resilience_lib.scaffold.codebook import draft_codebook

    study = _the_study(options, "codebook", " FILE=wave_1.csv")
    given = (options.reader, options.sheet, options.dictionary)
    print(*draft_codebook(study, options.file or "", *given), sep="\n")
    return 0


def _code_map(options: argparse.Namespace) -> int:
    from resilience_lib.scaffold.code_map import draft_code_map

    print(*draft_code_map(_the_study(options, "code-map")), sep="\n")
    return 0


def _design(options: argparse.Namespace) -> int:
    from resilience_lib.build.designing import design_study

    return design_study(_the_study(options, "design"), options.runs)


def _the_study(options: argparse.Namespace, verb: str, more: str = "") -> str:
    """The study that a verb is for, which takes one and no more."""
    if not options.study:
        remedy = f"Say e.g. make {verb} STUDY=hope_2026{more}"
        rule = "STUDY names the study"
        raise FaultsError([Fault(f"make {verb}", rule, remedy, column="STUDY")])
    return study_names(options.study)[0]


def _clean(options: argparse.Namespace) -> int:
    names = study_names(options.study)
    folders = [paths.processed(".cache")] if options.study is None else []
    for name in names:
        figures = paths.stage_output(name, "5_figures")
        folders += [paths.processed(name), figures, paths.reports(name)]
    for folder in folders:
        if folder.is_dir():
            shutil.rmtree(folder)
            print(f"removed {paths.relative(folder)}{os.sep}")
    return 0
