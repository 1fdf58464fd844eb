# repl: the rules of replication, pure functions; t/model explores what they are for.
noinst_LIBRARIES += librepl.a
librepl_a_SOURCES = %D%/rules.c
noinst_HEADERS += include/odradek/repl/rules.h
EXTRA_DIST += %D%/README
