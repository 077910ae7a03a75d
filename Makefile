# The front door: what each target does is said beside it; Meson does the work.
BUILD ?= build
PORT  ?= 8080
DATA  ?= data
DB    ?=

.PHONY: all setup docs run test soak bench fuzz install clean

all: setup            ## build
	@test -x $(BUILD)/src/gendan || echo "gendan: building; the first time takes some minutes" >&2
	@test -f $(BUILD)/build.ninja || meson setup $(BUILD) >/dev/null
	@quiet=--quiet; [ ! -t 1 ] || quiet=; ninja -C $(BUILD) $$quiet

setup:                ## install the Debian packages that are missing
	@packaging/setup

run: all              ## serve the demo factory on http://127.0.0.1:$(PORT)
	@$(BUILD)/src/gendan demo --data "$(DATA)" $(if $(DB),--db "$(DB)") --port "$(PORT)"

test: all             ## every test, as built and under the sanitizers, and the fuzzers for a moment; ONLY="plain asan tsan fuzz"
	@tests/run $(BUILD) $(ONLY)

soak: all             ## the long forms: COMMANDS= of a random walk, ROUNDS= of kills, on each database
	@$(BUILD)/tests/walk/walk $(or $(COMMANDS),100000) $(SEED)
	@tests/fault/test-crash.py $(BUILD)/src/gendan $(or $(ROUNDS),50)
	@GENDAN_WIDE=1 node --test-reporter=tap tests/browser/test-pages.mjs $(BUILD)/src/gendan $(BUILD)/tests/browser

bench: all            ## ratios to bare programs of the same work, printed as tables; ONLY="commands http lists page cut"
	@ninja -C $(BUILD) --quiet bench-programs
	@bench/run $(BUILD) $(ONLY)

fuzz: all             ## fuzzers, MINUTES= each (10)
	@tests/fuzz/run $(BUILD) $$(( $(or $(MINUTES),10) * 60 ))

docs: all             ## write docs/procedure.md anew from the tables
	@$(BUILD)/src/gendan procedure > docs/procedure.md

install: all          ## install under Meson's prefix
	@meson install -C $(BUILD) --quiet

clean:                ## remove what the build made
	@rm -rf $(BUILD)
