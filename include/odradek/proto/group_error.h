/* SPDX-License-Identifier: ISC */
/* group_error.h - answers of the group APIs that say nothing but an error.  Used in: coordinator,
 * acceptor (when there is no coordinator to ask). */
#ifndef ODRADEK_PROTO_GROUP_ERROR_H
#define ODRADEK_PROTO_GROUP_ERROR_H

#include "odradek/proto/msg.h"

/* The response, with the error wherever this version of the API says it: for everything that the
 * request names.  NULL: no such API, or the arena is full. */
void *group_error_answer(
    struct msg_arena *a, int16_t api, int16_t version, const void *request, int16_t error);

#endif
