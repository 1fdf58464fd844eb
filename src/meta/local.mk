noinst_LIBRARIES += libmeta.a
libmeta_a_SOURCES = %D%/store.c %D%/sqlite.c %D%/meta_priv.h
noinst_HEADERS += include/odradek/meta/store.h
