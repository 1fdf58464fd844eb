/* SPDX-License-Identifier: ISC */
/*
 * api.c - the list of APIs, and the answer to ApiVersions that is made from it.
 * Used in: acceptor, controller.
 */
#include "config.h"

#include "odradek/proto/api.h"
#include "odradek/proto/gen/api_versions.h"
#include "odradek/proto/kerr.h"

static struct api apis[] = {
#define BY_(who) BY_##who
#define API(key_, name_, min_, max_, flexible_, by_, acl_, handler_)                               \
	{.name = #name_,                                                                           \
	    .key = key_,                                                                           \
	    .min = min_,                                                                           \
	    .max = max_,                                                                           \
	    .flexible = flexible_,                                                                 \
	    .answered_by = BY_(by_),                                                               \
	    .acl = ACL_##acl_},
#include "tbl/apis.h"
#undef API
};

enum { NAPIS = sizeof(apis) / sizeof(apis[0]) };

static const struct api *by_key[API_KEY_MAX];

static const struct feature {
	const char *name;
	int16_t min;
	int16_t max;
	int16_t level;
} features[] = {
#define FEATURE(name, min, max, level) {name, min, max, level},
#include "tbl/features.h"
#undef FEATURE
};

enum { NFEATURES = sizeof(features) / sizeof(features[0]) };

static void
fill(void)
{
	for (int i = 0; i < NAPIS; i++) {
		struct api *a = &apis[i];

		a->index = (uint8_t)i;
		a->req = msg_request_table(a->key);
		a->resp = msg_response_table(a->key);
		a->parse_min = a->min < a->req->versions.lo ? a->req->versions.lo : a->min;
		by_key[a->key] = a;
	}
}

const struct api *
api_get(int key)
{
	if (apis[0].req == NULL)
		fill();
	return key >= 0 && key < API_KEY_MAX ? by_key[key] : NULL;
}

const struct api *
api_all(int *n)
{
	api_get(0);
	*n = NAPIS;
	return apis;
}

/* ---- ApiVersions ---- */

static int
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

int
api_software_name_ok(const char *p, int len)
{
	if (p == NULL || len <= 0 || !is_alnum(p[0]) || !is_alnum(p[len - 1]))
		return 0;
	for (int i = 0; i < len; i++)
		if (!is_alnum(p[i]) && p[i] != '-' && p[i] != '.')
			return 0;
	return 1;
}

static int
add_features(struct msg_arena *a, struct api_versions_resp *resp, int version)
{
	struct api_versions_resp_supported_feature_key *s =
	    msg_arr(a, &resp->supported_features, NFEATURES);
	struct api_versions_resp_finalized_feature_key *f =
	    msg_arr(a, &resp->finalized_features, NFEATURES);
	int ns = 0, nf = 0;

	if (s == NULL || f == NULL)
		return -1;
	for (int i = 0; i < NFEATURES; i++) {
		const struct feature *x = &features[i];

		if (x->min > 0 || version >= 4) { /* older clients refuse a min of 0 */
			msg_str0(a, &s[ns].name, x->name);
			s[ns].min_version = x->min;
			s[ns++].max_version = x->max;
		}
		if (x->level > 0) {
			msg_str0(a, &f[nf].name, x->name);
			f[nf].min_version_level = x->level;
			f[nf++].max_version_level = x->level;
		}
	}
	msg_arr_cut(&resp->supported_features, ns);
	msg_arr_cut(&resp->finalized_features, nf);
	return 0;
}

struct api_versions_resp *
api_versions_answer(struct msg_arena *a, const struct api_versions_req *req, int version,
    const struct api_versions_params *params)
{
	struct api_versions_resp *resp = msg_new(a, api_versions_resp);
	struct api_versions_resp_api_version *v;
	int n;
	const struct api *all = api_all(&n);

	if (resp == NULL)
		return NULL;
	resp->throttle_time_ms = params->throttle_ms;
	if (version >= 3 && req != NULL &&
	    (!api_software_name_ok(
		 kstr(&req->client_software_name), req->client_software_name.len) ||
		!api_software_name_ok(
		    kstr(&req->client_software_version), req->client_software_version.len))) {
		resp->error_code = KERR_INVALID_REQUEST;
		return resp;
	}
	if ((v = msg_arr(a, &resp->api_keys, (size_t)n)) == NULL ||
	    add_features(a, resp, version) == -1)
		return NULL;
	for (int i = 0; i < n; i++) {
		v[i].api_key = all[i].key;
		v[i].min_version = all[i].min;
		v[i].max_version = all[i].max;
	}
	resp->finalized_features_epoch = params->features_epoch;
	return msg_arena_ok(a) ? resp : NULL;
}

struct api_versions_resp *
api_versions_refusal(struct msg_arena *a)
{
	struct api_versions_resp *resp = msg_new(a, api_versions_resp);
	const struct api *self = api_get(API_ApiVersions);
	struct api_versions_resp_api_version *v;

	if (resp == NULL || (v = msg_arr(a, &resp->api_keys, 1)) == NULL)
		return NULL;
	resp->error_code = KERR_UNSUPPORTED_VERSION;
	v->api_key = self->key;
	v->min_version = self->min;
	v->max_version = self->max;
	return resp;
}
