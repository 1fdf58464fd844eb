odradekd_SOURCES += %D%/acceptor.c %D%/conn.c %D%/rx.c %D%/out.c %D%/api.c %D%/produce.c %D%/behind.c
noinst_HEADERS += %D%/acceptor.h %D%/conn.h %D%/behind.h
odradekd_SOURCES += %D%/fetch.c %D%/fetch_set.c %D%/fetch_read.c %D%/fetch_hint.c %D%/fetch_wait.c %D%/fetch_session.c \
	%D%/fetch_cold.c %D%/fetch_again.c %D%/offsets.c
noinst_HEADERS += %D%/fetch.h
odradekd_SOURCES += %D%/metadata.c %D%/groups.c %D%/logdirs.c %D%/forward.c
noinst_HEADERS += %D%/endpoint.h
EXTRA_DIST += %D%/README
