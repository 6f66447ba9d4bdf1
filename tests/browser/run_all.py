"""JupyterLab in real Chromium: opens notebook 5 on a fresh copy, Run All, and looks.

Run by `make check-browser`. Prints what was seen and exits 1 where a cell failed, a figure is
missing, or the notebook did not say that it built the missing stages first. Where no Chromium is
installed it prints NOT RUN and exits 0.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import websocket

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1400,1000",
]
# what a person sees: each code cell's prompt, its errors, its pictures and its printed text
LOOK = """
JSON.stringify(jupyterapp.shell.currentWidget.content.widgets
  .filter(cell => cell.model.type === 'code')
  .map(cell => ({
    prompt: cell.model.executionCount,
    error: cell.model.outputs.toJSON().filter(o => o.output_type === 'error')
      .map(o => o.ename + ': ' + o.evalue).join('; '),
    pictures: cell.node.querySelectorAll('.jp-OutputArea-output img').length,
    text: cell.model.outputs.toJSON().filter(o => o.output_type === 'stream')
      .map(o => Array.isArray(o.text) ? o.text.join('') : o.text).join('')
  })))
"""


def main() -> int:
    """Run the check; the exit status."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("browser check NOT RUN: no chromium on this machine")
        return 0
    with tempfile.TemporaryDirectory() as scratch, contextlib.ExitStack() as stack:
        copy = fresh_copy(Path(scratch) / "copy")
        url = stack.enter_context(jupyterlab(copy))
        page = stack.enter_context(
            browser(
                chromium, f"{url}/lab/tree/notebooks/5_figures.ipynb", Path(scratch) / "profile"
            )
        )
        cells = run_all(page)
        if len(sys.argv) > 1:
            picture = page("Page.captureScreenshot", format="png")["data"]
            Path(sys.argv[1]).write_bytes(base64.b64decode(picture))
    return verdict(cells)


def fresh_copy(target: Path) -> Path:
    """The files that git tracks, as they are now, and nothing built."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, listed.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(REPOSITORY / name, target / name)
    return target


@contextlib.contextmanager
def jupyterlab(root: Path) -> Iterator[str]:
    """JupyterLab on `root`; yields its address."""
    port = free_port()
    settings = root / ".lab"
    (settings / "labconfig").mkdir(parents=True)
    # the news pop-up would cover the notebook
    (settings / "labconfig" / "page_config.json").write_text(
        json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}})
    )
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            "--no-browser",
            "--allow-root",
            f"--port={port}",
            "--ServerApp.port_retries=0",
            "--IdentityProvider.token=",
            "--ServerApp.open_browser=False",
            f"--ServerApp.root_dir={root}",
            "--LabApp.expose_app_in_browser=True",
        ],
        env={**os.environ, "RESILIENCE_ROOT": str(root), "JUPYTER_CONFIG_DIR": str(settings)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/api"), "JupyterLab", 60)
        yield url
    finally:
        server.terminate()
        server.wait(20)


@contextlib.contextmanager
def browser(chromium: str, url: str, profile: Path) -> Iterator[Callable[..., Any]]:
    """Chromium on `url`; yields a function that sends one DevTools command to the page."""
    port = free_port()
    process = subprocess.Popen(
        [
            chromium,
            *FLAGS,
            f"--user-data-dir={profile}",
            f"--remote-debugging-port={port}",
            f"--remote-allow-origins=http://127.0.0.1:{port}",
            url,
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        targets = wait_for(lambda: answers(f"http://127.0.0.1:{port}/json"), "Chromium", 60)
        address = next(t for t in json.loads(targets) if t["type"] == "page")
        connection = websocket.create_connection(
            address["webSocketDebuggerUrl"], timeout=60, origin=f"http://127.0.0.1:{port}"
        )
        sent = 0

        def send(method: str, **params: Any) -> Any:
            nonlocal sent
            sent += 1
            connection.send(json.dumps({"id": sent, "method": method, "params": params}))
            while True:
                answer = json.loads(connection.recv())
                if answer.get("id") == sent:
                    return answer.get("result", {})

        yield send
        connection.close()
    finally:
        process.terminate()
        process.wait(20)


def run_all(page: Callable[..., Any]) -> list[dict[str, Any]]:
    """Press Run All once the kernel is idle, wait for the last cell, and look."""

    def evaluate(script: str) -> Any:
        answer = page("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer.get("result", {}).get("value")

    # pressed before the status says Idle, Run All is dropped without a word
    idle = "document.querySelector('.jp-StatusBar-Widget, #jp-main-statusbar')?.innerText"
    wait_for(lambda: "| Idle" in (evaluate(idle) or ""), "an idle kernel", 120)
    evaluate("jupyterapp.commands.execute('notebook:run-all-cells'); true")

    def finished() -> list[dict[str, Any]] | None:
        cells: list[dict[str, Any]] = json.loads(evaluate(LOOK) or "[]")
        done = cells and all(cell["prompt"] for cell in cells)
        failed = any(cell["error"] for cell in cells)
        return cells if done or failed else None

    return list(wait_for(finished, "the last cell", 300))


def verdict(cells: list[dict[str, Any]]) -> int:
    """Say what was seen."""
    errors = [cell["error"] for cell in cells if cell["error"]]
    pictures = sum(cell["pictures"] for cell in cells)
    said = next(
        (
            line
            for cell in cells
            for line in cell["text"].splitlines()
            if "building it first" in line
        ),
        "",
    )
    print(
        f"notebook 5 in Chromium: {len(cells)} cells run, {pictures} figures, {len(errors)} errors"
    )
    print(f"it said: {said or 'nothing about missing stages'}")
    for error in errors:
        print(f"  {error}")
    return 0 if said and pictures >= 7 and not errors else 1


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> str | None:
    """What a server on this machine answers, or None while it is not there yet."""
    try:
        with urllib.request.urlopen(url, timeout=5) as response:
            return str(response.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return None


def wait_for(look: Callable[[], Any], what: str, seconds: float) -> Any:
    """The first thing that `look` gives that is not empty."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.3)
    raise SystemExit(f"gave up waiting for {what} after {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
