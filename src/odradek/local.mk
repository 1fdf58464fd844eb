# odradek: the command line; built where librdkafka is there.
if HAVE_RDKAFKA
bin_PROGRAMS += odradek
odradek_SOURCES = %D%/odradek.c %D%/odradek.h %D%/client.c %D%/ask.c %D%/table.c %D%/json.c %D%/units.c %D%/cmd_group.c %D%/group.h \
	%D%/group_report.c %D%/group_reset.c %D%/cmd_topic.c %D%/topic.h %D%/topic_replicas.c %D%/cmd_log.c %D%/cmd_replica.c
odradek_CPPFLAGS = $(AM_CPPFLAGS) $(RDKAFKA_CFLAGS)
odradek_LDADD = libstore.a libproto.a libbase.a $(RDKAFKA_LIBS) $(CODEC_LIBS) -lpthread
endif
