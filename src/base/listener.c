/* SPDX-License-Identifier: ISC */
/* listener.c - see listener.h.  Runs in every process. */
#include "config.h"

#include "odradek/base/listener.h"

#include "config_priv.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What each name speaks: "PLAINTEXT", "SSL", ...; "" if the map lacks it. */
static void
protocol_of(const struct config *c, const char *name, char *buf, size_t n)
{
	const char *p = c->listener_security_protocol_map, *end, *colon;
	size_t len = strlen(name);

	buf[0] = '\0';
	for (; p != NULL && *p != '\0'; p = *end == ',' ? end + 1 : end) {
		while (*p == ' ')
			p++;
		end = strchrnul(p, ',');
		colon = memchr(p, ':', (size_t)(end - p));
		if (colon != NULL && (size_t)(colon - p) == len && strncasecmp(p, name, len) == 0)
			snprintf(buf, n, "%.*s", (int)(end - colon - 1), colon + 1);
	}
}

/* 0, or -1 with what is wrong in why. */
static int
parse_one(const struct config *c, const char *text, struct listener *l, char *why, size_t n)
{
	const char *rest = strstr(text, "://"), *host, *port, *p;
	char protocol[64], *end;
	size_t len, i;
	long v;

	if (rest == NULL || rest == text) {
		snprintf(why, n, "expected NAME://host:port");
		return -1;
	}
	len = (size_t)(rest - text);
	if (len >= sizeof(l->name)) {
		snprintf(why, n, "the name is longer than %zu characters", sizeof(l->name) - 1);
		return -1;
	}
	for (i = 0; i < len; i++) {
		l->name[i] = (char)toupper((unsigned char)text[i]);
		if (!isalnum((unsigned char)text[i]) && text[i] != '_' && text[i] != '-' &&
		    text[i] != '.') {
			snprintf(why, n,
			    "expected NAME://host:port, and only letters, digits, '_', '-' and '.' "
			    "in the name");
			return -1;
		}
	}
	l->name[len] = '\0';
	protocol_of(c, l->name, protocol, sizeof(protocol));
	if (protocol[0] == '\0') {
		snprintf(why, n,
		    "listener.security.protocol.map does not say what %s speaks: add %s:PLAINTEXT "
		    "to it",
		    l->name, l->name);
		return -1;
	}
	if (strcasecmp(protocol, "PLAINTEXT") != 0) {
		snprintf(why, n, "%s is not built yet in this version: use PLAINTEXT", protocol);
		return -1;
	}
	host = rest + 3;
	if (*host == '[') {
		p = strchr(++host, ']');
		port = p != NULL && p[1] == ':' ? p + 1 : NULL;
	} else {
		p = port = strrchr(host, ':');
		if (p != NULL && memchr(host, ':', (size_t)(p - host)) != NULL)
			port = NULL;
	}
	if (port == NULL) {
		snprintf(
		    why, n, "expected host:port after ://, and brackets around an IPv6 address");
		return -1;
	}
	len = (size_t)(p - host);
	if (len >= sizeof(l->host)) {
		snprintf(why, n, "the host is longer than %zu characters", sizeof(l->host) - 1);
		return -1;
	}
	memcpy(l->host, host, len);
	l->host[len] = '\0';
	if (strpbrk(l->host, " \t/") != NULL) {
		snprintf(why, n, "\"%s\" is not a host name or address", l->host);
		return -1;
	}
	v = strtol(port + 1, &end, 10);
	if (!isdigit((unsigned char)port[1]) || *end != '\0' || v < 0 || v > 65535) {
		snprintf(why, n, "port \"%s\": expected a number from 0 to 65535", port + 1);
		return -1;
	}
	l->port = (uint16_t)v;
	return 0;
}

/* The part of text that is for node k: the k-th of those that semicolons separate, or all of it. */
static const char *
part_of_node(const char *text, int k, int *own, size_t *len)
{
	const char *end = strchrnul(text, ';');

	*own = *end == ';';
	for (; *own && k > 0; k--) {
		if (*end == '\0')
			return NULL;
		text = end + 1;
		end = strchrnul(text, ';');
	}
	*len = (size_t)(end - text);
	return text;
}

static int
conflicts(const struct listener *a, const struct listener *b, const char **what)
{
	if (strcmp(a->name, b->name) == 0)
		*what = "the same name twice: give one another name, and say what it speaks in "
			"listener.security.protocol.map";
	else if (a->port != 0 && a->port == b->port && strcmp(a->host, b->host) == 0)
		*what = "the same host and port twice";
	else
		return 0;
	return 1;
}

/* advertised only changes what is allowed: an empty host and port 0 tell a client nothing. */
static int
parse_set(const struct config *c, enum config_id id, const char *text, int k, int advertised,
    struct listener_set *out, struct config_err *err)
{
	const char *name = config_row(id)->name, *part, *item, *end, *what;
	char one[512], why[256];
	struct listener *l;
	size_t len, n;
	int own, i;

	out->n = 0;
	part = part_of_node(text, k, &own, &len);
	if (part == NULL) {
		config_err_add(err,
		    "%s = %s: has no part for node %d (of log.dirs): one per node, separated by "
		    "semicolons",
		    name, text, k + 1);
		return -1;
	}
	for (item = part; item <= part + len; item = end + 1) {
		end = memchr(item, ',', (size_t)(part + len - item));
		if (end == NULL)
			end = part + len;
		while (item < end && isspace((unsigned char)*item))
			item++;
		for (n = (size_t)(end - item); n > 0 && isspace((unsigned char)item[n - 1]); n--)
			;
		snprintf(one, sizeof(one), "%.*s", (int)n, item);
		if (n == 0 && item == part + len && out->n == 0) {
			config_err_add(err, "%s is empty: expected NAME://host:port", name);
			return -1;
		}
		if (out->n == LISTENER_MAX) {
			config_err_add(err, "%s: more than %d listeners", name, LISTENER_MAX);
			return -1;
		}
		l = &out->v[out->n];
		if (parse_one(c, one, l, why, sizeof(why)) == -1) {
			config_err_add(err, "%s: \"%s\": %s", name, one, why);
			return -1;
		}
		if (!own && l->port != 0 && l->port + 10 * k > 65535) {
			config_err_add(err,
			    "%s: \"%s\": node %d would have port %d, expected at most 65535", name,
			    one, k + 1, l->port + 10 * k);
			return -1;
		}
		if (!own && l->port != 0)
			l->port = (uint16_t)(l->port + 10 * k);
		if (advertised &&
		    (l->port == 0 || l->host[0] == '\0' || strcmp(l->host, "0.0.0.0") == 0 ||
			strcmp(l->host, "::") == 0)) {
			config_err_add(err,
			    "%s: \"%s\": expected a host and a port that clients can connect to",
			    name, one);
			return -1;
		}
		for (i = 0; i < out->n; i++) {
			if (conflicts(&out->v[i], l, &what)) {
				config_err_add(err, "%s: \"%s\": %s", name, one, what);
				return -1;
			}
		}
		out->n++;
	}
	return 0;
}

int
listeners_of_node(const struct config *c, int k, struct listener_set *out, struct config_err *err)
{
	return parse_set(c, CONFIG_ID_listeners, c->listeners, k, 0, out, err);
}

int
advertised_of_node(const struct config *c, int k, struct listener_set *out, struct config_err *err)
{
	struct listener_set listening;
	int i;

	out->n = 0;
	if (c->advertised_listeners == NULL)
		return 0;
	if (parse_set(c, CONFIG_ID_advertised_listeners, c->advertised_listeners, k, 1, out, err) ==
		-1 ||
	    listeners_of_node(c, k, &listening, err) == -1)
		return -1;
	for (i = 0; i < out->n; i++) {
		if (listener_find(&listening, out->v[i].name) == NULL) {
			config_err_add(err,
			    "advertised.listeners: %s is not one of the names in listeners",
			    out->v[i].name);
			return -1;
		}
	}
	return 0;
}

const struct listener *
listener_find(const struct listener_set *set, const char *name)
{
	int i;

	for (i = 0; i < set->n; i++)
		if (strcmp(set->v[i].name, name) == 0)
			return &set->v[i];
	return NULL;
}
