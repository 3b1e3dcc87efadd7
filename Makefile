# make demo    set up, run the benchmark with three planted agents, build the leaderboard
# make test    the tests that CI runs first
# make board   the whole set with the planted agents: the README's table and plot
# make check   everything CI checks: format, lint, types, layers, tests, docs
.PHONY: setup demo board test test-slow test-docker check docs lock

BIN := .venv/bin
DEMO_MODELS := skillbench/reference,skillbench/careless,skillbench/overloaded

setup:
	@scripts/setup.sh

demo: setup
	@rm -rf demo
	$(BIN)/inspect eval skillbench --model $(DEMO_MODELS) -T chains=3 --log-dir demo/logs --display plain --log-level warning
	$(BIN)/skillbench leaderboard demo/logs --out demo/board

board: setup
	@rm -rf demo/full
	$(BIN)/inspect eval skillbench --model $(DEMO_MODELS) --log-dir demo/full/logs --display plain --log-level warning
	$(BIN)/skillbench leaderboard demo/full/logs --out demo/full/board
	$(BIN)/python scripts/board.py demo/full/board $(BOARD_ARGS)

test: setup
	$(BIN)/pytest -n auto -m "not slow and not docker and not browser" $(PYTEST_ARGS)

test-slow: setup
	$(BIN)/pytest -n auto -m "slow or browser" $(PYTEST_ARGS)

test-docker: setup
	$(BIN)/pytest -m docker

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/docs.py --check
	$(MAKE) test

docs: setup
	$(BIN)/python scripts/docs.py

lock: setup
	$(BIN)/uv pip compile -q pyproject.toml --universal --python-version 3.11 --extra report --extra fast --extra ray --extra sign --group dev \
	  --generate-hashes --no-emit-index-url --no-header -o requirements.lock
