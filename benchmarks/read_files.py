"""Time and memory of reading 100,000 rows and 21 columns as CSV, XLSX and SPSS.

    python benchmarks/read_files.py [rows]

Makes the files in a temporary folder, reads each in a process of its own (so that memory is that
kind's alone) and writes benchmarks/results/read_files.csv. Memory is the process's peak; processor
seconds count the whole process with its start and imports, whatever else the machine does.
"""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from resilience_lib.readers.registry import read_raw

RESULTS = Path(__file__).resolve().parent / "results" / "read_files.csv"
KINDS = ("csv", "xlsx", "sav")


def make(folder: Path, rows: int) -> None:
    """One table as a file of each kind: an id with zeros in front and 20 items from 1 to 5."""
    import openpyxl
    import pyreadstat

    numbers = np.random.default_rng(1).integers(1, 6, (rows, 20))
    frame = pd.DataFrame(numbers, columns=[f"q{n}" for n in range(1, 21)])
    frame.insert(0, "id", [f"{n:06d}" for n in range(rows)])
    frame.to_csv(folder / "a.csv", index=False)
    pyreadstat.write_sav(frame.astype(dict.fromkeys(frame.columns[1:], float)), folder / "a.sav")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append(frame.columns.tolist())
    for row in frame.itertuples(index=False):
        sheet.append(list(row))
    book.save(folder / "a.xlsx")


def measure(kind: str, path: Path) -> None:
    """Read one file and print rows, columns, seconds, processor seconds and megabytes."""
    start = time.perf_counter()
    frame = read_raw(path, kind).frame
    seconds = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_SELF)
    helper = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = used.ru_utime + used.ru_stime + helper.ru_utime + helper.ru_stime
    print(*frame.shape, round(seconds, 2), round(processor, 2), round(used.ru_maxrss / 1024))


def main(rows: int) -> None:
    """Make, measure, print and write."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder), rows)
        for kind in KINDS:
            command = [sys.executable, __file__, kind, str(Path(folder) / f"a.{kind}")]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
            print(kind, said.strip())
            lines.append([kind, *said.split()])
    with RESULTS.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(
            [["reader", "rows", "columns", "seconds", "processor_seconds", "peak_mb"], *lines]
        )


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in KINDS:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 100_000)
