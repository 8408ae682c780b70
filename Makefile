# The one way in: `make help` says what there is. The work is done by the scripts in tools/.
#
# Nothing but what was asked for goes to stdout (`make run RUN=… | sort` must work), so make and all it builds with
# speak on stderr.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:

# What was given, to the letter: neither make nor a shell expands anything in it. $(value) is the text before
# expansion; and a variable that is in the environment under its own name would be expanded on the way there.
export TUSK_RUN := $(value RUN)
export TUSK_CMDLINE := $(value CMDLINE)
export TUSK_OVERLAY := $(value OVERLAY)
export TUSK_BUSYBOX := $(value BUSYBOX)
export TUSK_ISO := $(value ISO)
export TUSK_MEM := $(value MEM)
export TUSK_TIMEOUT := $(value TIMEOUT)
export TUSK_QEMU_ARGS := $(value QEMU_ARGS)
export TUSK_GDB_ARGS := $(value GDB_ARGS)
# Only from the command line: many have these in their environment for something else.
given = $(if $(findstring command,$(origin $1)),$(value $1))
export TUSK_TRACE := $(call given,TRACE)
export TUSK_BREAK := $(call given,BREAK)
export TUSK_SCREEN := $(call given,SCREEN)
export TUSK_DEBUG := $(call given,DEBUG)
export TUSK_PORT := $(call given,PORT)
export TUSK_WAIT := $(call given,WAIT)
export TUSK_SERVE := $(call given,SERVE)
export TUSK_PROG := $(call given,PROG)
export TUSK_FORK := $(call given,FORK)
export TUSK_ROOT := $(CURDIR)
unexport RUN CMDLINE OVERLAY BUSYBOX ISO MEM TRACE TIMEOUT QEMU_ARGS GDB_ARGS BREAK SCREEN DEBUG PORT WAIT SERVE PROG FORK T

.PHONY: help run test test-long iso debug bochs bench fork-report boot-report web picture generated lint doc doctor clean
.PHONY: setup-% boot-qemu boot-bochs boot-bench

help: ## list targets and variables
	@tools/help.sh

# `run`, `bochs` and `bench` exit with the command's status. make alone cannot: see tools/exit-status.c.
run: boot-qemu ## boot in QEMU, with its terminal here; with RUN= run one command
	@$(leave)
bochs: boot-bochs ## the same in Bochs; with DEBUG=1 under its debugger, which stops at fork
	@$(leave)
bench: boot-bench ## run the benchmarks, with figures that repeat
	@$(leave)

boot-qemu: setup-run
boot-bochs: setup-bochs
boot-bench: setup-bench
boot-qemu boot-bochs boot-bench:
	@tools/build.sh >&2 && tools/boot.sh $(@:boot-%=%); echo $$? >$(status)

iso: setup-iso ## build the ISO (build/tusk.iso, or ISO=)
	@tools/build.sh >&2 && tools/boot.sh iso

debug: setup-debug ## boot in QEMU, halted, with gdb and Tusk's commands; BREAK= goes on to a place
	@tools/build.sh >&2 && tools/boot.sh debug

web: setup-web ## build a page that runs the ISO in a browser, and serve it here
	@tools/build.sh >&2 && tools/web.sh

test: ## run every test, in QEMU and Bochs; T= chooses
test-long: ## the same with the long tests: 100,000 forks and the like
test test-long: setup-test
	@tools/build.sh >&2 && tools/mkiso.sh --out build/tusk.iso --run '' --cmdline '' --overlay '' && tools/test.sh $(if $(filter %-long,$@),--long) $(if $(call given,T),$(T))

fork-report: setup-fork-report ## draw a fork of PROG= as one HTML page: steps, pages, PCB, bitmap
boot-report: setup-boot-report ## draw the way from power-on to the prompt
fork-report boot-report:
	@tools/build.sh >&2 && tools/$@.sh

picture: setup-run ## take the picture of the screen that README shows (docs/pictures/boot.png)
	@tools/build.sh >&2 && tools/mkiso.sh --out build/picture.iso --run '' --cmdline '' --overlay '' && tools/picture.sh --iso build/picture.iso

lint: setup-lint ## check format and lints of all crates
	@tools/lint.sh

doc: setup-doc ## write the documentation of the sources (build/target/…/doc)
	@tools/kernel-cargo.sh doc --workspace --no-deps --document-private-items >&2
	@echo "$(CURDIR)/build/target/i686-kernel/doc/tusk/index.html"

generated: setup-doc ## write docs/book.md and docs/system-calls.md anew from the sources
	@tools/build.sh >&2 && tools/generated.sh

doctor: ## say what is missing on this system, by package
	@tools/doctor.sh

clean: ## remove what was built
	rm -rf build

.DEFAULT:
	@echo "tusk: there is no target '$@': 'make help' lists them" >&2; exit 2

# Installs what the goal needs and the system lacks.
setup-%:
	@tools/setup.sh $* >&2

# One file for each make, as several may run at once.
status := build/status.$(shell echo $$PPID)
# Without the function $(exit-with) this is a reference to an undefined variable, which is empty.
leave = $(exit-with $(status))status=$$(cat $(status) 2>/dev/null || echo 0); rm -f $(status); exit $$status

ifneq ($(filter run bochs bench,$(MAKECMDGOALS)),)
ifneq ($(filter load,$(.FEATURES)),)
-load build/exit-status.so(exit_status_gmk_setup)
build/exit-status.so: tools/exit-status.c | $(patsubst %,setup-%,$(firstword $(filter run bochs bench,$(MAKECMDGOALS))))
	@mkdir -p build && cc -shared -fPIC -o $@ $< >&2
endif
endif
