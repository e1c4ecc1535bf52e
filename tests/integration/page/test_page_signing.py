"""Signing in to the pages, and out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest

from api.page.sessions import COOKIE, Sessions
from storage.control.keys import Keys
from tests.integration.page.conftest import Office
from tests.pages import Opened, id_of
from tests.served import WAITED_S


def client(office: Office, **headers: str) -> httpx.Client:
    return httpx.Client(
        base_url=office.base, headers={"Origin": office.base, **headers}, timeout=WAITED_S
    )


@contextmanager
def signed_in(office: Office, key: str | None = None) -> Iterator[httpx.Client]:
    with client(office) as found:
        found.post("/sign-in", data={"key": key or office.key})
        yield found


def test_who_is_not_signed_in_is_asked_to(office: Office, opened: Opened) -> None:
    """A page that is asked for without a session leads to the form, and from there back."""
    desk = opened(None)
    page = desk.go("/jobs?status=completed")
    page.get_by_label("API key").fill(office.key)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Jobs").wait_for()

    assert f"{office.base}/jobs?status=completed" == page.url


def test_a_wrong_key(office: Office, opened: Opened) -> None:
    """A wrong key is refused in words, and opens nothing."""
    page = opened(None).go("/sign-in")
    page.get_by_label("API key").fill("nd_wrong")
    page.keyboard.press("Enter")

    page.get_by_role("alert").wait_for()
    assert "This key opens nothing" in page.get_by_role("alert").inner_text()
    page.goto(office.base)
    assert f"{office.base}/sign-in" == page.url


def test_a_revoked_key_and_an_unknown_one(office: Office) -> None:
    """A key that is revoked is answered as one that never was."""
    keys = Keys(office.home)
    revoked = keys.add("gone", datetime.now(UTC), owner=None)
    keys.revoke("gone", datetime.now(UTC))
    with client(office) as browser:
        answers = [browser.post("/sign-in", data={"key": key}) for key in (revoked, "nd_x", "")]

    assert [401] * 3 == [answer.status_code for answer in answers]
    assert 1 == len({answer.text for answer in answers})
    keys.close()


def test_a_revoked_key_signs_its_session_out(office: Office, opened: Opened) -> None:
    """A session ends with its key, at the next request."""
    keys = Keys(office.home)
    desk = opened(keys.add("visitor", datetime.now(UTC), owner="newsroom"))
    desk.go("/jobs")
    keys.revoke("visitor", datetime.now(UTC))

    assert f"{office.base}/sign-in?next=%2Fjobs" == desk.go("/jobs").url
    keys.close()


def test_the_cookie(office: Office) -> None:
    """The cookie is out of reach of scripts and other sites, ends, and has no key in it."""
    with client(office) as browser:
        header = browser.post("/sign-in", data={"key": office.key}).headers["set-cookie"]
        behind_tls = browser.post(
            "/sign-in", data={"key": office.key}, headers={"X-Forwarded-Proto": "https"}
        )

    assert ["HttpOnly", "Max-Age=43200", "Path=/", "SameSite=strict"] == header.split("; ")[1:]
    assert "Secure" in behind_tls.headers["set-cookie"].split("; ")
    assert office.key not in header
    assert office.key.removeprefix("nd_") not in header


def test_signing_out(office: Office, opened: Opened) -> None:
    """Who signs out is out, and so is who has a copy of the cookie."""
    desk = opened()
    copy = {found["name"]: found["value"] for found in desk.context.cookies()}
    desk.page.get_by_role("button", name="Sign out").click()
    desk.page.get_by_label("API key").wait_for()

    assert [] == desk.context.cookies()
    assert 303 == httpx.get(office.base, cookies=copy, timeout=WAITED_S).status_code


def test_cookies_that_are_not_ours(office: Office) -> None:
    """A cookie that is forged, changed or too old signs nobody in."""
    keys = Keys(office.home)
    other, old = Sessions(keys), Sessions(keys, lifetime_s=-1)
    cookie = old.begun(office.key)
    assert cookie is not None
    assert old.caller_of(cookie) is None
    assert other.caller_of(cookie) is None
    ours = other.begun(office.key)
    assert ours is not None
    assert other.caller_of(ours) is not None
    for forged in (ours[:-1], "x" + ours, "", "a.b.c", ours.replace(".", ""), "\x00"):
        assert other.caller_of(forged) is None
    keys.close()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://example.org"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
def test_forms_of_other_sites(office: Office, headers: dict[str, str], path: str) -> None:
    """A form that another site sends is refused, to sign in as to sign out."""
    with client(office, **headers) as browser:
        answer = browser.post(path, data={"key": office.key})

    assert 403 == answer.status_code
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "place", ["//example.org", "https://example.org", "/\\example.org", "javascript:alert(1)", ""]
)
def test_no_way_to_another_site(office: Office, place: str) -> None:
    """After signing in one never lands on another site."""
    with client(office) as browser:
        answer = browser.post("/sign-in", data={"key": office.key, "next": place})

    assert "/" == answer.headers["location"]


def test_jobs_of_another_owner(office: Office) -> None:
    """A job of another owner is not found, like one that isn't there; an operator sees it."""
    night = "/nights/2026-03-05-220000-0001"
    with signed_in(office) as editor, signed_in(office, office.operator) as operator:
        editor.headers["Accept"] = "text/html"
        mine = [editor.get(f"/jobs/{id_of(number)}") for number in (4, 99)]
        assert [404, 404] == [answer.status_code for answer in mine]
        assert 1 == len({answer.text for answer in mine})
        assert 404 == editor.get(night).status_code
        assert 404 == editor.get(f"/jobs/{id_of(4)}/download").status_code
        assert id_of(4) not in editor.get("/jobs").text
        assert id_of(4) not in editor.get("/jobs?owner=legal").text
        assert "2026-03-05" not in editor.get("/").text
        assert "haiku" not in editor.get("/costs").text
        assert 200 == operator.get(f"/jobs/{id_of(4)}").status_code
        assert 200 == operator.get(night).status_code
        assert "haiku" in operator.get("/costs").text


def test_headers_of_pages(office: Office) -> None:
    """Pages are kept by nobody and run nothing that is not ours; files are kept for long."""
    with signed_in(office) as browser:
        page = browser.get("/")
        style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
        file = browser.get(style)
        again = browser.get(style, headers={"If-None-Match": file.headers["etag"]})
        wrong = browser.get("/static/0000000000000000/page.css")
        outside = browser.get(style.replace("page.css", "%2e%2e/rendering.py"))

    assert "private, no-store" == page.headers["cache-control"]
    assert page.headers["content-security-policy"].startswith("default-src 'none'; script-src")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert "same-origin" == page.headers["referrer-policy"]
    assert "nosniff" == page.headers["x-content-type-options"]
    assert "public, max-age=31536000, immutable" == file.headers["cache-control"]
    assert (304, 404, 404) == (again.status_code, wrong.status_code, outside.status_code)


def test_errors_in_pages_and_in_json(office: Office) -> None:
    """What is not there is a page for browsers, and JSON for programs and below /v1."""
    with signed_in(office) as browser:
        browser.headers["Accept"] = "text/html,*/*"
        page = browser.get("/nowhere")
        unusable = browser.get("/jobs?status=lost")
        program = browser.get("/v1/jobs/x")
        other = browser.get("/nowhere", headers={"Accept": "*/*"})

    assert (404, 422) == (page.status_code, unusable.status_code)
    assert page.headers["content-type"].startswith("text/html")
    assert {"detail": "Missing or invalid X-API-Key"} == program.json()
    assert {"detail": "Not Found"} == other.json()


def test_a_poll_after_the_session(office: Office) -> None:
    """A page that looks again after its session ended is led to the form as a whole."""
    with client(office, **{"HX-Request": "true", "Accept": "text/html"}) as browser:
        browser.cookies.set(COOKIE, "gone")
        answer = browser.get("/jobs")

    assert (401, "/sign-in?next=%2Fjobs") == (answer.status_code, answer.headers["hx-redirect"])
