noinst_LIBRARIES += libmeta.a
libmeta_a_SOURCES =
