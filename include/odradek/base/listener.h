/* SPDX-License-Identifier: ISC */
/* listener.h - the values of listeners and advertised.listeners, taken apart. */
#ifndef ODRADEK_BASE_LISTENER_H
#define ODRADEK_BASE_LISTENER_H
#include "odradek/base/config.h"

enum { LISTENER_MAX = 16 };

struct listener {
	char name[64];  /* upper case */
	char host[256]; /* "" is all interfaces; IPv6 without brackets */
	uint16_t port;  /* 0: the kernel chooses (listeners only) */
};

struct listener_set {
	int n;
	struct listener v[LISTENER_MAX];
};

/* The listeners of node k (0 is the first of log.dirs).  -1 with err: malformed, a name or a port
 * used twice, a protocol that this version does not speak, a port above 65535. */
int listeners_of_node(
    const struct config *c, int k, struct listener_set *out, struct config_err *err);
/* The same of advertised.listeners; out->n is 0 if it is not set. */
int advertised_of_node(
    const struct config *c, int k, struct listener_set *out, struct config_err *err);
/* The member called name, or NULL. */
const struct listener *listener_find(const struct listener_set *set, const char *name);

#endif
