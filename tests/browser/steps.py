"""What people do on the pages, in a few words."""

from __future__ import annotations

from playwright.sync_api import Page


def ask(page: Page, address: str, **fields: str) -> None:
    """Fill in the form of the start page and send it."""
    page.goto(address)
    ask_here(page, **fields)


def check_team(page: Page) -> None:
    """Send the form of a team."""
    with page.expect_navigation():
        page.get_by_role("button", name="Check this team").click()


def ask_here(page: Page, **fields: str) -> None:
    """Fill in the form of this page and send it."""
    page.get_by_text("Countries, past co-authors, equity step").click()
    for name, value in fields.items():
        page.locator(f"#{name}").fill(value)
    with page.expect_navigation():
        page.get_by_role("button", name="Find partners").click()
