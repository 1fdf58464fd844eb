/* SPDX-License-Identifier: ISC */
/*
 * calls.h - every message that travels through a ring.  No include guard: the includer defines
 * CALL(TYPE, from, to, text), and KIND(k), which makes a mask of the kinds that may send or take it.
 * A message from a kind that may not send it is dropped with a warning.
 */
CALL(PRODUCE, KIND(ACCEPTOR) | KIND(COORDINATOR), KIND(WRITER), "append one batch; body struct msg_produce")
CALL(PRODUCED, KIND(WRITER), KIND(ACCEPTOR) | KIND(COORDINATOR), "answer to PRODUCE; struct msg_produced")
CALL(DELETE_RECORDS, KIND(ACCEPTOR), KIND(WRITER), "move the log start; struct msg_delete_records")
CALL(RECORDS_DELETED, KIND(WRITER), KIND(ACCEPTOR), "answer to DELETE_RECORDS; struct msg_records_deleted")
CALL(MOVED, KIND(WRITER), KIND(ACCEPTOR) | KIND(COORDINATOR) | KIND(WRITER) | KIND(REPLICATOR),
    "a partition you wait on moved; struct msg_moved")
CALL(REQUEST, KIND(ACCEPTOR), KIND(CONTROLLER) | KIND(COORDINATOR), "a decoded request; struct msg_request")
CALL(REPLY, KIND(CONTROLLER) | KIND(COORDINATOR), KIND(ACCEPTOR), "the encoded answer to REQUEST; struct msg_reply")
CALL(CLEANED, KIND(CLEANER), KIND(WRITER), "compacted files are complete, swap them in; struct msg_cleaned")
CALL(SWAPPED, KIND(WRITER), KIND(CLEANER), "answer to CLEANED; struct msg_swapped")
CALL(CAUGHT_UP, KIND(WRITER), KIND(CONTROLLER), "this disk follows the tables up to a version; struct msg_caught_up")
CALL(ISR, KIND(REPLICATOR), KIND(CONTROLLER), "who shall join or leave the in-sync replicas; struct msg_isr")
CALL(READ_FAILED, KIND(ACCEPTOR), KIND(WRITER), "the medium did not give what a log has; struct msg_read_failed")
