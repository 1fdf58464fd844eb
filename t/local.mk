# Tests: check_PROGRAMS named t/<dir>/<module>.t and scripts in script_tests; `make check` runs them through prove.
check_LIBRARIES = libtap.a
libtap_a_SOURCES = %D%/tap/tap.c %D%/tap/tap.h %D%/tap/daemon.c %D%/tap/daemon.h
EXTRA_DIST += %D%/tap/daemon.sh %D%/tap/ready %D%/tap/faults.c %D%/tap/faults.py

# Preloaded into a whole daemon; without the sanitizers of CFLAGS, which want to be first.
check_DATA = t/tap/faults.so
CLEANFILES += t/tap/faults.so
t/tap/faults.so: t/tap/faults.c
	$(AM_V_CC)$(MKDIR_P) $(@D) && $(CC) -std=gnu11 -O1 -g -Wall -shared -fPIC -o $@ $(srcdir)/t/tap/faults.c -ldl
include t/base/local.mk
include t/shm/local.mk
include t/proto/local.mk
include t/repl/local.mk
include t/proc/local.mk
include t/fuzz/local.mk
include t/acceptor/local.mk
include t/store/local.mk
include t/writer/local.mk
include t/replicator/local.mk
include t/meta/local.mk
include t/controller/local.mk
include t/coordinator/local.mk
include t/odradek/local.mk
include t/e2e/local.mk
include t/crash/local.mk
include t/model/local.mk
include t/style/local.mk
include t/clients/local.mk
include t/compat/local.mk
include t/bench/local.mk
