# model: every interleaving of the protocols that everything else leans on; seconds, in plain C.
MODEL_TESTS = t/model/append.t t/model/doorbell.t t/model/metadata.t t/model/replicas.t t/model/ring.t t/model/trace.t
check_PROGRAMS += $(MODEL_TESTS) t/model/tracecheck t/model/tracesample
t_model_append_t_SOURCES = %D%/append-t.c %D%/explore.c %D%/explore.h
t_model_append_t_LDADD = libtap.a
t_model_doorbell_t_SOURCES = %D%/doorbell-t.c %D%/explore.c %D%/explore.h
t_model_doorbell_t_LDADD = libtap.a
t_model_metadata_t_SOURCES = %D%/metadata-t.c %D%/explore.c %D%/explore.h
t_model_metadata_t_LDADD = libtap.a
t_model_replicas_t_SOURCES = %D%/replicas-t.c %D%/replicas.c %D%/replicas_writer.c %D%/replicas_controller.c \
	%D%/replicas_clients.c %D%/replicas.h %D%/explore.c %D%/explore.h
t_model_replicas_t_LDADD = libtap.a librepl.a
t_model_ring_t_SOURCES = %D%/ring-t.c %D%/explore.c %D%/explore.h
t_model_ring_t_LDADD = libtap.a
# what the real processes did
t_model_trace_t_SOURCES = %D%/trace-t.c %D%/trace.c %D%/trace.h
t_model_trace_t_LDADD = libtap.a
t_model_tracecheck_SOURCES = %D%/tracecheck.c %D%/trace.c %D%/trace.h
t_model_tracesample_SOURCES = %D%/tracesample.c
t_model_tracesample_LDADD = libshm.a libbase.a -lpthread
EXTRA_DIST += %D%/README
