odradekd_SOURCES += %D%/cleaner.c %D%/choose.c %D%/uncleanable.c %D%/scrub.c %D%/cleaner.h
EXTRA_DIST += %D%/README
