"""Who asks: passwords, secrets that are shown once, lock-out, and sign-in by an OIDC provider; nothing here keeps anything."""
