"""Consular facts as values: what a mission, a service, a fee or a rule is. No storage here."""
