"""The conversation itself: greeting, language, follow-ups, choices, what was not understood."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rasa_sdk.events import SlotSet

from actions.base import Answering, answering
from actions.context import UNSURE_SLOT, Question, Say
from actions.wiring import services
from bot.content.record_cards import looked_up_values
from bot.conversation.greeting import is_salam
from bot.conversation.language import LANGUAGES
from bot.conversation.wishes import is_wish

_MEANINGS_OFFERED = 3


class ActionSay(Answering):
    """Says the response that bears the intent's name."""

    rule_name = "action_say"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Nothing to look up, nothing to remember."""
        say(response=f"utter_{question.intent}")
        return []


class ActionGreet(Answering):
    """Greets as one is greeted."""

    rule_name = "action_greet"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers a salam with a salam."""
        salam = is_salam(question.text)
        say(response="utter_greet_salam" if salam else "utter_greet")
        return []


class ActionChangeLanguage(Answering):
    """Switches to the language that is asked for, or to the other one."""

    rule_name = "action_change_language"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Answers in the new language; the worker keeps the choice."""
        wanted = question.entity("language")
        if wanted not in LANGUAGES:
            # "English please" is English itself; a button says nothing, so it is the other one.
            other = "id" if question.language == "en" else "en"
            is_new = question.language != question.kept_language
            wanted = question.language if is_new else other
        say(response="utter_language_changed", language=wanted, language_chosen=True)
        return [SlotSet("language", wanted)]


class ActionFollowUp(Answering):
    """Goes on with the last topic: another place, another aspect, a shared position."""

    rule_name = "action_follow_up"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Hands over to the action that answered last, or to the mission if there is a place."""
        if question.topic:
            return answering(question.topic["action"]).answer(question, say)
        if question.named:
            asked = replace(question, intent="mission_contact")
            return answering("action_answer_mission").answer(asked, say)
        say(response="utter_which_service")
        return []


class ActionOfferMeanings(Answering):
    """Not sure what was meant: offers the likeliest meanings in the citizen's words."""

    rule_name = "action_offer_meanings"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """Offers buttons once; the second time in a row an officer."""
        if question.was_unsure:
            say(response="utter_unsure_again")
            return [SlotSet(UNSURE_SLOT, False)]
        approved = services().records.look_up(question.text)
        if approved:
            say(response="utter_looked_up", **looked_up_values(approved, question.language))
            return [SlotSet(UNSURE_SLOT, False)]
        choices = [
            {"title": f"utter_meaning_{intent}", "payload": f"/{intent}"}
            for intent in [each for each in question.likeliest if is_wish(each)][:_MEANINGS_OFFERED]
        ]
        say(response="utter_unsure", choices=choices)
        return [SlotSet(UNSURE_SLOT, True)]


class ActionAcknowledgeAttachment(Answering):
    """Says by name what arrived, and that it is kept."""

    rule_name = "action_acknowledge_attachment"

    def answer(self, question: Question, say: Say) -> list[Any]:
        """One response a kind."""
        kind = question.attachment or "document"
        say(response=f"utter_received_{kind}")
        return []
