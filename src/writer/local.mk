WRITER_SOURCES = %D%/writer.c %D%/writer.h %D%/answer.c %D%/append.c %D%/boot.c %D%/budget.c %D%/replica.c %D%/upkeep.c
WRITER_SOURCES += %D%/cleaned.c %D%/deletes.c %D%/offline.c %D%/follow.c %D%/follow.h %D%/follow_epoch.c %D%/follow_copy.c %D%/follow_read.c
odradekd_SOURCES += $(WRITER_SOURCES)
EXTRA_DIST += %D%/README
