CONTROLLER_SOURCES = %D%/controller.c %D%/controller.h %D%/model.c %D%/load.c %D%/start.c %D%/commit.c %D%/copies.c \
	%D%/publish.c %D%/reply.c %D%/topics.c %D%/place.c %D%/reassign.c %D%/elect_leaders.c %D%/partitions.c %D%/delete.c %D%/configs.c %D%/describe.c \
	%D%/groups.c %D%/producers.c %D%/nodes.c %D%/disks.c %D%/unregister.c %D%/change.c %D%/isr.c %D%/adopt.c %D%/adopt_log.c
odradekd_SOURCES += $(CONTROLLER_SOURCES)
EXTRA_DIST += %D%/README
