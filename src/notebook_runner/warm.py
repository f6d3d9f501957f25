"""Kernels forked from a process that has the imports done: Jupyter asks for them as for any other kernel.

Each report's kernel is a fresh process of its own, which nothing has run in. It is forked before its runner starts
a thread or opens a socket, and waits for the command by which Jupyter would have started it. Where no kernel can be
forked Jupyter starts one as ever, and the report is the same.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import entry_points
from pathlib import Path
from subprocess import Popen
from typing import Any, cast

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from notebook_runner.pool import die_with_parent

NAME = "coca-trends"  # of the entry point in pyproject.toml
_GROUP, _VARIABLE = "jupyter_client.kernel_provisioners", "JUPYTER_DEFAULT_PROVISIONER_NAME"
_LAUNCHER = "ipykernel_launcher"


def can_fork() -> bool:
    """Whether this process may fork a kernel: on Linux, loaded beforehand, with a single thread."""
    alone = sys.platform == "linux" and len([*Path("/proc/self/task").iterdir()]) == 1
    return alone and "notebook_runner.preload" in sys.modules and bool(entry_points(group=_GROUP, name=NAME))


class Forked:
    """A forked process that waits to become a kernel; from then on it is used like a `subprocess.Popen`."""

    stdin = stdout = stderr = None

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        self.returncode: int | None = None
        self.pid = os.fork()
        if not self.pid:
            os.close(self._writing)
            _become_kernel(reading)
        os.close(reading)

    def start(self, arguments: list[str], folder: str, environment: dict[str, str]) -> None:
        """Say what kernel to be."""
        with os.fdopen(self._writing, "w") as pipe:
            json.dump([arguments, folder, environment], pipe)

    def poll(self) -> int | None:
        """The exit code, once it has ended."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            self.returncode = os.waitstatus_to_exitcode(status) if ended else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code, or None if it runs on after `timeout` seconds."""
        end = time.monotonic() + (timeout if timeout is not None else 1e9)
        while self.poll() is None and time.monotonic() < end:
            time.sleep(0.01)
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def _become_kernel(reading: int) -> None:
    """Wait for the command, and run a kernel to its end; never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        die_with_parent()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        with os.fdopen(reading) as pipe:
            told = pipe.read()
        if told:
            from ipykernel.kernelapp import IPKernelApp

            arguments, folder, environment = json.loads(told)
            os.environ.clear()
            os.environ.update(environment)
            # A kernel that Jupyter starts does not see the folder that the command line was called in.
            sys.path[:] = [place for place in sys.path if place not in ("", str(Path.cwd()))]
            os.chdir(folder)
            IPKernelApp.launch_instance(arguments)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


_waiting: list[Forked] = []


@contextmanager
def forked_kernel() -> Iterator[dict[str, str]]:
    """Fork a kernel for the notebook run inside; what is yielded belongs in the environment of the run."""
    if not can_fork():
        yield {}
        return
    kernel = Forked()
    _waiting.append(kernel)
    try:
        yield {_VARIABLE: NAME}
    finally:
        _waiting.clear()
        kernel.kill()
        kernel.wait()


class ForkedProvisioner(LocalProvisioner):
    """Jupyter's own provisioner of local kernels, but for how the process comes about."""

    async def launch_kernel(self, cmd: list[str], **given: Any) -> Any:
        """Start the kernel that waits, or an ordinary one where there is none or another program is asked for."""
        if not _waiting or cmd[0] != sys.executable or _LAUNCHER not in cmd:
            return await super().launch_kernel(cmd, **given)
        kernel = _waiting.pop()
        self.process = cast(Popen[Any], kernel)
        kernel.start(cmd[cmd.index(_LAUNCHER) + 1 :], str(given.get("cwd") or Path.cwd()), given["env"])
        self.pid = self.pgid = kernel.pid
        return self.connection_info
