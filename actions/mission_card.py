"""The mission that serves a citizen's place, said under a headline for what was asked."""

from __future__ import annotations

from actions.context import Question, Say
from actions.wiring import services
from bot.content.cards import kemlu_values, mission_values
from bot.content.words import country_name


def say_mission(headline: str, question: Question, say: Say) -> None:
    """Shows the mission; asks where the citizen is if that is not known.

    Args:
        headline: the response with the mission's values; `<headline>_anywhere` asks for the place.
        question: whose place it is.
        say: says a response.
    """
    found = services().find_mission(question.place)
    if found.mission:
        values = mission_values(found.mission, question.language)
        values["others"] = ", ".join(m.name.text(question.language) for m in found.others)
        say(response=headline, language=question.language, **values)
    elif found.country:
        name = country_name(found.country, question.language)
        line = services().facts.official_contact("PWNI_HOTLINE")
        values = kemlu_values(line, question.language)
        say(response="utter_no_mission", language=question.language, country=name, **values)
    elif question.place.location:
        say(response="utter_location_unclear", language=question.language)
    else:
        say(response=f"{headline}_anywhere", language=question.language)
