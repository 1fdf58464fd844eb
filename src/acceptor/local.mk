odradekd_SOURCES += %D%/acceptor.c %D%/conn.c %D%/rx.c %D%/out.c %D%/api.c %D%/produce.c
noinst_HEADERS += %D%/acceptor.h %D%/conn.h
