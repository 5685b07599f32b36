"""Measures the running assistant from outside: load, faults, memory, and stock Rasa beside it."""
