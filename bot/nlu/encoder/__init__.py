"""Turns a text into a sentence vector. `Encoder` is all that other rooms know of it."""
