"""Letters reach a real mail server as they were meant, and nothing in them becomes a head."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

import pytest

from weft.errors import DeliveryFault
from weft.governance.mail import Letter, hand_in
from weft.governance.saying import subject
from weft.settings import MailServer

from .conftest import NOW, PASSWORD, Box, Serve, event

Outcome = dict[str, str]


def letter(to: str = "ann@air.example.org", subject: str = "flights failed", body: str = "It did.\n") -> Letter:
    return Letter(to, subject, body, NOW, "key")


def handed_in(server: MailServer, *letters: Letter) -> Outcome:
    found: Outcome = {}
    hand_in(server, letters, lambda one, fault: found.__setitem__(one.to, str(fault or "sent")), 2.0)
    return found


def plain(box: Box) -> MailServer:
    return MailServer("127.0.0.1", "weft@air.example.org", box.port, starttls=False)


def encrypted(box: Box, password: str = "${SMTP_PASSWORD}") -> MailServer:
    return MailServer("127.0.0.1", "weft@air.example.org", box.port, user="weft", password=password)


@pytest.fixture
def locked(serve: Serve, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Box:
    """A server that encrypts, and asks for user and password; its certificate is trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    return serve(context)


def test_a_letter_arrives(box: Box) -> None:
    assert handed_in(plain(box), letter(subject="Über flights", body="Zürich → Genève\n")) == {
        "ann@air.example.org": "sent"
    }
    ((sender, to, message),) = box.got
    assert (sender, to) == ("weft@air.example.org", ["ann@air.example.org"])
    heads = {name: message[name] for name in ("From", "To", "Subject", "Auto-Submitted", "Message-ID")}
    assert heads == {
        "From": "weft@air.example.org",
        "To": "ann@air.example.org",
        "Subject": "Über flights",
        "Auto-Submitted": "auto-generated",
        "Message-ID": "<key@air.example.org>",
    }
    assert message["Date"].datetime == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    assert message.get_content().strip() == "Zürich → Genève"


def test_a_mailbox_that_is_refused_is_no_fault_of_the_others(box: Box) -> None:
    box.refused = {"bob@air.example.org"}
    told = handed_in(plain(box), letter("bob@air.example.org"), letter())
    assert told["ann@air.example.org"] == "sent"
    assert told["bob@air.example.org"] == "the mail server refuses the mailbox (550). Mend the team's `username`."


def test_a_message_s_text_becomes_no_head(box: Box) -> None:
    evil = event(kind="failed\r\nBcc: eve@evil.example", message="\r\n.\r\nMAIL FROM:<eve@evil.example>\r\n")
    handed_in(plain(box), letter(subject=subject([evil], "air\nX-Evil: 1"), body=evil.message))
    ((_, to, message),) = box.got
    assert to == ["ann@air.example.org"]
    ours = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"}
    assert {*message.keys()} - ours == {"Content-Type", "Content-Transfer-Encoding", "MIME-Version"}
    assert message["Subject"] == "[air X-Evil: 1] operations.flights: failed Bcc: eve@evil.example"


def test_a_head_that_was_not_cleaned_is_refused_rather_than_sent(box: Box) -> None:
    with pytest.raises(DeliveryFault):
        handed_in(plain(box), letter(subject="x\r\nBcc: eve@evil.example"))
    assert box.got == []


def test_it_is_encrypted_before_the_password_is_said(locked: Box) -> None:
    assert handed_in(encrypted(locked), letter()) == {"ann@air.example.org": "sent"}
    assert (locked.users, locked.mailed) == (["weft"], ["ann@air.example.org"])


def test_a_wrong_password_is_said_without_repeating_it(locked: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "hunter2")
    with pytest.raises(DeliveryFault, match=r"refuses the user or the password \(535\)") as caught:
        handed_in(encrypted(locked), letter())
    assert "hunter2" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_is_refused(locked: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(DeliveryFault, match="the mail server's certificate is not valid"):
        handed_in(encrypted(locked), letter())
    assert locked.users == []


def test_a_server_that_does_not_encrypt_gets_nothing(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    with pytest.raises(DeliveryFault, match="does not offer what is asked of it"):
        handed_in(encrypted(box), letter())
    assert box.got == []


def test_a_password_is_not_sent_in_the_open_over_the_net(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", PASSWORD)
    server = MailServer("198.51.100.1", "weft@air.example.org", 25, False, "weft", "${SMTP_PASSWORD}")
    with pytest.raises(DeliveryFault, match="Say starttls: true"):
        handed_in(server, letter())


def test_no_server_says_so(box: Box) -> None:
    with pytest.raises(DeliveryFault, match=r"no mail server answers there\. See notify.mail in mesh.yaml\."):
        handed_in(MailServer("127.0.0.1", "weft@air.example.org", 1, starttls=False), letter())
