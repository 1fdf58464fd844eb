# base: the leaf library.  It knows nothing of Kafka's protocol, of shared memory or of processes.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = %D%/config.c %D%/config_describe.c %D%/config_file.c %D%/config_priv.h %D%/config_table.c \
	%D%/config_value.c %D%/listener.c %D%/topic_config.c \
	%D%/crc32c.c %D%/crc32c_x86.c %D%/crc32c_arm.c %D%/crc32c_priv.h %D%/fdutil.c %D%/hash.c \
	%D%/helper.c %D%/log.c %D%/proctitle.c %D%/uuid.c %D%/wire.c %D%/xalloc.c
noinst_HEADERS += include/odradek/base/log.h include/odradek/base/crc32c.h include/odradek/base/xalloc.h \
	include/odradek/base/fdutil.h include/odradek/base/clock.h include/odradek/base/proctitle.h \
	include/odradek/base/hash.h include/odradek/base/uuid.h include/odradek/base/helper.h include/odradek/base/wire.h \
	include/odradek/base/config.h include/odradek/base/listener.h include/odradek/base/topic_config.h \
	include/tbl/signals.h include/tbl/params.h include/tbl/topic_configs.h
