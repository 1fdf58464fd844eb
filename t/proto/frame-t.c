/* SPDX-License-Identifier: ISC */
/* frame-t.c - sizes, headers, the list of APIs, ApiVersions, error codes. */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdlib.h>

#include "odradek/proto/frame.h"
#include "odradek/proto/gen/api_versions.h"
#include "odradek/proto/gen/fetch.h"
#include "odradek/proto/kerr.h"

static struct msg_arena arena;

static int
request(const char *hex, struct frame_header *h, void **root)
{
	struct wire_in in;
	size_t n;
	uint8_t *p = unhex(hex, &n);
	const char *why;
	int status;

	wire_in_mem(&in, p, n);
	msg_arena_reset(&arena);
	status = frame_request(h, &in, &arena, root, &why);
	if ((status == FRAME_CLOSE) != (why != NULL))
		diag("status %d without a reason", status);
	free(p);
	return status;
}

static void
test_size(void)
{
	is_int(100, frame_size("\0\0\0\144", 100), "a size");
	is_int(-1, frame_size("\0\0\0\145", 100), "that is too large");
	is_int(-1, frame_size("\377\377\377\377", 100), "or negative");
	is_int(0, frame_size("\0\0\0\0", 100), "or 0");
}

static void
test_requests(void)
{
	struct frame_header h;
	void *root;

	is_int(FRAME_OK,
	    request("0012"
		    "0000"
		    "00000007"
		    "0003"
		    "616263",
		&h, &root),
	    "ApiVersions v0");
	ok(h.key == 18 && h.version == 0 && h.correlation_id == 7, "header");
	is_string("abc", arena.base + h.client_id_off, "client id");
	is_int(3, h.client_id_len, "and its length");
	is_int(FRAME_OK,
	    request("0012"
		    "0003"
		    "00000007"
		    "ffff"
		    "00"
		    "0261"
		    "0262"
		    "00",
		&h, &root),
	    "v3: header v2, null client id");
	is_int(-1, h.client_id_len, "is null");
	is_string("b", kstr(&((struct api_versions_req *)root)->client_software_version),
	    "body behind the header's tags");
	is_int(FRAME_OK,
	    request("0012"
		    "0003"
		    "00000007"
		    "0000"
		    "01"
		    "05"
		    "02"
		    "aabb"
		    "0261"
		    "0262"
		    "00",
		&h, &root),
	    "tags in the header are skipped");
	is_int(FRAME_VERSIONS,
	    request("0012"
		    "0063"
		    "00000009"
		    "0000"
		    "00"
		    "ffff",
		&h, &root),
	    "ApiVersions v99 gets an answer");
	is_int(9, h.correlation_id, "with its correlation id");
	is_int(FRAME_VERSIONS,
	    request("0012"
		    "ffff"
		    "00000009",
		&h, &root),
	    "so does v-1");
	is_int(FRAME_CLOSE,
	    request("0000"
		    "0002"
		    "00000009"
		    "ffff"
		    "000100007530"
		    "00000000",
		&h, &root),
	    "Produce v2 is closed");
	is_int(FRAME_CLOSE,
	    request("0000"
		    "000e"
		    "00000009"
		    "ffff",
		&h, &root),
	    "so is v14");
	is_int(FRAME_CLOSE,
	    request("0bad"
		    "0000"
		    "00000009"
		    "ffff",
		&h, &root),
	    "an unknown key");
	is_int(FRAME_CLOSE,
	    request("ffff"
		    "0000"
		    "00000009"
		    "ffff",
		&h, &root),
	    "a negative one");
	is_int(FRAME_CLOSE,
	    request("0007"
		    "0000"
		    "00000009"
		    "ffff",
		&h, &root),
	    "a retired one");
	is_int(FRAME_CLOSE,
	    request("000b"
		    "0000"
		    "00000009"
		    "ffff"
		    "000161",
		&h, &root),
	    "one that is not answered yet");
	is_int(FRAME_CLOSE,
	    request("0003"
		    "0001"
		    "00000009"
		    "0005"
		    "6161",
		&h, &root),
	    "a client id that is not there");
	is_int(FRAME_OK,
	    request("0003"
		    "0001"
		    "00000009"
		    "ffff"
		    "00000000"
		    "00",
		&h, &root),
	    "a body with a byte too many is answered, as Kafka does");
	is_int(FRAME_CLOSE,
	    request("0003"
		    "0001"
		    "00",
		&h, &root),
	    "half a header");
	is_int(FRAME_CLOSE, request("", &h, &root), "nothing");
}

static void
test_responses(void)
{
	struct msg_splice v[4];
	struct msg_splices sp = {v, 0, 4, 0};
	struct wire_out out;
	struct fetch_resp *f;
	struct fetch_resp_partition_data *p;
	struct api_versions_resp *a;

	wire_out_init(&out, 1 << 20);
	msg_arena_reset(&arena);
	a = api_versions_refusal(&arena);
	is_int(0, frame_response(api_get(18), 0, 5, a, &out, NULL), "the refusal");
	is_blob("\0\0\0\020\0\0\0\005\0\043\0\0\0\001\0\022\0\0\0\004", out.base, 20,
	    "is a v0 body: error 35 and key 18 from 0 to 4");
	is_int(20, (int64_t)out.len, "and nothing more");
	wire_out_reset(&out);
	a = msg_new(&arena, api_versions_resp);
	frame_response(api_get(18), 3, 5, a, &out, NULL);
	is_blob("\0\0\0\005\0\0\001", out.base + 4, 7,
	    "ApiVersions v3 has header v0: no tags in front of the body");
	wire_out_reset(&out);
	f = msg_new(&arena, fetch_resp);
	p = msg_arr(&arena, &msg_arr(&arena, &f->responses, 1)->partitions, 2);
	p[0].records = (struct krecs){77, 1000};
	p[1].records = (struct krecs){88, 24};
	is_int(0, frame_response(api_get(1), 12, 6, f, &out, &sp), "Fetch v12");
	is_int((int64_t)out.len - 4 + 1024, (int64_t)be32_get(out.base),
	    "the size counts the record data");
	is_int(0, out.base[8], "header v1 has tags");
	is_int(2, sp.n, "two pieces");
	ok(v[0].pos == 77 && v[0].len == 1000 && v[1].pos == 88 && v[1].len == 24, "what they are");
	is_blob("\351\007", out.base + v[0].out_off - 2, 2,
	    "the first belongs behind its length, 1001 as varint");
	ok(v[1].out_off < out.len && v[0].out_off < v[1].out_off, "the second inside");
	wire_out_fini(&out);
}

static int
has(const struct api_versions_resp *a, const char *feature)
{
	const struct api_versions_resp_supported_feature_key *s;

	karr_for(s, &a->supported_features) if (strcmp(kstr(&s->name), feature) == 0) return 1;
	return 0;
}

static void
test_api_versions(void)
{
	struct api_versions_params params = {.features_epoch = 12};
	struct api_versions_resp *a;
	struct api_versions_resp_api_version *v;
	struct api_versions_req *req;
	int n, good = 1;
	const struct api *all = api_all(&n);

	msg_arena_reset(&arena);
	a = api_versions_answer(&arena, NULL, 0, &params);
	is_int(n, karr_len(&a->api_keys), "all APIs are named");
	for (int i = 0; i < n; i++) {
		v = karr_at(&a->api_keys, i);
		good = good && v->api_key == all[i].key && v->min_version <= v->max_version &&
		       all[i].req != NULL && all[i].resp != NULL;
		good = good && all[i].parse_min >= all[i].req->versions.lo &&
		       all[i].max <= all[i].req->versions.hi;
		good = good && all[i].max <= all[i].resp->versions.hi &&
		       api_get(all[i].key) == &all[i] && all[i].index == i;
		good = good && all[i].flexible == (all[i].req->flexible.lo > all[i].req->flexible.hi
							  ? 127
							  : all[i].req->flexible.lo);
	}
	ok(good, "the list agrees with the schemas");
	is_int(0, karr_at(&a->api_keys, 0)->min_version, "Produce is advertised from 0");
	is_int(3, api_get(0)->parse_min, "and parsed from 3");
	ok(has(a, "metadata.version"), "metadata.version is supported");
	ok(!has(a, "transaction.version"), "a feature with min 0 is hidden from v0-3");
	a = api_versions_answer(&arena, NULL, 4, &params);
	ok(has(a, "transaction.version") && has(a, "group.version"), "but shown to v4");
	is_int(3, karr_len(&a->finalized_features), "three features are finalized above 0");
	is_int(27, karr_at(&a->finalized_features, 0)->max_version_level, "metadata.version at 27");
	is_int(12, a->finalized_features_epoch, "with the cluster's epoch");
	req = msg_new(&arena, api_versions_req);
	msg_str0(&arena, &req->client_software_name, "apache-kafka-java");
	msg_str0(&arena, &req->client_software_version, "4.1.0");
	is_int(0, api_versions_answer(&arena, req, 3, &params)->error_code,
	    "a software name as it should be");
	msg_str0(&arena, &req->client_software_name, "-x");
	a = api_versions_answer(&arena, req, 3, &params);
	is_int(KERR_INVALID_REQUEST, a->error_code, "one that is not");
	is_int(0, karr_len(&a->api_keys), "is told nothing");
	is_int(0, api_versions_answer(&arena, req, 2, &params)->error_code, "v2 has none");
	ok(api_software_name_ok("a", 1) && !api_software_name_ok("", 0) &&
		!api_software_name_ok("a.", 2) && !api_software_name_ok("a b", 3) &&
		!api_software_name_ok(NULL, 0) && api_software_name_ok("a-.b", 4),
	    "names");
	ok(api_get(-1) == NULL && api_get(127) == NULL && api_get(32767) == NULL,
	    "keys out of range");
}

static void
test_errors(void)
{
	is_string("NOT_LEADER_OR_FOLLOWER", kerr_name(6), "a name");
	is_string("UNKNOWN_SERVER_ERROR", kerr_name(-1), "the first");
	is_string("UNKNOWN_SERVER_ERROR", kerr_name(9999), "what we do not know");
	is_string("UNKNOWN_SERVER_ERROR", kerr_name(-2), "below");
	ok(kerr_retriable(KERR_NOT_LEADER_OR_FOLLOWER) && !kerr_retriable(KERR_INVALID_RECORD),
	    "what may be tried again");
	ok(kerr_text(KERR_INVALID_RECORD) != NULL && KERR_INVALID_RECORD == 87 &&
		KERR_SHARE_SESSION_LIMIT_REACHED == 133,
	    "texts and codes");
}

int
main(void)
{
	if (msg_arena_init(&arena, 1 << 20) == -1)
		bail("no address space");
	test_size();
	test_requests();
	test_responses();
	test_api_versions();
	test_errors();
	msg_arena_fini(&arena);
	return done_testing();
}
