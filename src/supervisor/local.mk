# supervisor: the daemon's main program; the process kinds add their sources to odradekd_SOURCES.
sbin_PROGRAMS += odradekd
odradekd_SOURCES = %D%/supervisor.c %D%/supervisor.h %D%/options.c %D%/preflight.c %D%/listeners.c %D%/daemon.c \
	%D%/children.c %D%/spawn.c %D%/reload.c %D%/disks.c %D%/newcomer.c %D%/looker.c %D%/health.c %D%/notify.c
if HAVE_SYSTEMD
odradekd_SOURCES += %D%/notify_systemd.c
else
odradekd_SOURCES += %D%/notify_env.c
endif
EXTRA_DIST += %D%/notify_systemd.c %D%/notify_env.c
EXTRA_DIST += %D%/README
odradekd_LDADD = libproc.a librepl.a libmeta.a libstore.a libproto.a libshm.a libbase.a \
	$(EVENT_LIBS) $(SQLITE_LIBS) $(CODEC_LIBS) $(PCRE2_LIBS) $(SYSTEMD_LIBS) -lpthread
