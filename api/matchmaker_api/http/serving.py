"""Serving: one process, one opened index, threads for the questions."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

import uvicorn

from matchmaker.errors import InputError
from matchmaker_api.assemble import connect
from matchmaker_api.http.app import create_app


def serve(data: Path, host: str, port: int) -> None:
    """Serve the published index of `data` until interrupted; the lease on it is given back at the end.

    Raises InputError when host and port cannot be had, and what `connect` raises. Requests are not logged: addresses
    of clients and ids of people stand in them.
    """
    with listening(host, port) as door, connect(data) as matchmaker:
        notes = matchmaker.prepare()
        sys.stderr.write(f"matchmaker serves {data} on {_address(door)} (Ctrl-C ends it)\n")
        sys.stderr.write("".join(f"note: {note}\n" for note in notes))
        sys.stderr.flush()
        config = uvicorn.Config(
            create_app(matchmaker), workers=1, access_log=False, log_level="warning", server_header=False,
            lifespan="off", timeout_graceful_shutdown=10,
        )  # fmt: skip
        # Once it has shut down, uvicorn hands the signal on; by default that would end the process before the lease
        # is given back.
        signal.signal(signal.SIGTERM, _asked_to_stop)
        uvicorn.Server(config).run(sockets=[door])


def _asked_to_stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def listening(host: str, port: int) -> socket.socket:
    """A listening socket, taken before the index is opened. Raises InputError saying who or what is in the way."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        raise InputError(f"cannot serve on {host} port {port}: {_reason(error)}", hint=_hint(error)) from error


def _reason(error: OSError) -> str:
    return "another program is using it" if error.errno == errno.EADDRINUSE else (error.strerror or str(error))


def _hint(error: OSError) -> str:
    if error.errno in (errno.EADDRINUSE, errno.EACCES):
        return "choose another one, for example PORT=8080"
    return "use an address of this machine, for example HOST=127.0.0.1"


def _address(door: socket.socket) -> str:
    host, port = door.getsockname()[:2]
    return f"http://{'[' + host + ']' if ':' in host else host}:{port}/"
