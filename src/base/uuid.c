/* SPDX-License-Identifier: ISC */
/* uuid.c - see uuid.h.  Runs in every process. */
#include "config.h"

#include "odradek/base/uuid.h"

#include "odradek/base/log.h"

#include <errno.h>
#include <sys/random.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void
uuid_random(struct uuid *u)
{
	static const uint8_t zero[15];
	char text[UUID_TEXT];

	do {
		while (getrandom(u->b, sizeof(u->b), 0) != (ssize_t)sizeof(u->b))
			if (errno != EINTR)
				fatal("could not get random bytes");
		u->b[6] = (uint8_t)((u->b[6] & 0x0f) | 0x40); /* version 4 */
		u->b[8] = (uint8_t)((u->b[8] & 0x3f) | 0x80); /* the usual variant */
		uuid_text(u, text);
		/* the first hundred numbers are reserved; version 4 excludes them, but say so */
	} while (text[0] == '-' || (memcmp(u->b, zero, sizeof(zero)) == 0 && u->b[15] < 100));
}

char *
uuid_text(const struct uuid *u, char text[UUID_TEXT])
{
	unsigned i, o = 0;
	uint32_t v;

	for (i = 0; i < 15; i += 3) {
		v = (uint32_t)u->b[i] << 16 | (uint32_t)u->b[i + 1] << 8 | u->b[i + 2];
		text[o++] = digits[v >> 18];
		text[o++] = digits[v >> 12 & 63];
		text[o++] = digits[v >> 6 & 63];
		text[o++] = digits[v & 63];
	}
	text[o++] = digits[u->b[15] >> 2];
	text[o++] = digits[u->b[15] << 4 & 63];
	text[o] = '\0';
	return text;
}

int
uuid_parse(struct uuid *u, const char *text)
{
	size_t n = strlen(text);
	uint32_t v = 0;
	const char *d;
	unsigned i, bits = 0, o = 0;

	if (n == 24 && text[22] == '=' && text[23] == '=')
		n = 22;
	if (n != 22)
		return -1;
	for (i = 0; i < n; i++) {
		d = strchr(digits, text[i]);
		if (d == NULL)
			return -1;
		v = v << 6 | (uint32_t)(d - digits);
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			u->b[o++] = (uint8_t)(v >> bits);
		}
	}
	return 0;
}
