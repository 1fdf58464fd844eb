PROC_TESTS = t/proc/tables.t t/proc/child.t
check_PROGRAMS += $(PROC_TESTS)
PROC_TEST_LIBS = libtap.a libproc.a librepl.a libshm.a libbase.a $(EVENT_LIBS) -lpthread
t_proc_tables_t_SOURCES = %D%/tables-t.c
t_proc_tables_t_LDADD = $(PROC_TEST_LIBS)
t_proc_child_t_SOURCES = %D%/child-t.c
t_proc_child_t_LDADD = $(PROC_TEST_LIBS)
