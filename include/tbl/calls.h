/* SPDX-License-Identifier: ISC */
/*
 * calls.h - every message that travels through a ring.  No include guard: the includer defines
 * CALL(TYPE, from, to, text).  A message from a kind that may not send it is dropped with a warning.
 */
CALL(PRODUCE, ACCEPTOR, WRITER, "append one batch; body struct msg_produce")
CALL(PRODUCED, WRITER, ACCEPTOR, "answer to PRODUCE; struct msg_produced")
CALL(DELETE_RECORDS, ACCEPTOR, WRITER, "move the log start; struct msg_delete_records")
CALL(RECORDS_DELETED, WRITER, ACCEPTOR, "answer to DELETE_RECORDS; struct msg_records_deleted")
CALL(MOVED, WRITER, ACCEPTOR, "a partition you wait on moved; struct msg_moved")
CALL(REQUEST, ACCEPTOR, CONTROLLER, "a decoded request; struct msg_request")
CALL(REPLY, CONTROLLER, ACCEPTOR, "the encoded answer to REQUEST; struct msg_reply")
CALL(CAUGHT_UP, WRITER, CONTROLLER, "this disk follows the tables up to a version; struct msg_caught_up")
