check_PROGRAMS += t/crash/crashload
t_crash_crashload_SOURCES = %D%/crashload.c %D%/kclient.c %D%/kclient.h
script_tests += t/crash/6100-kill-each-kind.t t/crash/6150-random-kills.t t/crash/6160-trace.t t/crash/6200-kill-everything.t t/crash/6300-stopped-child.t \
	t/crash/6400-full-disk.t t/crash/6410-full-disk-reserve.t t/crash/6420-full-disk-retention.t t/crash/6500-failed-disk.t t/crash/6510-disk-returns.t \
	t/crash/6600-every-call.t t/crash/6700-compaction.t t/crash/6710-compaction-full-disk.t t/crash/6800-replicas.t \
	t/crash/6810-replicas-bad-calls.t t/crash/6820-replicas-full-disk.t t/crash/6830-replicas-failed-disk.t \
	t/crash/6840-replicas-stopped-writer.t t/crash/6850-replicas-power-loss.t t/crash/6860-replicas-kill-everything.t t/crash/6870-new-producers.t
EXTRA_DIST += %D%/crash.py %D%/trio.py %D%/README
