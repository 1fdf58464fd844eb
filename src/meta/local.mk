noinst_LIBRARIES += libmeta.a
libmeta_a_SOURCES = %D%/store.c %D%/sqlite.c %D%/batch.c %D%/copy.c %D%/quorum.c %D%/quorum_commit.c %D%/quorum_open.c \
	%D%/quorum.h %D%/meta_priv.h
noinst_HEADERS += include/odradek/meta/store.h
EXTRA_DIST += %D%/README
