META_TEST_LIBS = libtap.a libmeta.a libbase.a $(SQLITE_LIBS) -lpthread
check_PROGRAMS += t/meta/sqlite.t
t_meta_sqlite_t_SOURCES = %D%/sqlite-t.c
t_meta_sqlite_t_LDADD = $(META_TEST_LIBS)
check_PROGRAMS += t/meta/quorum.t
t_meta_quorum_t_SOURCES = %D%/quorum-t.c
t_meta_quorum_t_LDADD = $(META_TEST_LIBS)
