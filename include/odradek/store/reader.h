/* SPDX-License-Identifier: ISC */
/*
 * reader.h - iterates over the batches of a partition directory, read-only, in order.
 *
 * Used in: controller (disks from elsewhere), tools, tests.  Every batch is checked: structure,
 * length and CRC.  Reads windows; no index is needed.
 */
#ifndef ODRADEK_STORE_READER_H
#define ODRADEK_STORE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct plog_reader;

/* Opens the directory path; iteration begins at the batch that contains offset.  0, or -1 with errno. */
int plog_reader_open(struct plog_reader **rp, const char *path, int64_t offset);
/*
 * 1 with *batch (whole, from its base offset on; valid until the next call) and *len; 0 at the end; -1 with errno
 * (EBADMSG: a bad batch; plog_reader_where says where; iteration stops there).
 */
int plog_reader_next(struct plog_reader *r, const uint8_t **batch, size_t *len);
void plog_reader_where(const struct plog_reader *r, int64_t *segment, int64_t *position);
void plog_reader_close(struct plog_reader **rp);

/*
 * How far the log in the directory path reaches: the epoch of its last batch, -1 if it has none, and the offset behind it.  Only
 * the end is read, from the last entry of an index on; checked: its last segment is read as a whole, CRCs and all.  0, or -1 with
 * errno.
 */
int plog_end(const char *path, bool checked, int32_t *epoch, int64_t *leo);

#endif
