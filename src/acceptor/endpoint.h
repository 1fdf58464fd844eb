/* SPDX-License-Identifier: ISC */
/*
 * endpoint.h - what a client is told of a node: its address for the listener that the client came by.
 * Used in: the answers of Metadata, DescribeCluster, Produce and Fetch.  Private to src/acceptor/.
 */
#ifndef ODRADEK_ACCEPTOR_ENDPOINT_H
#define ODRADEK_ACCEPTOR_ENDPOINT_H

#include "acceptor.h"

struct endpoint {
	int32_t id, port;
	const char *host; /* what is advertised, else the address that the client connected to */
	const char *rack; /* NULL: none */
	struct shm_node node; /* what the two point into */
};

/* Node index as the client of c sees it.  False: there is no such node, or it is offline (unless offline_too). */
bool endpoint_get(struct endpoint *e, const struct conn *c, uint32_t index, bool offline_too);
/* The id of a node, or -1. */
int32_t endpoint_id(int32_t index);

#endif
