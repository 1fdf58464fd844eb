/* SPDX-License-Identifier: ISC */
/* batch_priv.h - adding a record to a batch piece by piece.  Private to src/proto. */
#ifndef PROTO_BATCH_PRIV_H
#define PROTO_BATCH_PRIV_H

#include "odradek/proto/batch.h"

/* The front of a record whose tail will have tail bytes; then batch_build_tail() until they are all
 * there. */
int batch_build_front(struct batch_builder *b, int8_t attributes, int64_t timestamp, size_t tail);
int batch_build_tail(struct batch_builder *b, const void *p, size_t n);

#endif
