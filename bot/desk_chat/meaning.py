"""What an officer means by a message: a button, a number of a menu, a command, or words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.conversation.menu import match_answer
from bot.conversation.phrases import plain
from bot.desk_chat.cards import named_case
from bot.desk_chat.choices import read_choice
from bot.desk_chat.commands import Command, Do, Words, read
from bot.messages import Channel, InboundMessage
from bot.services.chat_ports import Lines, Shown

_STALE = Command(Do.UNKNOWN, argument="button")
# Here buttons are numbers in the text; on Telegram typed words are never a choice.
_WITH_MENUS = (Channel.WHATSAPP,)


@dataclass(frozen=True)
class Meaning:
    """What is meant.

    Args:
        quoted: the case of the message that was quoted.
        maybe: a choice that the words could be as well; the officer is asked.
    """

    what: Command | Words
    quoted: str | None = None
    maybe: Command | None = None


def understand(
    message: InboundMessage, conversation_id: str, lines: Lines, *, wish: str | None, has_case: bool
) -> Meaning:
    """Reads one message of an officer.

    Args:
        wish: what the next words are for, as a button would carry it.
        has_case: whether plain words would go to a citizen.

    Raises:
        ForeignButton: a button that was offered to somebody else.
    """
    if message.payload is not None:
        return Meaning(_tapped(message.payload, conversation_id, lines))
    quoted = lines.quoted(conversation_id, message.reply_to) if message.reply_to else None
    case = named_case(quoted.message) if quoted else None
    is_menu = message.channel in _WITH_MENUS and not (message.attachments or message.location)
    if is_menu:
        found = _numbered(message, conversation_id, lines, quoted=quoted)
        if found:
            shown, choice = found
            # A card that came by itself is no question: the number may be for the citizen.
            is_sure = quoted is not None or not shown.is_news or not has_case
            return Meaning(choice) if is_sure else Meaning(read(message.text), case, maybe=choice)
    what = read(message.text)
    waiting = read_choice(wish) if wish else None
    if isinstance(what, Words) and what.reference is None and waiting and what.text:
        return Meaning(replace(waiting, argument=what.text), quoted=case)
    return Meaning(what, quoted=case)


def _tapped(payload: str, conversation_id: str, lines: Lines) -> Command:
    reference, _, index = payload.removeprefix("#").partition(":")
    if not payload.startswith("#") or not index.isdecimal() or len(index) > 3:
        return _STALE
    carried = lines.chosen(conversation_id, reference, int(index))
    return (read_choice(carried) if carried else None) or _STALE


def _numbered(
    message: InboundMessage, conversation_id: str, lines: Lines, *, quoted: Shown | None
) -> tuple[Shown, Command] | None:
    shown = quoted or lines.latest(conversation_id)
    buttons = shown.message.buttons if shown else ()
    titles = [button.title for button in buttons]
    said = plain(message.text)
    if not shown or not (said.isdecimal() or said in map(plain, titles)):
        return None
    position = match_answer(message.text, titles)
    choice = read_choice(buttons[position].payload) if position is not None else None
    return (shown, choice) if choice else None
