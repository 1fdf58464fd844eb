/* SPDX-License-Identifier: ISC */
/* kerr.h - Kafka's error codes: KERR_<NAME> for every row of tbl/kerrors.h.  Used in: all
 * processes. */
#ifndef ODRADEK_PROTO_KERR_H
#define ODRADEK_PROTO_KERR_H

enum kerr {
#define KERR(code, name, retriable, text) KERR_##name = code,
#include "tbl/kerrors.h"
#undef KERR
};

/* "NOT_LEADER_OR_FOLLOWER"; "UNKNOWN_SERVER_ERROR" for a code that we do not know. */
const char *kerr_name(int code);
/* One sentence without a full stop. */
const char *kerr_text(int code);
/* May the client try again unchanged? */
int kerr_retriable(int code);

#endif
