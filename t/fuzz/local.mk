# Fuzz targets.  `make check` runs each for a moment (FUZZ_RUNS changes how long); `make fuzz` builds them with clang's
# libFuzzer: t/fuzz/fuzz-request <corpus directory>.
FUZZ_TESTS = %D%/request.t %D%/batch.t %D%/groups.t %D%/replay.t
check_PROGRAMS += $(FUZZ_TESTS)
FUZZ_COMMON = %D%/main.c %D%/fuzz.h $(PROTO_SUPPORT)
%C%_request_t_SOURCES = %D%/request.c $(FUZZ_COMMON)
%C%_request_t_LDADD = $(PROTO_TEST_LIBS)
%C%_batch_t_SOURCES = %D%/batch.c $(FUZZ_COMMON)
%C%_batch_t_LDADD = $(PROTO_TEST_LIBS)
%C%_groups_t_SOURCES = %D%/groups.c $(FUZZ_COMMON) $(COORDINATOR_FAKE)
%C%_groups_t_CPPFLAGS = $(COORDINATOR_TEST_CPPFLAGS)
%C%_groups_t_LDADD = $(COORDINATOR_TEST_LIBS)
%C%_replay_t_SOURCES = %D%/replay.c src/coordinator/replay.c src/coordinator/offsets.c $(FUZZ_COMMON) $(COORDINATOR_FAKE)
%C%_replay_t_CPPFLAGS = $(COORDINATOR_TEST_CPPFLAGS)
%C%_replay_t_LDADD = $(COORDINATOR_TEST_LIBS)
EXTRA_DIST += %D%/corpus-request %D%/corpus-batch %D%/corpus-groups

CLANG = clang
FUZZ_FLAGS = -g -O1 -fno-strict-aliasing -fsanitize=fuzzer,address,undefined -DHAVE_CONFIG_H
.PHONY: fuzz
fuzz:
	$(MKDIR_P) t/fuzz
	for t in request batch; do \
		$(CLANG) $(FUZZ_FLAGS) -I. -I$(srcdir) $(AM_CPPFLAGS) -o t/fuzz/fuzz-$$t $(srcdir)/t/fuzz/$$t.c \
			$(srcdir)/t/proto/support.c $(addprefix $(srcdir)/,$(filter %.c,$(libproto_a_SOURCES))) \
			$(addprefix $(srcdir)/,$(filter %.c,$(libbase_a_SOURCES))) $(CODEC_LIBS) -lpthread || exit 1; \
	done
