/* SPDX-License-Identifier: ISC */
/*
 * protocol.h - what members of the classic protocol say in their own bytes, when its type is
 * "consumer": subscriptions and assignments.  Private to src/coordinator/.
 */
#ifndef ODRADEK_PROTOCOL_H
#define ODRADEK_PROTOCOL_H

#include <stddef.h>

#include "odradek/proto/gen/data.h"
#include "partset.h"

/* NULL: malformed.  Good until the next call of one of these two. */
const struct consumer_protocol_subscription *protocol_subscription(const void *p, size_t len);
const struct consumer_protocol_assignment *protocol_assignment(const void *p, size_t len);

/* The partitions of topics that exist. */
void protocol_owned(struct partset *s, const struct consumer_protocol_subscription *from);
void protocol_assigned(struct partset *s, const struct consumer_protocol_assignment *from);

/*
 * The set as an assignment for a member whose subscription these bytes are: it says which version
 * it reads.  Good until the next call; NULL: the subscription is malformed.
 */
const void *protocol_put_assignment(
    const struct partset *s, const void *subscription, size_t subscription_len, size_t *len);

#endif
