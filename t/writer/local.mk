check_PROGRAMS += t/writer/writer.t
t_writer_writer_t_SOURCES = %D%/writer-t.c $(WRITER_SOURCES)
t_writer_writer_t_LDADD = $(TEST_LIBS)
