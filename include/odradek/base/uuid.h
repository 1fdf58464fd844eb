/* SPDX-License-Identifier: ISC */
/* uuid.h - topic, cluster and directory ids: 16 bytes, written in Kafka's form (base64url, 22
 * characters). */
#ifndef ODRADEK_BASE_UUID_H
#define ODRADEK_BASE_UUID_H
#include <stdint.h>
#include <string.h>

enum { UUID_TEXT = 23 }; /* with the NUL */

struct uuid {
	uint8_t b[16]; /* big-endian, as on the wire */
};

#define UUID_ZERO ((struct uuid){{0}})

static inline int
uuid_eq(const struct uuid *a, const struct uuid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

static inline int
uuid_is_zero(const struct uuid *a)
{
	return uuid_eq(a, &UUID_ZERO);
}

/* A random version 4 id that is not reserved (Kafka keeps the first hundred for itself) and whose
 * text does not begin with '-', which command lines would take for an option. */
void uuid_random(struct uuid *u);
/* Writes 22 characters and a NUL; returns text. */
char *uuid_text(const struct uuid *u, char text[UUID_TEXT]);
/* 0, or -1 if it is not 22 characters of base64url (a padded form of 24 is taken, too). */
int uuid_parse(struct uuid *u, const char *text);

#endif
