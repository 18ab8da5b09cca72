"""Letters handed in to a mail server (SMTP), all over one connection; nothing of a message can become one of its heads."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING

from weft.errors import DeliveryFault
from weft.governance.variables import revealed

if TYPE_CHECKING:
    from datetime import datetime

    from weft.settings import MailServer

WHERE = "notify.mail in mesh.yaml"


@dataclass(frozen=True, slots=True)
class Letter:
    """To one mailbox. `key` is the same whenever the same letter is sent, and becomes its id."""

    to: str
    subject: str
    body: str
    at: datetime
    key: str


Became = Callable[[Letter, DeliveryFault | None], None]


def hand_in(server: MailServer, letters: Iterable[Letter], became: Became, timeout_seconds: float) -> None:
    """Says of each letter what became of it, as soon as that is known. Raises: DeliveryFault, where all that are left cannot be sent."""
    try:
        with _connected(server, timeout_seconds) as connection:
            for letter in letters:
                became(letter, _handed_in(connection, server.sender, letter))
    except (OSError, smtplib.SMTPException, ValueError) as error:
        # `from None`: the cause's own words may hold what the server was told.
        raise DeliveryFault(_why(error, timeout_seconds), mend=f"See {WHERE}.") from None


def _connected(server: MailServer, timeout_seconds: float) -> smtplib.SMTP:
    host, user = revealed(server.host), revealed(server.user)
    password = revealed(server.password)
    if user and not server.starttls and not _is_here(host):
        mend = "Say starttls: true, or leave the user out."
        raise DeliveryFault("a password is not sent over a connection that anybody can read", mend=mend)
    connection = smtplib.SMTP(host, server.port, timeout=timeout_seconds)
    try:
        if server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if user:
            connection.login(user, password)
    except BaseException:
        connection.close()
        raise
    return connection


def _handed_in(connection: smtplib.SMTP, sender: str, letter: Letter) -> DeliveryFault | None:
    """One letter; a mailbox that is refused is no fault of the others."""
    try:
        connection.send_message(message(sender, letter), sender, [letter.to])
    except smtplib.SMTPRecipientsRefused as error:
        code = next((code for code, _ in error.recipients.values()), 0)
        return DeliveryFault(f"the mail server refuses the mailbox ({code})", mend="Mend the team's `username`.")
    except smtplib.SMTPDataError as error:
        return DeliveryFault(f"the mail server refuses the letter ({error.smtp_code})", mend=f"See {WHERE}.")
    return None


def message(sender: str, letter: Letter) -> EmailMessage:
    """Plain text in UTF-8. Source: RFC 5322; RFC 3834 (Auto-Submitted), so that no absence is answered to it."""
    found = EmailMessage(policy=SMTP)
    found["From"], found["To"], found["Subject"] = sender, letter.to, letter.subject
    found["Date"] = format_datetime(letter.at)
    found["Message-ID"] = f"<{letter.key}@{sender.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(letter.body)
    return found


def _is_here(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _why(error: Exception, timeout_seconds: float) -> str:
    match error:
        case smtplib.SMTPAuthenticationError():
            return f"the mail server refuses the user or the password ({error.smtp_code})"
        case smtplib.SMTPNotSupportedError():
            return "the mail server does not offer what is asked of it (STARTTLS, or to log in)"
        case smtplib.SMTPResponseException():
            return f"the mail server refuses ({error.smtp_code})"
        case ssl.SSLCertVerificationError():
            return f"the mail server's certificate is not valid: {error.verify_message}"
        case TimeoutError():
            return f"the mail server did not answer within {timeout_seconds:g} seconds"
        case ConnectionRefusedError():
            return "no mail server answers there"
    return f"the mail server cannot be reached ({type(error).__name__})"
