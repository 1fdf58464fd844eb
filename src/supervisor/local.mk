sbin_PROGRAMS += odradekd
odradekd_SOURCES = %D%/supervisor.c
odradekd_LDADD = libproc.a libmeta.a libstore.a libproto.a libshm.a libbase.a \
	$(EVENT_LIBS) $(SQLITE_LIBS) $(CODEC_LIBS) $(SYSTEMD_LIBS) -lpthread
