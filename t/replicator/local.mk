check_PROGRAMS += t/replicator/watch.t t/replicator/pace.t
t_replicator_watch_t_SOURCES = %D%/watch-t.c src/replicator/watch.c src/replicator/replicator.h
t_replicator_watch_t_LDADD = $(PROC_TEST_LIBS)
t_replicator_pace_t_SOURCES = %D%/pace-t.c src/replicator/pace.c src/replicator/replicator.h
t_replicator_pace_t_LDADD = $(PROC_TEST_LIBS)
