"""What a steward of core data looks at: pairs that wait for a decision, and all that is known of one core id."""
