/* SPDX-License-Identifier: ISC */
/* uuid-t.c - Kafka's text form of ids. */
#include "config.h"

#include "odradek/base/uuid.h"
#include "t/tap/tap.h"

#include <string.h>

int
main(void)
{
	static const uint8_t bytes[16] = {
	    0x5d, 0x0f, 0x2b, 0xff, 0xfe, 0x00, 0x47, 0x11, 0x80, 1, 2, 3, 4, 5, 6, 0xf7};
	struct uuid u, v;
	char text[UUID_TEXT];
	unsigned bad = 0;
	int i;

	plan(0);
	memcpy(u.b, bytes, 16);
	is_string(
	    "XQ8r__4ARxGAAQIDBAUG9w", uuid_text(&u, text), "as java.util.Base64's URL encoder");
	ok(uuid_parse(&v, text) == 0 && uuid_eq(&u, &v), "and back");
	is_string("AAAAAAAAAAAAAAAAAAAAAA", uuid_text(&UUID_ZERO, text), "zero");
	ok(uuid_parse(&v, "AAAAAAAAAAAAAAAAAAAAAA==") == 0 && uuid_is_zero(&v),
	    "padding is allowed");
	ok(uuid_parse(&v, "") == -1 && uuid_parse(&v, "AAAAAAAAAAAAAAAAAAAAA") == -1 &&
		uuid_parse(&v, "AAAAAAAAAAAAAAAAAAAAA+") == -1 &&
		uuid_parse(&v, "AAAAAAAAAAAAAAAAAAAAAAA") == -1,
	    "what is not 22 digits is refused");
	for (i = 0; i < 1000; i++) {
		uuid_random(&u);
		uuid_text(&u, text);
		bad += text[0] == '-' || strlen(text) != 22 || uuid_parse(&v, text) != 0 ||
		       !uuid_eq(&u, &v) || (u.b[6] & 0xf0) != 0x40 || (u.b[8] & 0xc0) != 0x80;
	}
	is_int(0, bad, "random ids are version 4, and no command line takes them for options");
	return done_testing();
}
