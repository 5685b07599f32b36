"""Understands a message: language, words, places, dates, intent, urgency.

Everything here is a pure function or a small class that Rasa knows nothing of; only
`components` binds it to Rasa's graph.
"""
