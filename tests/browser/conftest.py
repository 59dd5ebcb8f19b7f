"""A real browser with JavaScript switched off, and a real server on a free port."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from tests.browser.steps import served

from matchmaker_api import Matchmaker

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def address(demo: Matchmaker) -> Iterator[str]:
    """Where the demo is served."""
    with served(demo) as there:
        yield there


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
