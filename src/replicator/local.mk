odradekd_SOURCES += %D%/replicator.c %D%/watch.c %D%/pace.c %D%/replicator.h
EXTRA_DIST += %D%/README
