# coordinator: consumer groups and committed offsets.
COORDINATOR_SOURCES = %D%/coordinator.c %D%/coordinator.h %D%/shard.h %D%/classic.h %D%/consumer.h %D%/offsets.h \
	%D%/shard.c %D%/append.c %D%/load.c %D%/replay.c %D%/call.c %D%/group.c %D%/timers.c %D%/offsets.c \
	%D%/settings.c %D%/expire.c %D%/commit.c %D%/fetch.c %D%/groups.c
CLASSIC_SOURCES = %D%/classic.c %D%/classic_priv.h %D%/classic_member.c %D%/classic_join.c %D%/classic_sync.c \
	%D%/classic_leave.c %D%/classic_answer.c %D%/classic_store.c %D%/classic_describe.c
COORDINATOR_SOURCES += $(CLASSIC_SOURCES)
COORDINATOR_SOURCES += %D%/consumer_none.c
odradekd_SOURCES += $(COORDINATOR_SOURCES)
