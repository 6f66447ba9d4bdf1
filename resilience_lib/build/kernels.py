"""Kernels for notebooks: forked from one warm process (Linux), or fresh ones, the reference.

`RESILIENCE_FRESH_KERNELS=1` asks for fresh kernels; both give the same bytes, which a test
compares. Elsewhere than on Linux kernels are always fresh (macOS and Windows: not tried).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO, Any

from resilience_lib.build.fingerprints import code_folder
from resilience_lib.errors import BuildError

_THREADS = ("OPENBLAS", "OMP", "MKL", "NUMEXPR")


def kernel_environment() -> dict[str, str]:
    """Environment of every kernel: the library of this tree, one thread, the inline backend."""
    environment = dict(os.environ)
    inherited = environment.get("PYTHONPATH")
    folders = [str(code_folder()), *([inherited] if inherited else [])]
    environment["PYTHONPATH"] = os.pathsep.join(folders)
    environment["RESILIENCE_BUILDING"] = "1"
    environment["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    environment["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"
    # two notebooks share two cores: more threads than that only wait for one another
    return environment | {f"{name}_NUM_THREADS": "1" for name in _THREADS}


class ForkServer:
    """The warm process, as the driver sees it."""

    def __init__(self, environment: dict[str, str]) -> None:
        # sequenced packets: one request is one message, however long
        self._link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        module = "resilience_lib.build.forkserver"
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(theirs.fileno())],
            env=environment,
            cwd=code_folder(),
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # a terminal's Ctrl-C is for the driver, which then ends this process
            start_new_session=True,
        )
        theirs.close()

    def fork(self, request: dict[str, Any], log: int) -> tuple[int, int]:
        """A new kernel's process number and the descriptor that stands for the process.

        Raises
        ------
        BuildError
            The warm process has ended.
        """
        try:
            with self._lock:
                socket.send_fds(self._link, [json.dumps(request).encode()], [log])
                data, handles, _, _ = socket.recv_fds(self._link, 64, 1)
        except OSError:
            data, handles = b"", []
        if not data:
            raise BuildError(
                "the process that forks kernels has ended. Try again with "
                "RESILIENCE_FRESH_KERNELS=1"
            )
        return int(data), handles[0]

    def close(self) -> None:
        """End the warm process and all its kernels; waits for it."""
        self._link.shutdown(socket.SHUT_RDWR)
        self._process.wait()
        self._link.close()


class ForkedProcess:
    """What jupyter_client needs of a `Popen`, for a process whose parent is another one."""

    stdin: IO[bytes] | None = None
    stdout: IO[bytes] | None = None
    stderr: IO[bytes] | None = None

    def __init__(self, pid: int, handle: int) -> None:
        self.pid = pid
        self._handle = handle
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """0 once the process has ended (its real status is known to its parent alone)."""
        if self.returncode is None and select.select([self._handle], [], [], 0)[0]:
            self.returncode = 0
            os.close(self._handle)
        return self.returncode

    def wait(self) -> int:
        """Wait for the end."""
        if self.returncode is None:
            select.select([self._handle], [], [])
        return self.poll() or 0

    def send_signal(self, number: int) -> None:
        """Send a signal, never to another process that got the same number."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._handle, number)

    def kill(self) -> None:
        """Send SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Kernels:
    """Starts the kernels of one build, and ends all of them.

    Parameters
    ----------
    fresh : bool
        Fresh kernels; otherwise forked ones where the system can.
    """

    def __init__(self, fresh: bool) -> None:
        self._environment = kernel_environment()
        self._server: ForkServer | None = None
        if not fresh and sys.platform == "linux" and hasattr(os, "pidfd_open"):
            self._server = ForkServer(self._environment)
        self._groups: set[int] = set()
        self._closed = False

    def manager_class(self, cwd: Path, log: IO[bytes]) -> type:
        """A kernel manager class for one notebook run.

        Parameters
        ----------
        cwd : Path
            The kernel's folder.
        log : file object
            Gets what the kernel writes outside of cells.
        """
        from jupyter_client.manager import AsyncKernelManager
        from jupyter_client.provisioning import LocalProvisioner

        kernels = self

        class Provisioner(LocalProvisioner):  # type: ignore[misc]  # jupyter_client is untyped here
            pgid: int | None
            process: Any

            async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
                if kernels._closed:
                    raise BuildError("the build is being stopped")
                kwargs |= {"cwd": str(cwd), "stdout": log, "stderr": log}
                if kernels._server is None:
                    info = await super().launch_kernel(cmd, **kwargs)
                    if self.pgid:
                        kernels._groups.add(self.pgid)
                else:
                    # after -m ipykernel_launcher
                    request = {"arguments": cmd[3:], "env": kwargs["env"], "cwd": str(cwd)}
                    self.process = ForkedProcess(*kernels._server.fork(request, log.fileno()))
                    self.pid = self.pgid = self.process.pid
                    self.cwd = str(cwd)
                    info = self.connection_info
                return info

            async def wait(self) -> int | None:
                while await self.poll() is None:
                    await asyncio.sleep(0.01)
                if self.pgid:
                    kernels._groups.discard(self.pgid)
                status: int | None = await super().wait()
                return status

        class Manager(AsyncKernelManager):  # type: ignore[misc]
            def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
                # a kernel spec in somebody's home may name another environment's Python
                file = os.path.realpath(self.connection_file)
                start = [sys.executable, "-m", "ipykernel_launcher", "-f", file]
                return [*start, *(extra_arguments or [])]

            async def _async_pre_start_kernel(self, **kw: Any) -> Any:
                self.kernel_id = kw.pop("kernel_id", None) or os.urandom(8).hex()
                self.provisioner = Provisioner(
                    kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
                )
                return await super()._async_pre_start_kernel(env=dict(kernels._environment), **kw)

            async def _async_wait(self, pollinterval: float = 0.01) -> None:
                await super()._async_wait(pollinterval=0.01)

        return Manager

    def close(self) -> None:
        """End every kernel that still runs, with whatever it had started; twice does no harm."""
        if self._server is not None and not self._closed:
            self._server.close()
        self._closed = True
        for group in list(self._groups):
            # on Windows there are no groups, and so nothing is in this set
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self._groups.clear()
