/* SPDX-License-Identifier: ISC */
/*
 * checkpoint.h - Kafka's text files of offsets per partition at the root of a disk.
 *
 * Used in: writer (through libstore), tools.  Only reads.
 */
#ifndef ODRADEK_STORE_CHECKPOINT_H
#define ODRADEK_STORE_CHECKPOINT_H

#include <stdbool.h>
#include <stdint.h>

#include "odradek/base/hash.h"

#define CHECKPOINT_HW "replication-offset-checkpoint"
#define CHECKPOINT_LOG_START "log-start-offset-checkpoint"
#define CHECKPOINT_CLEANED "cleaner-offset-checkpoint"

struct checkpoint { /* "<topic>-<n>" -> index in offset[] */
	struct mapstr map;
	int64_t *offset;
	uint32_t n;
};
/* A missing or torn file is empty. */
void checkpoint_read(struct checkpoint *c, int dirfd, const char *name);
/* -1 when it has no line. */
int64_t checkpoint_get(const struct checkpoint *c, const char *dirname);
/* The log is open: it speaks for itself. */
bool checkpoint_forget(struct checkpoint *c, const char *dirname); /* did it have one? */
/* Walks what is left; *pos starts at 0; NULL at the end. */
const char *checkpoint_next(const struct checkpoint *c, size_t *pos, int64_t *offset);
void checkpoint_fini(struct checkpoint *c);

#endif
