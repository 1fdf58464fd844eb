check_PROGRAMS += t/replicator/watch.t
t_replicator_watch_t_SOURCES = %D%/watch-t.c src/replicator/watch.c src/replicator/replicator.h
t_replicator_watch_t_LDADD = $(PROC_TEST_LIBS)
