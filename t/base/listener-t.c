/* SPDX-License-Identifier: ISC */
/* listener-t.c - listeners of one and of several nodes. */
#include "config.h"

#include "odradek/base/listener.h"
#include "t/tap/tap.h"

#include <string.h>

static struct config *c;
static struct listener_set set;

static int
parse(const char *listeners, int k, struct config_err *err)
{
	memset(err, 0, sizeof(*err));
	config_set(c, LAYER_STATIC, "listeners", listeners, err);
	return listeners_of_node(c, k, &set, err);
}

static void
refused(const char *listeners, int k, const char *want)
{
	struct config_err err;

	is_int(-1, parse(listeners, k, &err), "refused: %s", listeners);
	is_string(want, err.text, NULL);
}

int
main(void)
{
	struct config_err err;

	plan(0);
	c = config_new();
	is_int(0, parse("PLAINTEXT://127.0.0.1:9092", 0, &err), "one");
	ok(set.n == 1 && set.v[0].port == 9092 && strcmp(set.v[0].host, "127.0.0.1") == 0,
	    "its host and port");
	is_int(0, parse("PLAINTEXT://127.0.0.1:9092", 2, &err), "the third node");
	is_int(9112, set.v[0].port, "its port");
	is_int(0, parse("plaintext://:0", 3, &err), "all interfaces, any port");
	ok(set.v[0].port == 0 && set.v[0].host[0] == '\0' &&
		strcmp(set.v[0].name, "PLAINTEXT") == 0,
	    "as said");
	is_int(0, parse("PLAINTEXT://[::1]:9092", 0, &err), "IPv6");
	is_string("::1", set.v[0].host, "its address");
	is_int(0, parse("PLAINTEXT://a:1;PLAINTEXT://b:2", 1, &err), "a list per node");
	ok(set.v[0].port == 2 && strcmp(set.v[0].host, "b") == 0, "the second one");
	config_set(c, LAYER_STATIC, "listener.security.protocol.map",
	    "IN:PLAINTEXT, OUT:PLAINTEXT,TLS:SSL", &err);
	is_int(0, parse("IN://a:1 , OUT://a:2", 0, &err), "two listeners with names of their own");
	ok(set.n == 2 && listener_find(&set, "OUT") == &set.v[1] &&
		listener_find(&set, "X") == NULL,
	    "found by name");
	refused("TLS://a:1", 0,
	    "listeners: \"TLS://a:1\": SSL is not built yet in this version: use PLAINTEXT");
	refused("X://a:1", 0,
	    "listeners: \"X://a:1\": listener.security.protocol.map does not say what X speaks: "
	    "add X:PLAINTEXT to it");
	refused("IN://a:1,IN://a:2", 0,
	    "listeners: \"IN://a:2\": the same name twice: give one another name, and say what it "
	    "speaks in listener.security.protocol.map");
	refused("IN://a:1,OUT://a:1", 0, "listeners: \"OUT://a:1\": the same host and port twice");
	refused("IN://a:65530", 1,
	    "listeners: \"IN://a:65530\": node 2 would have port 65540, expected at most 65535");
	refused("IN://a:1;IN://a:2", 2,
	    "listeners = IN://a:1;IN://a:2: has no part for node 3 (of log.dirs): one per node, "
	    "separated by semicolons");
	refused("IN://a", 0,
	    "listeners: \"IN://a\": expected host:port after ://, and brackets around an IPv6 "
	    "address");
	refused("IN://::1:9092", 0,
	    "listeners: \"IN://::1:9092\": expected host:port after ://, and brackets around an "
	    "IPv6 address");
	refused("IN://a:port", 0,
	    "listeners: \"IN://a:port\": port \"port\": expected a number from 0 to 65535");
	refused("IN://a:65536", 0,
	    "listeners: \"IN://a:65536\": port \"65536\": expected a number from 0 to 65535");
	refused("a:9092", 0, "listeners: \"a:9092\": expected NAME://host:port");
	refused("IN://a:1,,OUT://b:2", 0, "listeners: \"\": expected NAME://host:port");
	refused("", 0, "listeners is empty: expected NAME://host:port");
	parse("IN://:1", 0, &err);
	ok(advertised_of_node(c, 0, &set, &err) == 0 && set.n == 0,
	    "nothing is advertised by default");
	config_set(c, LAYER_STATIC, "advertised.listeners", "IN://example.org:19092", &err);
	is_int(0, advertised_of_node(c, 1, &set, &err), "advertised");
	ok(set.n == 1 && set.v[0].port == 19102, "with the port of the node");
	config_set(c, LAYER_STATIC, "advertised.listeners", "IN://:9092", &err);
	is_int(-1, advertised_of_node(c, 0, &set, &err), "an empty host tells a client nothing");
	config_set(c, LAYER_STATIC, "advertised.listeners", "OUT://a:9092", &err);
	is_int(-1, advertised_of_node(c, 0, &set, &err), "a name that does not listen");
	config_free(&c);
	return done_testing();
}
