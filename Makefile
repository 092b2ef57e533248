# Every target installs what it needs (Debian packages as root, Python packages into .build-python).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON := .build-python/bin/python3
# node_exporter of `make run`; another port leaves one that already runs alone.
EXPORTER_LISTEN ?= 127.0.0.1:9100

.PHONY: help run build test test-long acceptance conformance bench check format

help: ## shows this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: build ## builds and starts Signalbox and node_exporter on loopback: http://127.0.0.1:7070
	@scripts/install-packages run
	@scripts/run-quickstart "$(EXPORTER_LISTEN)"

build: assets ## release binary at .build/release/signalbox
	swift build -c release --product signalbox --static-swift-stdlib

test: assets python ## the whole fast suite
	@scripts/install-packages test
	swift build --build-tests
	@# Acceptance tests mostly wait, for other programs and for time to pass: three at a time fill two cores.
	@# One after another: tests that compute for seconds would starve the time-outs of those beside them.
	swift test --skip-build --no-parallel
	$(PYTHON) -m pytest -q -n 3 Tests/Acceptance --binary "$$(swift build --show-bin-path)/signalbox"

acceptance: assets python ## the built binary against real agents, peers and a browser
	@scripts/install-packages test
	swift build --product signalbox
	$(PYTHON) -m pytest -q -n 3 Tests/Acceptance --binary "$$(swift build --show-bin-path)/signalbox"

test-long: test ## more simulation runs and fuzzing
	SIMULATION_RUNS=200000 CRASH_SIMULATION_RUNS=10000 SCHEDULE_SIMULATION_YEARS=10 SCHEDULE_SIMULATION_RUNS=25 ONCALL_SIMULATION_RUNS=5000 swift test --skip-build --filter Simulation
	Fuzz/run 60

conformance: build python ## differential suite against Debian's prometheus
	@scripts/install-packages test
	$(PYTHON) Tests/Conformance/promql/differential.py --binary .build/release/signalbox

bench: build python ## benchmarks against the installed peers; JSON under bench-results/
	@scripts/install-packages test
	$(PYTHON) Benchmarks/ingest.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/alerts.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/storm.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/logs.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/kafka_queue.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/log_replay.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/traces.py --binary .build/release/signalbox
	$(PYTHON) Benchmarks/objectives.py --binary .build/release/signalbox

check: assets ## format, lint, house rules
	swift format lint --strict --recursive --parallel Package.swift Sources Tests
	swift test --filter TidyTests

format: ## rewrites the sources in the repository's format
	swift format format --in-place --recursive --parallel Package.swift Sources Tests

.PHONY: assets python
assets:
	@scripts/install-packages build
	@scripts/fetch-web-assets

python: .build-python/installed
.build-python/installed: Tests/requirements.txt
	@scripts/install-packages build
	python3 -m venv .build-python
	.build-python/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@
