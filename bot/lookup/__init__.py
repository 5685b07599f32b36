"""Finds approved texts by meaning."""
