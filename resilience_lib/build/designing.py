"""`make design`: what a planned study could find, before anybody is asked anything."""

from __future__ import annotations

import sys

from resilience_lib.errors import Fault
from resilience_lib.paths import relative, reports, study_file

FURTHEST = 40


def design_study(name: str, runs: int) -> int:
    """Say it, and write reports/<study>/design.csv, .html, .md and the figure.

    Parameters
    ----------
    name : str
        A study.
    runs : int
        Generated studies for the simulation; 0 leaves it out.

    Returns
    -------
    int
        0; or 1 where the study file has no block `design`, which is then printed to be pasted:
        nothing is guessed.
    """
    from resilience_lib.design.words import ASSUMED, BLOCK
    from resilience_lib.study.load import load_study

    study = load_study(name)
    if study.design is None:
        rule = "the block design says what is planned, and it is not there"
        remedy = "Paste the block below into it, and fill in what is open"
        fault = Fault(relative(study_file(name)), rule, remedy, column="design")
        print(fault, file=sys.stderr)
        print(BLOCK, end="")
        return 1
    import pandas as pd

    from resilience_lib.design.plan import plan_of
    from resilience_lib.design.simulate import simulate_power
    from resilience_lib.design.table import by_schools, design_table
    from resilience_lib.design.words import assumptions, contrast_names, sentences
    from resilience_lib.figures.design_power import draw_design
    from resilience_lib.figures.save import write_formats
    from resilience_lib.report.design_page import COLUMNS, design_page, design_text, shown_rows

    plan = plan_of(study.design)
    names = contrast_names(study.gender.difference, plan.assigned)
    table = design_table(plan)
    now = table[table["planned"] & table["detectable"].notna()]
    wanted = {str(c): float(e) for c, e in zip(now["contrast"], now["detectable"], strict=True)}
    if runs > 0 and wanted:
        table = design_table(plan, simulate_power(plan, wanted, runs=runs, seed=study.seed))
    said = sentences(plan, table, names)
    rows = shown_rows(table, names)
    printed = pd.DataFrame(rows, columns=["", *COLUMNS.values()])
    print(ASSUMED, *said, "", sep="\n")
    print(printed.to_string(index=False))
    print("* the planned number of schools\n")
    folder = reports(name)
    folder.mkdir(parents=True, exist_ok=True)
    content = (study.title, said, rows, assumptions(study.design))
    csv = table.assign(data="assumptions").to_csv(index=False, lineterminator="\n")
    (folder / "design.csv").write_bytes(csv.encode("utf-8-sig"))
    (folder / "design.html").write_text(design_page(*content), encoding="utf-8", newline="")
    (folder / "design.md").write_text(design_text(*content), encoding="utf-8", newline="")
    curve = by_schools(plan, sorted({*range(3, max(FURTHEST, 2 * plan.schools) + 1)}))
    figure = draw_design(curve, names, schools=plan.schools, power=plan.power)
    write_formats(figure, "design", folder)
    print(f"wrote {relative(folder / 'design.html')}, .md, .csv, .svg, .pdf and .png")
    return 0
