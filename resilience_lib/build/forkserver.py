"""One process that has imported what notebooks import, and forks a kernel on request (Linux).

Run by the driver as `python -m resilience_lib.build.forkserver <descriptor>`; it ends, and ends
its kernels, when the driver closes its end of the socket or dies.

A forked kernel must not differ from a fresh one: pandas is imported as inside a kernel, the
inline backend is chosen but not loaded, random numbers are drawn anew, and sys.path, argv,
environment and folder are set as a fresh kernel would find them.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import json
import os
import random
import selectors
import signal
import socket
import sys
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

FIRST: tuple[str, ...] = (
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.iostream",
    "ipykernel.displayhook",
    "ipykernel.debugger",
    "IPython.core.completer",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.magics",
    "IPython.core.pylabtools",
    "IPython.extensions.storemagic",
    "psutil",
    "sqlite3",
    "tornado.platform.asyncio",
    "pydantic",
    "ruamel.yaml",
)
"""What every kernel needs, beside pandas: imported before the first one is forked."""

LATER: tuple[str, ...] = (
    "pandas.io.formats.style",
    "scipy.special",
    "scipy.linalg",
    "scipy.optimize",
    "scipy.stats",
    "mixedlm",
    "matplotlib.figure",
    "matplotlib.pyplot",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.backends.backend_pdf",
    "seaborn",
    "great_tables",
    "docx",
)
"""What later stages need: imported one by one while no kernel is asked for.

None of the library's own modules is imported here, since those may change.
"""


def main(descriptor: int) -> None:
    """Import, then serve until the other end is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    path = [entry for entry in sys.path[1:] if entry]
    preload(FIRST)
    request = serve(socket.socket(fileno=descriptor), list(LATER))
    if request is not None:
        become_kernel(request, path)


def preload(names: Iterable[str]) -> None:
    """Import pandas in the state in which a kernel imports it, then some modules."""
    # pandas asks get_ipython whether it is in a terminal, and keeps the answer for good
    vars(builtins)["get_ipython"] = lambda: SimpleNamespace(kernel=None)
    importlib.import_module("pandas")
    del vars(builtins)["get_ipython"]
    for name in names:
        importlib.import_module(name)


def serve(link: socket.socket, imports: list[str]) -> dict[str, Any] | None:
    """Fork for each request; returns the request in the child, None at the end.

    `imports` are worked off while there is no request.
    """
    wakeup, ring = socket.socketpair()
    wakeup.setblocking(False)
    ring.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(ring.fileno(), warn_on_full_buffer=False)
    children: set[int] = set()
    waiting = selectors.DefaultSelector()
    waiting.register(link, selectors.EVENT_READ)
    waiting.register(wakeup, selectors.EVENT_READ)
    while True:
        ready = {entry.fileobj for entry, _ in waiting.select(0 if imports else None)}
        if not ready and imports:
            importlib.import_module(imports.pop(0))
            # kernels share these pages for as long as nobody writes to them
            gc.collect()
            gc.freeze()
        if wakeup in ready:
            wakeup.recv(4096)
            children -= set(_ended(children))
        if link not in ready:
            continue
        data, descriptors, _, _ = socket.recv_fds(link, 1 << 20, 1)
        if not data:
            for pid in children:
                _kill_group(pid)
            return None
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            waiting.close()
            for end in (wakeup, ring, link):
                end.close()
            request: dict[str, Any] = json.loads(data)
            return request | {"log": descriptors[0]}
        children.add(pid)
        os.close(descriptors[0])
        # a descriptor of the process, unlike its number, is never another process's
        handle = os.pidfd_open(pid)
        socket.send_fds(link, [str(pid).encode()], [handle])
        os.close(handle)


def become_kernel(request: dict[str, Any], path: list[str]) -> None:
    """Turn this forked process into the kernel that was asked for."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, target in ((nothing, 0), (request["log"], 1), (request["log"], 2)):
        os.dup2(source, target)
    os.close(request["log"])
    os.close(nothing)
    os.environ.clear()
    os.environ.update(request["env"])
    os.chdir(request["cwd"])
    sys.path[:] = path
    sys.argv[:] = ["ipykernel_launcher", *request["arguments"]]
    random.seed()
    np_random: Any = importlib.import_module("numpy.random")
    np_random.seed()
    # the class read this from the environment when it was imported, before there was a driver
    sys.argv.append(f"--IPKernelApp.parent_handle={os.getppid()}")
    from ipykernel import kernelapp

    kernelapp.launch_new_instance()


def _ended(children: set[int]) -> list[int]:
    ended = []
    for pid in children:
        if os.waitpid(pid, os.WNOHANG)[0]:
            ended.append(pid)
            # whatever the kernel itself had started goes with it
            _kill_group(pid)
    return ended


def _kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]))
