COORDINATOR_FAKE = %D%/fake.c %D%/fake.h src/coordinator/timers.c
COORDINATOR_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/coordinator
COORDINATOR_TEST_LIBS = libtap.a libproto.a libbase.a $(CODEC_LIBS) -lpthread
check_PROGRAMS += %D%/classic.t
%C%_classic_t_SOURCES = %D%/classic-t.c $(COORDINATOR_FAKE) $(CLASSIC_SOURCES)
%C%_classic_t_CPPFLAGS = $(COORDINATOR_TEST_CPPFLAGS)
%C%_classic_t_LDADD = $(COORDINATOR_TEST_LIBS)
