ACCEPTOR_FETCH = src/acceptor/fetch.c src/acceptor/fetch_set.c src/acceptor/fetch_read.c src/acceptor/fetch_hint.c \
	src/acceptor/fetch_wait.c src/acceptor/fetch_session.c src/acceptor/fetch_cold.c src/acceptor/fetch_again.c
check_PROGRAMS += %D%/fetch.t
%C%_fetch_t_SOURCES = %D%/fetch-t.c %D%/fake.c %D%/fake.h $(ACCEPTOR_FETCH)
%C%_fetch_t_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/acceptor
%C%_fetch_t_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=wait_arm
%C%_fetch_t_LDADD = libtap.a libproc.a librepl.a libproto.a libshm.a libbase.a $(EVENT_LIBS) $(CODEC_LIBS) -lpthread
check_PROGRAMS += %D%/behind.t
%C%_behind_t_SOURCES = %D%/behind-t.c src/acceptor/behind.c
%C%_behind_t_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/acceptor
%C%_behind_t_LDADD = libtap.a libproto.a libbase.a
