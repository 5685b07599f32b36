"""`python -m bot …`: reads the command line and hands over to `bot.commands`.

What a command needs is imported when it is called, so that `--help` answers at once and a small
command does not load the large libraries.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bot.errors import SetupError

BAD_USE = 2
_DEFAULT_PORT = 8080

Handler = Callable[[argparse.Namespace], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Returns:
        The exit code: 0, or 2 for bad use and for what cannot work as it is set up.
    """
    options = _parser().parse_args(arguments)
    try:
        result = options.handler(options)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_USE
    except KeyboardInterrupt:
        return 130
    if result is not None:
        print(json.dumps(result, ensure_ascii=False) if options.json else _plain(result))
    return 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data-dir", help="where data is kept (else DATA_DIR, else var)")
    common.add_argument("--json", action="store_true", help="print the result as JSON")
    parser = argparse.ArgumentParser(prog="python -m bot", description="The consular assistant.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        group: Any, name: str, handler: Handler, explanation: str
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(
            name, parents=[common], help=explanation, description=explanation
        )
        made.set_defaults(handler=handler)
        return made

    run = command(commands, "run", _run, "start every process and keep them running")
    run.add_argument("--port", type=_port, default=_DEFAULT_PORT)
    run.add_argument("--host", default="127.0.0.1", help="address the gateway listens on")
    train = command(commands, "train", _train, "train the model if data, config or code changed")
    train.add_argument("--force", action="store_true", help="train in any case")
    chat = command(commands, "chat", _chat, "talk in the terminal")
    chat.add_argument("--language", choices=("id", "en"))
    chat.add_argument("--url", help="a running assistant (else one is started)")
    _add_nlu(commands, command)
    _add_database(commands, command)
    _add_officers(commands, command)
    command(commands, "docs", _docs, "write docs/services.md from the data")
    registrations = command(
        commands,
        "registrations",
        _registrations,
        "write confirmed registrations (lapor diri) as CSV",
    )
    registrations.add_argument("file", type=Path)
    _add_bench(command, commands)
    return parser


def _add_bench(command: Callable[..., argparse.ArgumentParser], commands: Any) -> None:
    bench = command(commands, "bench", _bench, "the performance table of a real assistant")
    bench.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="may be repeated"
    )
    bench.add_argument("--quick", action="store_true", help="shorter loads")
    bench.add_argument("--full", action="store_true", help="the loads of the acceptance")
    bench.add_argument("--minutes", type=float, help="how long the steady mixture lasts")
    bench.add_argument("--with-stock", action="store_true", help="beside stock Rasa (trains it)")
    chaos = command(commands, "chaos", _chaos, "kill, pause and starve each part under load")
    chaos.add_argument("--rounds", type=int, default=3)
    chaos.add_argument("--minutes", type=float, default=30.0, help="begin nothing after so long")
    chaos.add_argument("--only", action="append", default=[], metavar="WORDS", help="of the fault")
    chaos.add_argument("--postgresql", action="store_true", help="on a PostgreSQL of its own")


def _add_nlu(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    nlu = commands.add_parser("nlu", help="look at the understanding").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    command(nlu, "parse", _nlu_parse, 'JSON lines {"text"} in, what was understood out')
    evaluate = command(nlu, "evaluate", _nlu_evaluate, "measure on labelled utterances")
    evaluate.add_argument("file", type=Path)
    evaluate.add_argument("--errors", action="store_true", help="which intents are confused")


def _add_database(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    database = commands.add_parser("db", help="the consular database").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    command(database, "upgrade", _db_upgrade, "make or upgrade the schema")
    command(database, "seed", _db_seed, "bring the facts of data/consular into the database")
    importing = command(database, "import", _db_import, "take the rows of a file")
    importing.add_argument("file", type=Path)
    importing.add_argument("--dry-run", action="store_true", help="only show what would change")
    importing.add_argument("--by", metavar="NAME", help="who changes it (else the account)")
    exporting = command(database, "export", _db_export, "write every table to a folder")
    exporting.add_argument("folder", type=Path)
    command(database, "stale", _db_stale, "list the facts past their review date")
    history = command(database, "history", _db_history, "list the versions of one fact")
    history.add_argument("table")
    history.add_argument("key", nargs="+", help="the row's key, one text a column")


def _add_officers(commands: Any, command: Callable[..., argparse.ArgumentParser]) -> None:
    officer = commands.add_parser("officer", help="who answers for the missions").add_subparsers(
        dest="what", required=True, metavar="WHAT"
    )
    add = command(officer, "add", _officer_add, "record an officer; prints a one-time code")
    add.add_argument("--name", required=True)
    add.add_argument("--mission", required=True, metavar="ID", help="or several, with commas")
    add.add_argument("--role", required=True, choices=("officer", "supervisor", "head", "admin"))
    add.add_argument("--languages", default="id,en", metavar="id,en")
    add.add_argument("--functions", metavar="consular,…", help="all of them if left out")
    link = command(officer, "link", _officer_link, "a one-time link to the web desk")
    link.add_argument("id", type=int)
    link.add_argument("--url", help="where the desk is found (else PUBLIC_URL)")
    code = command(officer, "code", _officer_code, "a new one-time code for an officer")
    code.add_argument("id", type=int)
    revoke = command(officer, "revoke", _officer_revoke, "shut an officer out at once")
    revoke.add_argument("id", type=int)
    command(officer, "list", _officer_list, "every officer")


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port


def _plain(result: Any) -> str:
    if not isinstance(result, dict):
        return str(result)
    lines = [f"{name}: {value}" for name, value in result.items() if name != "code"]
    # A one-time code stands alone on the last line, for a script to take.
    return "\n".join([*lines, *([result["code"]] if "code" in result else [])])


def _run(options: argparse.Namespace) -> None:
    from bot.commands.run import run

    run(options.data_dir, host=options.host, port=options.port)


def _train(options: argparse.Namespace) -> dict[str, str]:
    from bot.commands.train import train

    return {"model": str(train(force=options.force))}


def _chat(options: argparse.Namespace) -> None:
    from bot.commands.chat import chat

    chat(options.data_dir, language=options.language, url=options.url)


def _bench(options: argparse.Namespace) -> None:
    from bot.commands.bench import bench

    print(
        bench(
            only=options.only,
            quick=options.quick,
            full=options.full,
            minutes=options.minutes,
            with_stock=options.with_stock,
            as_json_text=options.json,
        )
    )


def _chaos(options: argparse.Namespace) -> None:
    from bot.commands.bench import chaos

    print(
        chaos(
            rounds=options.rounds,
            minutes=options.minutes,
            with_postgresql=options.postgresql,
            only=options.only,
            as_json_text=options.json,
        )
    )


def _nlu_parse(_options: argparse.Namespace) -> None:
    from bot.commands.nlu import parse

    parse(sys.stdin, sys.stdout)


def _nlu_evaluate(options: argparse.Namespace) -> None:
    from bot.commands.nlu import evaluate

    print(evaluate(options.file, errors=options.errors, as_json=options.json))


def _db_upgrade(options: argparse.Namespace) -> dict[str, str]:
    from bot.commands.database import upgrade

    return upgrade(options.data_dir)


def _db_seed(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands.database import seed

    return seed(options.data_dir)


def _db_stale(options: argparse.Namespace) -> Any:
    from bot.commands.database import stale, stale_text

    result = stale(options.data_dir)
    return result if options.json else stale_text(result)


def _db_history(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands.database import history

    return history(options.data_dir, options.table, options.key)


def _docs(_options: argparse.Namespace) -> dict[str, str]:
    from bot.commands.document import write_services_document

    return write_services_document()


def _db_import(options: argparse.Namespace) -> Any:
    from bot.commands.database import import_file, import_text

    result = import_file(options.data_dir, options.file, dry_run=options.dry_run, by=options.by)
    return result if options.json else import_text(result)


def _db_export(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands.database import export

    return export(options.data_dir, options.folder)


def _officer_add(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands import officer

    return officer.add(
        options.data_dir,
        name=options.name,
        mission=options.mission,
        role=options.role,
        languages=options.languages,
        functions=options.functions,
    )


def _officer_link(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands import officer

    return officer.link(options.data_dir, options.id, url=options.url)


def _officer_code(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands import officer

    return officer.new_code(options.data_dir, options.id)


def _officer_revoke(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands import officer

    return officer.revoke(options.data_dir, options.id)


def _officer_list(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands import officer

    return officer.list_all(options.data_dir)


def _registrations(options: argparse.Namespace) -> dict[str, Any]:
    from bot.commands.registrations import export

    return export(options.data_dir, options.file)
