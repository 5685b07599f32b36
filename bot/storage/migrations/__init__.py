"""The history of the schema (Alembic); `bot.storage.schema` runs it, no `alembic.ini` is needed."""
