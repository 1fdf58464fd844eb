# proc: the skeleton of every child, and its view of what the controller publishes.
noinst_LIBRARIES += libproc.a
libproc_a_SOURCES = %D%/start.c %D%/loop.c %D%/gather.c %D%/tables.c %D%/repl.c %D%/dynamic.c %D%/wait.c %D%/outbox.c %D%/callee.c %D%/disks.c %D%/skeleton.h
noinst_HEADERS += include/odradek/proc/child.h include/odradek/proc/msg.h include/odradek/proc/tables.h include/odradek/proc/repl.h \
	include/odradek/proc/wait.h include/odradek/proc/outbox.h include/odradek/proc/callee.h \
	include/tbl/calls.h
