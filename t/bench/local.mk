# make bench: floor, Odradek and (with KAFKA=1) Apache Kafka in one run; see t/bench/README
check_PROGRAMS += %D%/kload
EXTRA_PROGRAMS += %D%/floor %D%/touch %D%/gload %D%/keyed
t_bench_kload_SOURCES = %D%/kload.c
# without sanitizers: it receives with MSG_TRUNC, which they take for an overflow
t_bench_kload_CFLAGS = -std=gnu11
t_bench_kload_LDFLAGS =
t_bench_kload_LDADD = -lpthread
t_bench_floor_SOURCES = %D%/floor.c
t_bench_floor_LDADD = -lpthread
t_bench_touch_SOURCES = %D%/touch.c
t_bench_gload_SOURCES = %D%/gload.c t/crash/kclient.c
t_bench_gload_CFLAGS = $(AM_CFLAGS)
t_bench_keyed_SOURCES = %D%/keyed.c
t_bench_keyed_LDADD = libproto.a libbase.a $(CODEC_LIBS) -lpthread
EXTRA_DIST += %D%/run %D%/README
CLEANFILES += %D%/gload %D%/keyed %D%/floor %D%/touch

.PHONY: bench
bench: odradekd %D%/kload $(EXTRA_PROGRAMS)
	$(PYTHON3) $(srcdir)/t/bench/run --builddir $(abs_builddir) $(BENCHFLAGS)
