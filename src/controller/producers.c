/* SPDX-License-Identifier: ISC */
/*
 * producers.c - InitProducerId.  Used in: controller.
 *
 * Ids are handed out of blocks whose end was made durable first, so that none is ever handed out
 * twice; what is left of a block when the controller ends is lost.  There are no transactions in
 * this version: a transactional id gets UNSUPPORTED_VERSION, upon which the Java client and
 * librdkafka fail for good instead of trying again.
 */
#include "config.h"

#include "controller.h"
#include "odradek/proto/gen/init_producer_id.h"

#define BLOCK 1000

static void
answer(struct call *c, int16_t error, int64_t id)
{
	struct init_producer_id_resp *resp = msg_new(&ctl.answer, init_producer_id_resp);

	if (resp != NULL) {
		resp->error_code = error;
		resp->producer_id = id;
		resp->producer_epoch = error == 0 ? 0 : -1;
	}
	reply_call(c, resp);
}

static void
serve(void)
{
	struct call *c;

	while (ctl.producer_next < ctl.producer_end &&
	       (c = TAILQ_FIRST(&ctl.producer_calls)) != NULL) {
		TAILQ_REMOVE(&ctl.producer_calls, c, entry);
		answer(c, 0, ctl.producer_next++);
	}
}

static void
block_done(struct op *op, const struct meta_err *err)
{
	struct call *c;

	(void)op;
	ctl.producer_busy = false;
	if (err == NULL) {
		ctl.producer_next = ctl.producer_block;
		ctl.producer_block = ctl.producer_end = ctl.producer_block + BLOCK;
	}
	serve();
	while (err != NULL && (c = TAILQ_FIRST(&ctl.producer_calls)) != NULL) {
		TAILQ_REMOVE(&ctl.producer_calls, c, entry);
		answer(c, KERR_COORDINATOR_LOAD_IN_PROGRESS, -1);
	}
	producers_turn();
}

void
producers_first(struct op *op)
{
	ctl.producer_next = ctl.producer_block;
	ctl.producer_block = ctl.producer_end = ctl.producer_block + BLOCK;
	op_value(op, META_NEXT_PRODUCER, ctl.producer_end);
}

void
producers_turn(void)
{
	struct op *op;

	if (ctl.producer_busy || TAILQ_EMPTY(&ctl.producer_calls))
		return;
	ctl.producer_busy = true;
	op = op_new(NULL, block_done);
	op_value(op, META_NEXT_PRODUCER, ctl.producer_block + BLOCK);
	op_submit(op);
}

void
init_producer_id(struct call *c)
{
	const struct init_producer_id_req *req = c->req;

	if (!kstr_is_null(&req->transactional_id))
		answer(c,
		    req->transactional_id.len == 0 ? KERR_INVALID_REQUEST
						   : KERR_UNSUPPORTED_VERSION,
		    -1);
	else if ((req->producer_id == -1) != (req->producer_epoch == -1))
		answer(c, KERR_INVALID_REQUEST, -1);
	else {
		TAILQ_INSERT_TAIL(&ctl.producer_calls, c, entry);
		serve();
		producers_turn();
	}
}
