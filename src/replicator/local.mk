odradekd_SOURCES += %D%/replicator.c
EXTRA_DIST += %D%/README
