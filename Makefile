# The same words here and in CI. PYTHON= names the interpreter to build .venv with (3.11 to 3.13).
PYTHON ?= python3
DEMO   ?= demo-data
PORT   ?= 8000
SERVE  ?= 1
MM     := .venv/bin/matchmaker
PY     := .venv/bin/python

.PHONY: demo test check bench night docs clean
.DEFAULT_GOAL := demo

.venv/.ready: pyproject.toml uv.lock tools/install.sh
	tools/install.sh $(PYTHON)
	@touch $@

demo: .venv/.ready
	@echo "== an invented world: 2,000 people in 60 countries" >&2
	@$(MM) ingest demo --fresh --data $(DEMO) --format table
	@echo "== its index" >&2
	@$(MM) index build --data $(DEMO) --format table
	@echo "== partners for one researcher" >&2
	@$(MM) match --researcher https://demo.invalid/people/P00001 --k 10 --data $(DEMO) --format table
	@echo "== partners for one call, under its rules, for somebody in Portugal" >&2
	@$(MM) match --file docs/tutorial/a_call.txt --home PT --call he-ria --k 10 --data $(DEMO) --format table
ifneq ($(SERVE),0)
	@echo "== pages and API on http://127.0.0.1:$(PORT) (stop with Ctrl-C)" >&2
	@PORT=$(PORT) $(MM) serve --data $(DEMO)
endif

test: check
	@tools/system-packages.sh
	$(PY) -m pytest -n 2 --dist loadgroup

check: .venv/.ready
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

bench: .venv/.ready
	$(PY) -m tests.benchmarks.run
	$(PY) -m tests.benchmarks.tradeoff
	$(PY) -m tests.benchmarks.audit_log
	$(PY) -m tests.benchmarks.peers.compare

night: .venv/.ready
	HYPOTHESIS_PROFILE=night $(PY) -m pytest -n 2 --dist loadgroup

docs: .venv/.ready
	$(PY) tools/openapi_examples.py api/matchmaker_api/http/examples.json
	$(PY) -m matchmaker_api.http.openapi > api/openapi.json.new && mv api/openapi.json.new api/openapi.json
	$(PY) -m matchmaker_api.cli.reference

clean:
	rm -rf .venv $(DEMO)
