/* SPDX-License-Identifier: ISC */
/* support.h - what the tests of libstore share: batches, a log in a private directory, a model of it, faults. */
#ifndef T_STORE_SUPPORT_H
#define T_STORE_SUPPORT_H

#include "config.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/uio.h>

#include "odradek/proto/batch.h"
#include "odradek/store/disk.h"
#include "odradek/store/plog.h"
#include "odradek/store/sys.h"
#include "odradek/store/view.h"
#include "t/tap/tap.h"

/* A new private directory, removed at exit by the process that made it. */
const char *tmp_dir(void);
uint32_t rnd(uint32_t below); /* repeatable */
void rnd_seed(uint64_t seed);

struct spec {
	int records;
	int value;	    /* bytes of each value */
	int64_t timestamp;  /* of the first record; each next one is `step` later */
	int64_t step;
	int64_t producer_id; /* -1 = none */
	int16_t epoch;
	int32_t sequence;
	uint16_t attributes; /* codec, transactional */
	int marker;	     /* -1 = data, else type of a transaction marker */
};
/* defaults, and what the test says instead */
#pragma GCC diagnostic ignored "-Woverride-init"
#define SPEC(...) ((struct spec){ .records = 1, .value = 20, .timestamp = 1000, .producer_id = -1, .sequence = -1, \
	.marker = -1, __VA_ARGS__ })

/* A batch as an acceptor would hand it on. */
struct made {
	struct wire_out out;
	struct iovec iov[3];
	struct plog_batch b;
	struct batch_header h;
};
void make_batch(struct made *m, const struct spec *spec);
void free_batch(struct made *m);

/* What the log should hold. */
struct model_batch {
	int64_t base, next, max_ts;
	uint32_t crc, length;
	struct spec spec;
};
struct model {
	struct model_batch *b;
	int n, cap;
};

struct world {
	char dir[256];
	struct disk_options opt;
	struct disk *disk;
	struct plog *log;
	struct plog_config config;
	struct model model;
	int64_t now, mono;
	int changed;
	struct plog_line published;
	const struct plog_line *changed_line; /* copied by changed() */
};
void world_init(struct world *w); /* directory and settings; not opened */
/* Opens disk and log "topic-0"; dies when it cannot.  Returns enum plog_opened. */
int world_open(struct world *w, bool force_full, int64_t known_leo);
/* Forgets everything in memory, as a kill would. */
void world_kill(struct world *w);
void world_close(struct world *w); /* in order */
void world_fini(struct world *w);
void run_jobs(struct world *w);

/* Appends one batch, tells the model.  Returns plog_append's result; *error gets Kafka's code. */
int append(struct world *w, const struct spec *spec, int *error);
/* One that must succeed. */
void put(struct world *w, const struct spec *spec);
/* n batches in one call. */
int append_many(struct world *w, const struct spec *spec, int n, int *errors);

/* Reads the directory and compares with the model from log_start on; one TAP line. */
bool log_matches(const struct world *w, const char *what);
/* Every index entry is true; strict: and none is missing.  One TAP line. */
bool indexes_true(const struct world *w, bool strict, const char *what);
/* Files whose names end with suffix in the partition's directory. */
int count_files(const struct world *w, const char *suffix);
char *path_of(const struct world *w, int64_t base, const char *suffix);
void model_cut(struct model *m, int64_t leo);

/* ---- faults ---- */

enum fault { FAULT_NONE, FAULT_ERRNO, FAULT_DIE, FAULT_SHORT };
/* From now on the n-th call (from 0) that changes something meets the fault; die_fn is called for FAULT_DIE. */
void fault_at(int64_t n, enum fault fault, int error, void (*die_fn)(void));
/* Every changing call from the n-th on fails. */
void fault_from(int64_t n, int error);
void fault_off(void);
int64_t fault_calls(void); /* changing calls so far */
bool fault_hit(void);

#endif
