/* SPDX-License-Identifier: ISC */
/* group_id.h - which partition of __consumer_offsets a group belongs to.  Used in: acceptor,
 * coordinator. */
#ifndef ODRADEK_PROTO_GROUP_ID_H
#define ODRADEK_PROTO_GROUP_ID_H

#include <stddef.h>
#include <stdint.h>

/* By Java's String.hashCode of the id, as Kafka does it; -1 when there are no partitions. */
int32_t group_partition(const char *id, size_t len, int32_t partitions);

#endif
