STORE_TESTS = %D%/producers.t %D%/plog.t
check_PROGRAMS += $(STORE_TESTS)
STORE_SUPPORT = %D%/support.c %D%/support.h
STORE_TEST_LIBS = libtap.a libstore.a libproto.a libbase.a $(CODEC_LIBS) -lpthread
%C%_producers_t_SOURCES = %D%/producers-t.c $(STORE_SUPPORT)
%C%_producers_t_LDADD = $(STORE_TEST_LIBS)
%C%_plog_t_SOURCES = %D%/plog-t.c $(STORE_SUPPORT)
%C%_plog_t_LDADD = $(STORE_TEST_LIBS)
