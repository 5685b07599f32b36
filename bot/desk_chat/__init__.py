"""The officers' desk in a chat: what they write on Telegram or WhatsApp, and are told there."""
