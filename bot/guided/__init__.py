"""Guided dialogues: a few short questions that end in a personal checklist or a filled form.

Pure rules. The questions and their words stand in `data/guided`; `bot.content.guided` reads them.
"""
