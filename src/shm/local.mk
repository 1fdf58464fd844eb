# shm: parts, rings, doorbells, arenas and the layout of what is published.  README says who writes which word.
noinst_LIBRARIES += libshm.a
libshm_a_SOURCES = %D%/part.c %D%/slots.c %D%/ring.c %D%/arena.c %D%/tables.c %D%/lagging.c %D%/shm_priv.h
noinst_HEADERS += include/odradek/shm/part.h include/odradek/shm/ring.h include/odradek/shm/arena.h \
	include/odradek/shm/tables.h include/odradek/shm/latch.h include/tbl/procs.h include/tbl/counters.h
EXTRA_DIST += %D%/README
