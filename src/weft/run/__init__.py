"""Carries out a plan: computes tables, proves their promises and publishes whole products, or leaves everything as it was."""
