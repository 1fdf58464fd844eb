# coordinator: consumer groups and committed offsets.
COORDINATOR_SOURCES = %D%/coordinator.c %D%/coordinator.h %D%/shard.h %D%/classic.h %D%/consumer.h %D%/offsets.h \
	%D%/shard.c %D%/append.c %D%/load.c %D%/replay.c %D%/call.c %D%/group.c %D%/timers.c %D%/offsets.c \
	%D%/settings.c %D%/expire.c %D%/commit.c %D%/fetch.c %D%/groups.c
CLASSIC_SOURCES = %D%/classic.c %D%/classic_priv.h %D%/classic_member.c %D%/classic_join.c %D%/classic_sync.c \
	%D%/classic_leave.c %D%/classic_answer.c %D%/classic_store.c %D%/classic_describe.c
COORDINATOR_SOURCES += $(CLASSIC_SOURCES)
CONSUMER_SOURCES = %D%/consumer.c %D%/consumer_priv.h %D%/consumer_group.c %D%/consumer_target.c %D%/consumer_records.c \
	%D%/consumer_regex.c %D%/consumer_classic.c %D%/reconcile.c %D%/migrate.c %D%/protocol.c %D%/protocol.h \
	%D%/partset.c %D%/partset.h %D%/assignor.h %D%/assignor_uniform.c %D%/assignor_range.c %D%/regex.c %D%/regex.h
COORDINATOR_SOURCES += $(CONSUMER_SOURCES)
odradekd_SOURCES += $(COORDINATOR_SOURCES)
EXTRA_DIST += %D%/README
