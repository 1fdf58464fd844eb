# proto: Kafka's wire and record formats.  src/proto/gen is made by `make regen` and checked in.
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = %D%/plan.h %D%/plan.c %D%/decode.c %D%/encode.c %D%/msg.c %D%/kerr.c %D%/api.c %D%/frame.c \
	%D%/compress.c %D%/compress_none.c %D%/compress_gzip.c %D%/compress_snappy.c %D%/compress_lz4.c \
	%D%/compress_zstd.c %D%/rec_in.h %D%/rec_in.c %D%/batch.c %D%/batch_priv.h %D%/batch_check.c %D%/record.c %D%/group_error.c %D%/group_id.c
noinst_HEADERS += include/odradek/proto/msg.h include/odradek/proto/kerr.h include/odradek/proto/api.h \
	include/odradek/proto/frame.h include/odradek/proto/batch.h include/odradek/proto/record.h \
	include/odradek/proto/compress.h include/odradek/proto/group_error.h include/odradek/proto/group_id.h include/tbl/apis.h include/tbl/kerrors.h include/tbl/features.h
include src/proto/gen/local.mk
EXTRA_DIST += %D%/regen %D%/README

# Needs Kafka's schemas: make regen KAFKA_SCHEMAS=<directory with messages/ and records/>
.PHONY: regen
regen:
	$(srcdir)/src/proto/regen -o $(abs_top_srcdir) $(KAFKA_SCHEMAS)
