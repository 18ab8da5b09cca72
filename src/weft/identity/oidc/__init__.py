"""Sign-in by an OIDC provider: authorization code with PKCE, and an ID token that is believed only after every check.

Source: OpenID Connect Core 1.0, sections 3.1.2 and 3.1.3; RFC 7636; RFC 9207; RFC 9700.
"""

from weft.identity.oidc.claims import Person
from weft.identity.oidc.flow import Flow
from weft.identity.oidc.provider import Client, Provider

__all__ = ["Client", "Flow", "Person", "Provider"]
