# What people and machines run. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash
# Further arguments of the command, such as `make demo ARGS="--port 9000"`.
ARGS ?=
# Tests that are run apart from the others, as a pattern of their names.
APART = TesseraServerTests|ProtocolLabTests

.PHONY: help bootstrap build demo test lint format bench fuzz clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

bootstrap: ## Install the system packages that are missing
	@scripts/bootstrap

build: bootstrap ## Build the release binary
	@echo "Building the release binary. The first time takes some 10 to 20 minutes on two cores, later times seconds …"
	swift build -c release --product tessera

demo: build ## Build, make a generated store, run its first cycle, serve, print where
	@exec .build/release/tessera demo $(ARGS)

test: ## Build once and run all tests
	@scripts/bootstrap test
	@echo "Building with all tests. The first time takes some 10 minutes on two cores …"
	swift build --build-tests
# The server's tests and those of the protocol lab wait for real seconds: beside tests that fill the cores they would
# wait for those.
	@status=0; scripts/browser-test || status=$$?; \
	  swift test --skip-build --filter '$(APART)' || status=$$?; \
	  swift test --skip-build --skip '$(APART)' || status=$$?; exit $$status

lint: ## Check the format
	swift format lint --strict --recursive Sources Tests Fuzz/Package.swift Fuzz/Sources Package.swift

format: ## Format everything
	swift format --in-place --recursive Sources Tests Fuzz/Package.swift Fuzz/Sources Package.swift

bench: build ## Measure beside peers in the same run
	@scripts/bootstrap bench
	.build/release/tessera bench --history docs/benchmarks.ndjson $(ARGS)

# How many inputs `make fuzz` tries, and where those that were worth keeping are.
RUNS ?= 10000000
CORPUS ?= Fuzz/.build/corpus

fuzz: ## Try ten million inputs on the template engine; ARGS go to libFuzzer
	swift build -c release --package-path Fuzz -Xswiftc -sanitize=fuzzer -Xswiftc -parse-as-library
	@mkdir -p $(CORPUS)
	SWIFT_BACKTRACE=enable=no Fuzz/.build/release/LiquidFuzz $(CORPUS) Fuzz/Seeds -dict=Fuzz/liquid.dict -max_len=1200 \
	  -timeout=5 -rss_limit_mb=512 -runs=$(RUNS) -artifact_prefix=Fuzz/ -print_final_stats=1 $(ARGS)

clean: ## Delete what was built
	rm -rf .build Fuzz/.build
