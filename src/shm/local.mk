noinst_LIBRARIES += libshm.a
libshm_a_SOURCES =
