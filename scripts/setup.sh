#!/usr/bin/env bash
# Makes .venv with exactly what requirements.lock names. Needs Python 3.10 or uv, nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

works() { "$@" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' >/dev/null 2>&1; }

if ! works .venv/bin/python; then
  rm -rf .venv
  echo "setup: making .venv"
  made=""
  for python in python3.10 python3 "$HOME"/.pyenv/versions/3.10*/bin/python; do
    if works "$python" && "$python" -m venv .venv; then made=yes; break; fi
  done
  if [ -z "$made" ] && command -v uv >/dev/null 2>&1; then
    uv venv --quiet --seed --python 3.10 .venv && made=yes
  fi
  if [ -z "$made" ]; then
    echo "setup: Python 3.10 is needed (python3.10 with venv, pyenv or uv)" >&2
    exit 2
  fi
fi

echo "setup: installing requirements.lock"
uv_pin=$(sed -n 's/^\(uv==[^ ]*\).*/\1/p' requirements.lock)
.venv/bin/python -m pip install --quiet --disable-pip-version-check "$uv_pin"
VIRTUAL_ENV=.venv .venv/bin/uv pip sync --quiet --require-hashes requirements.lock
touch .venv/.installed
