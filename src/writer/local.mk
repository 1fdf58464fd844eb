odradekd_SOURCES += %D%/writer.c %D%/writer.h %D%/answer.c %D%/append.c %D%/boot.c %D%/replica.c %D%/upkeep.c
EXTRA_DIST += %D%/README
