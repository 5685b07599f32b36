# Every target sets up by itself what it needs.
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
export TF_CPP_MIN_LOG_LEVEL := 3
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.PHONY: run test train lint bench chaos interleavings lock format

run: .venv/.installed
	@exec $(PYTHON) -m bot run $(ARGS)

train: .venv/.installed
	@$(PYTHON) -m bot train

test: .venv/.installed
	@$(PYTHON) -m bot train
	@$(PYTHON) -m pytest $(ARGS)

lint: .venv/.installed
	@echo "lint: ruff" && .venv/bin/ruff check . && .venv/bin/ruff format --check .
	@echo "lint: mypy" && .venv/bin/mypy
	@echo "lint: import-linter" && .venv/bin/lint-imports
	@echo "lint: rasa data validate" && $(PYTHON) -m rasa data validate --max-history 3 --quiet

bench: .venv/.installed
	@$(PYTHON) -m bot bench $(ARGS)

chaos: .venv/.installed
	@$(PYTHON) -m bot chaos $(ARGS)

# ARGS: for how many minutes the real processes run; the scripted ones run as many rounds.
interleavings: .venv/.installed
	@$(PYTHON) -m bot train
	@INTERLEAVINGS=$(or $(ARGS),10) INTERLEAVINGS_MINUTES=$(or $(ARGS),10) $(PYTHON) -m pytest -s \
	  tests/storage/test_interleavings.py tests/journeys/officers/test_interleavings.py

format: .venv/.installed
	@.venv/bin/ruff format . && .venv/bin/ruff check --fix .

lock:
	@.venv/bin/uv pip compile --quiet --generate-hashes --no-header --python-version 3.10 \
	  --override requirements-overrides.txt requirements.in -o requirements.lock

.venv/.installed: requirements.lock scripts/setup.sh
	@scripts/setup.sh
