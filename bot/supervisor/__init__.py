"""Keeps all processes of the assistant running on one machine."""
