"""The ways to tell somebody: a mailbox, or a webhook. Each has a name that is recorded and shown, and holds no secret."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

from weft.product.contract import Channel

Tool = Literal["slack", "teams"]
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
"""One plain address, without display name, quotes, spaces or control characters. Source: the HTML standard's e-mail state."""
HTTPS_PORT = 443
VARIABLE = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
HOOK_HOSTS: dict[Tool, tuple[str, ...]] = {
    "slack": ("hooks.slack.com", "hooks.slack-gov.com"),
    "teams": (".webhook.office.com", ".logic.azure.com", ".environment.api.powerplatform.com"),
}
"""Where webhooks of a tool are; a host that begins with a dot stands for all below it."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    address: str

    @property
    def name(self) -> str:
        return f"mail:{self.address}"


@dataclass(frozen=True, slots=True)
class Hook:
    """`url` is as written, mostly a variable. `hosts` are those that it may lead to; None is any, where `mesh.yaml` says it."""

    name: str
    url: str
    tool: Tool = "slack"
    hosts: tuple[str, ...] | None = None


Address = Mailbox | Hook


def mailbox(text: str) -> Mailbox | None:
    """What a user's name or a `mailto:` URL says, None where it is no mail address. What `mailto:` says beside it is not read."""
    address = unquote(urlsplit(text).path) if text.lower().startswith("mailto:") else text
    return Mailbox(address) if MAIL_ADDRESS.fullmatch(address) else None


def supported(channel: Channel, of: str, hosts: tuple[str, ...]) -> Address | None:
    """The mailbox or webhook of a channel of support; None where it is for people only, as a chat's own page is.

    A manifest is written by any team, and the machine that posts may reach more than they may: so a webhook of theirs leads
    only to hosts where such webhooks are, and to those that `mesh.yaml` allows.
    """
    tool = channel.tool.lower()
    if channel.url.lower().startswith("mailto:"):
        return mailbox(channel.url)
    if tool not in ("slack", "teams"):
        return None
    allowed = (*HOOK_HOSTS[tool], *hosts)  # type: ignore[index]
    if not VARIABLE.fullmatch(channel.url) and not is_among(netloc(channel.url), allowed):
        return None
    return Hook(f"{tool}:{channel.channel} of {of}", channel.url, tool, allowed)  # type: ignore[arg-type]


def is_among(found: str, hosts: tuple[str, ...]) -> bool:
    """Whether a host, or a host with its port, is one of these."""
    return any(found.endswith(host) if host.startswith(".") else found == host for host in hosts)


def netloc(url: str) -> str:
    """Host, and port where it is not that of https; '' where a URL has no host or says who logs in: that is no webhook."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if not parts.hostname or parts.username is not None or parts.password is not None:
        return ""
    return parts.hostname if port in (None, HTTPS_PORT) else f"{parts.hostname}:{port}"
