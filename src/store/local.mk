noinst_LIBRARIES += libstore.a
libstore_a_SOURCES = %D%/append.c %D%/checkpoint.c %D%/disk.c %D%/evict.c %D%/identity.c %D%/index.c %D%/job.c %D%/locate.c \
	%D%/cache.c %D%/cached.c %D%/known.c %D%/lookup.c %D%/names.c %D%/spare.c \
	%D%/open.c %D%/plog.c %D%/producers.c %D%/reader.c %D%/recover.c %D%/retain.c %D%/saved.c %D%/snapshot.c %D%/store_priv.h \
	%D%/sys.c %D%/txnindex.c %D%/verify.c %D%/view.c %D%/view_priv.h %D%/walk.c
EXTRA_DIST += %D%/README
noinst_HEADERS += include/odradek/store/disk.h include/odradek/store/plog.h include/odradek/store/producers.h \
	include/odradek/store/reader.h include/odradek/store/scrub.h include/odradek/store/sys.h include/odradek/store/verify.h include/odradek/store/view.h
# compaction
libstore_a_SOURCES += %D%/scrub.c %D%/clean.c %D%/clean_copy.c %D%/clean_map.c %D%/clean_out.c %D%/clean_txn.c %D%/clean_priv.h %D%/swap.c
noinst_HEADERS += include/odradek/store/clean.h
