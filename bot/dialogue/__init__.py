"""Where Rasa meets the rest: its way in, its way to words."""
