"""A real browser with JavaScript switched off, and a real server on a free port."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from matchmaker_api import Matchmaker
from matchmaker_api.http.app import create_app
from matchmaker_api.http.serving import listening

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def address(demo: Matchmaker) -> Iterator[str]:
    """A real server on a free port, stopped at the end."""
    with listening("127.0.0.1", 0) as door:
        config = uvicorn.Config(create_app(demo), access_log=False, log_level="warning", lifespan="off",
                                timeout_graceful_shutdown=1)  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        missing = "no chromium here, so no page was looked at; install it with `apt-get install chromium`"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def asked_for(context: BrowserContext) -> list[str]:
    """Every address that the pages of a test asked for."""
    seen: list[str] = []

    def note(request: Request) -> None:
        seen.append(request.url)

    context.on("request", note)
    return seen


@pytest.fixture
def page(context: BrowserContext, asked_for: list[str]) -> Page:
    return context.new_page()
