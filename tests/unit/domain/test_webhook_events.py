"""Events, their signatures, and the addresses that may be called."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from domain.addresses import check_url, is_allowed, networks_of
from domain.contract.webhooks import ended, signed
from domain.errors import InputError
from domain.job.job import Job, JobStatus

NOON = datetime(2026, 3, 6, 12, tzinfo=UTC)
ALLOWED = networks_of("127.0.0.1, 10.1.0.0/16, fd00::/8")


def test_a_signature_as_the_standard_has_it() -> None:
    """The standard's own example is signed as it says."""
    headers = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        b'{"test": 2432232314}',
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        datetime.fromtimestamp(1614265330, UTC),
    )

    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert headers["webhook-timestamp"] == "1614265330"
    assert headers["webhook-id"] == "msg_p5jXN8AQM9LWM0D4loKWxJek"


def test_what_is_told_of_a_job() -> None:
    """An event has the job's id and what lists tell of it, to the byte."""
    job = Job(
        job_id="0199f3a2-6c1e-7d3b-9f00-000000000001",
        owner="anna",
        source_path="a.md",
        output_path="a.md",
        format="markdown",
        source_lang="de",
        target_lang="en",
        briefing="b",
        document="d",
        content_key="k",
        created_at=NOON,
        source_review=False,
        status=JobStatus.COMPLETED,
        cost_eur=Decimal("0.0000019"),
        finished_at=NOON,
    )

    event = ended(job)

    assert (event.event_id, event.owner) == (f"job.ended.{job.job_id}", "anna")
    assert event.body.decode() == (
        '{"type":"job.ended","timestamp":"2026-03-06T12:00:00+00:00","data":'
        '{"job_id":"0199f3a2-6c1e-7d3b-9f00-000000000001","batch_id":null,"owner":"anna",'
        '"source_path":"a.md","format":"markdown","source_lang":"de","target_lang":"en",'
        '"status":"completed","current_step":null,"attempt":0,"segment_count":0,'
        '"word_count":{"source":0,"target":0},"qa_score":null,"token_usage":{"input":0,'
        '"output":0,"cache_read":0,"cache_write":0,"total":0},"cost_eur":0.000002,'
        '"created_at":"2026-03-06T12:00:00+00:00","started_at":null,'
        '"finished_at":"2026-03-06T12:00:00+00:00","simulated":false}}'
    )


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.2", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"),
        *("100.64.0.1", "224.0.0.1", "239.1.1.1", "255.255.255.255", "192.0.2.1", "198.18.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::"),
        "2001:0:53aa:64c:0:fbff:f5ff:fffe",
    ],
)
def test_addresses_that_are_refused(address: str) -> None:
    """What is not public is refused, in whatever dress it comes."""
    assert not is_allowed(address, ALLOWED)


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "127.0.0.1", "10.1.2.3", "fd00::5"]
)
def test_addresses_that_may_be_called(address: str) -> None:
    """What is public or named by the setting may be called."""
    assert is_allowed(address, ALLOWED)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("ftp://example.org", "write it as https://host/path"),
        ("https://", "write it as https://host/path"),
        ("https://example.org:x", "is no address"),
        ("https://example.org\n", "is no address|write it"),
        ("https://a:b@example.org", "leave name and password out"),
        ("https://10.0.0.1/x", "10.0.0.1 is not public"),
        ("https://[::1]/x", "::1 is not public"),
        ("http://example.org", "use https"),
        ("http://1.1.1.1", "use https"),
    ],
)
def test_addresses_that_cant_be_used(url: str, message: str) -> None:
    """Each fault of an address is named."""
    with pytest.raises(InputError, match=message):
        check_url(url, ALLOWED)


@pytest.mark.parametrize(
    "url",
    ["https://example.org/x?y=z", "https://10.1.0.1", "http://127.0.0.1:8/x", "http://[fd00::1]"],
)
def test_addresses_that_can_be_used(url: str) -> None:
    """https leads anywhere public, http only where the setting says."""
    check_url(url, ALLOWED)
