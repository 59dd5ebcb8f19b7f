"""What people do on the pages, in a few words, and the server they do it with."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from playwright.sync_api import Browser, Page

from matchmaker_api import Matchmaker
from matchmaker_api.http.app import create_app
from matchmaker_api.http.serving import listening
from matchmaker_api.state.database import STATE
from matchmaker_api.state.keys import KeyStore


@contextmanager
def served(matchmaker: Matchmaker) -> Iterator[str]:
    """A real server on a free port, stopped at the end."""
    with listening("127.0.0.1", 0) as door:
        config = uvicorn.Config(create_app(matchmaker), access_log=False, log_level="warning", lifespan="off",
                                timeout_graceful_shutdown=1)  # fmt: skip
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
        server.should_exit = True
        thread.join(timeout=10)


@contextmanager
def signed_in(browser: Browser, matchmaker: Matchmaker, role: str) -> Iterator[Page]:
    """A page of somebody who gave a key of this role when the browser asked for a password."""
    _, key = KeyStore(matchmaker.data / STATE).create(role, "a test")
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 320, "height": 800},
        http_credentials={"username": "any", "password": key},
    )  # fmt: skip
    yield context.new_page()
    context.close()


def ask(page: Page, address: str, **fields: str) -> None:
    """Fill in the form of the start page and send it."""
    page.goto(address)
    ask_here(page, **fields)


def check_team(page: Page) -> None:
    """Send the form of a team."""
    press(page, "Check this team")


def press(page: Page, button: str) -> None:
    """Press a button that leads to another page, and wait until that page is there: a click alone does not wait."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def ask_here(page: Page, **fields: str) -> None:
    """Fill in the form of this page and send it."""
    page.get_by_text("Countries, past co-authors, equity step").click()
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    press(page, "Find partners")
