"""Thin shells that bind the pure functions of `bot.nlu` to Rasa's graph."""
