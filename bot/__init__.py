"""The consular assistant: gateway, worker, Rasa parts and the consular database."""

__version__ = "0.1.0"
