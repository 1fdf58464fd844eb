check_PROGRAMS += t/writer/writer.t t/writer/follow.t
t_writer_writer_t_SOURCES = %D%/writer-t.c $(WRITER_SOURCES)
t_writer_writer_t_LDADD = $(TEST_LIBS)
t_writer_follow_t_SOURCES = %D%/follow-t.c $(WRITER_SOURCES)
t_writer_follow_t_LDADD = $(TEST_LIBS)
