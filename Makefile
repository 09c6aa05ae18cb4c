# What people and machines run. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

.PHONY: help bootstrap build demo test lint format bench clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

bootstrap: ## Install the system packages that are missing
	@scripts/bootstrap

build: bootstrap ## Build the release binary
	@echo "Building the release binary; the first time takes some ten minutes on two cores …"
	swift build -c release --product tessera

demo: build ## Build, make a generated store, run its first cycle, serve, print where
	@exec .build/release/tessera demo

test: bootstrap ## Build once and run all tests
	swift build --build-tests
	swift test --skip-build
	@scripts/browser-test

lint: ## Check the format
	swift format lint --strict --recursive Sources Tests Package.swift

format: ## Format everything
	swift format --in-place --recursive Sources Tests Package.swift

bench: build ## Measure against nginx in the same run
	@scripts/bootstrap bench
	.build/release/tessera bench

clean: ## Delete what was built
	rm -rf .build
