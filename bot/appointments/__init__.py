"""Slots, appointments and their calendar entries: rules only."""
