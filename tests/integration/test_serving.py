"""The service as a process: it says where it is, answers, and goes without litter."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from matchmaker.errors import InputError, NoIndexError
from matchmaker_api.http.serving import listening, serve

START = """
import sys
from pathlib import Path
from matchmaker_api.http.serving import serve
serve(Path(sys.argv[1]), "127.0.0.1", 0)
"""


def test_a_busy_port_is_said_with_what_to_do() -> None:
    with listening("127.0.0.1", 0) as door, pytest.raises(InputError, match="another program is using it") as refused:
        listening("127.0.0.1", door.getsockname()[1])
    assert "PORT=" in refused.value.hint


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(InputError, match=r"cannot serve on 192\.0"):
        listening("192.0.2.1", 0)


def test_a_folder_without_an_index_is_refused_and_the_port_given_back(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with pytest.raises(NoIndexError):
        serve(tmp_path, "127.0.0.1", port)
    listening("127.0.0.1", port).close()


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=lambda stop: stop.name)
def test_it_says_its_address_answers_many_at_once_and_gives_back_its_lease(
    demo_data: Path, stop: signal.Signals
) -> None:
    before = set((demo_data / "pins").glob("*"))
    process = subprocess.Popen([sys.executable, "-c", START, str(demo_data)], stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    try:
        said = process.stderr.readline()
        address = next(word for word in said.split() if word.startswith("http://"))
        lease = list(set((demo_data / "pins").glob("*")) - before)
        assert len(lease) == 1
        with ThreadPoolExecutor(4) as many:
            lists = list(many.map(lambda _: partners(address), range(8)))
        assert all(found == lists[0] for found in lists)
    finally:
        process.send_signal(stop)
        _, rest = process.communicate(timeout=20)
    assert not lease[0].exists()
    assert "groundwater" not in (said + rest).lower()
    assert (demo_data / "state.db").exists()


def partners(address: str) -> list[str]:
    """Ids of partners for a question, best first."""
    body = json.dumps({"text": "Groundwater recharge and drought", "k": 10}).encode()
    asked = urllib.request.Request(address + "v1/match", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(asked, timeout=20) as sent:
        told: dict[str, Any] = json.load(sent)
    return [result["researcher"]["id"] for result in told["results"]]
