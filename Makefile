# Lotline. `make demo` to look at it, `make test` to check it.
GO ?= go
DEMO := demo/lotline.db

.PHONY: build demo test check bench screenshots ui ui-check fmt format vet

build:
	$(GO) build -trimpath -o bin/lotline .

# The old plant is thrown away, so that what the guide tells is what the pages show. The server says where to look.
demo: build
	mkdir -p demo
	rm -f $(DEMO) $(DEMO)-wal $(DEMO)-shm
	bin/lotline demo --db $(DEMO)
	bin/lotline serve --db $(DEMO)

# Everything, on both engines; then once more, in smaller sizes, on PostgreSQL with every company table partitioned (but
# for the command line, which opens databases of its own); then, where goroutines meet, under the race detector.
test:
	./test/setup
	@$(MAKE) --no-print-directory format vet ui-check
	$(GO) test -count=1 -timeout 20m ./...
	LOTLINE_TEST_PARTITIONS=4 $(GO) test -short -count=1 -timeout 20m $$($(GO) list ./internal/... | grep -v /internal/cli)
	$(GO) test -race -count=1 -timeout 20m ./internal/ledger/... ./internal/store/...

# What runs in the browser, built into internal/web/assets. The built files are committed: Go alone builds the program.
ui: ui/node_modules
	cd ui && npm run --silent check && npm run --silent build

# Types, lint, tests, and that the committed files are what the sources make.
ui-check: ui/node_modules
	cd ui && npm run --silent check && node build.mjs build && diff -r build ../internal/web/assets && rm -r build

ui/node_modules: ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund --ignore-scripts
	@touch ui/node_modules

# What is quick enough before every commit: SQLite alone, three of the stories, fewer runs, no browser.
check: format vet
	$(GO) test -short ./...

# One table for each size, on SQLite; BENCH_POSTGRES names an empty PostgreSQL database to measure too.
EDGES ?= 100000 1000000
bench: build
	@for n in $(EDGES); do bin/lotline bench --edges $$n $(if $(BENCH_POSTGRES),--postgres $(BENCH_POSTGRES)) || exit 1; done

# Pictures of every page at four widths, light and dark, to look at; the guide uses some of them.
screenshots:
	mkdir -p demo/screenshots
	LOTLINE_SCREENSHOTS=$(CURDIR)/demo/screenshots $(GO) test -count=1 -timeout 20m -run Fits ./test/browser
	for name in home receive order bench unit forward recall recall-work recall-effect drill chart bom journal; do cp demo/screenshots/$$name-1280-light.png docs/guide/$$name.png; done
	cp demo/screenshots/bench-360-light.png docs/guide/phone.png
	cp demo/screenshots/unit-1024-dark.png docs/guide/dark.png
	@echo "The pictures are in demo/screenshots, those of the guide in docs/guide."

fmt:
	gofmt -w .

format:
	@files=$$(gofmt -l .) || exit 1; \
	if [ -n "$$files" ]; then echo "not formatted (make fmt does it):"; echo "$$files"; exit 1; fi

vet:
	$(GO) vet ./...
