/* SPDX-License-Identifier: ISC */
/*
 * unregister.c - UnregisterBroker: a disk that will not come back is forgotten.  Used in: controller.
 *
 * Kafka forgets any broker that is asked for, and lets its replicas lie.  Here it must be out of service, and no
 * partition may have a replica there: a row that names a node which nobody knows could not be served or moved.
 * Deleted topics that still wait for the disk do not wait for one that is forgotten (delete.c).
 */
#include "config.h"

#include <string.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/unregister_broker.h"

static void
answer(struct call *c)
{
	struct unregister_broker_resp *resp = msg_new(&ctl.answer, unregister_broker_resp);

	resp->error_code = c->outcome->error;
	if (c->outcome->message != NULL) /* otherwise "": so does Kafka */
		msg_str0(&ctl.answer, &resp->error_message, c->outcome->message);
	reply_call(c, resp);
}

const struct topic *
topic_on_node(uint32_t k, uint32_t *n)
{
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (*n = 0; ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE && *n < ctl.topic[i]->nparts; ++*n)
			if (part_index(&ctl.topic[i]->part[*n], (int32_t)k) != -1)
				return ctl.topic[i];
	return NULL;
}

static void
forgotten(struct op *op, const struct meta_err *err)
{
	uint32_t k = (uint32_t)(uintptr_t)op->arg;
	struct node *n = &ctl.node[k];

	if (err == NULL) {
		log_warnx("node %d (%s) was unregistered: it is forgotten", n->id, n->path);
		copies_forget(&n->directory);
		n->id = -1;
		kvs_free(&n->dynamic);
		load_settings();
		node_line(k);
		publish_begin();
		publish_node(k);
		publish_end();
	} else {
		call_failed(op->call, err);
	}
	answer(op->call);
}

void
unregister_broker(struct call *c)
{
	const struct unregister_broker_req *req = c->req;
	struct outcome *o = call_outcomes(c, 1);
	const struct topic *t;
	struct op *op;
	uint32_t part;
	int k = node_index(req->broker_id);

	if (k == -1)
		outcome_set(o, KERR_BROKER_ID_NOT_REGISTERED, "Broker ID %d is not currently registered", req->broker_id);
	else if (ctl.node[k].present)
		outcome_set(o, KERR_INVALID_REQUEST, "Node %d (\"%s\") is in use: take it out of log.dirs first", req->broker_id,
		    ctl.node[k].path);
	else if ((t = topic_on_node((uint32_t)k, &part)) != NULL)
		outcome_set(o, KERR_INVALID_REQUEST,
		    "Node %d has replicas (%s-%u is the first): move them to other nodes, or delete these topics, first",
		    req->broker_id, t->name, part);
	if (o->error != KERR_NONE) {
		answer(c);
		return;
	}
	o->changed = true;
	op = op_new(c, forgotten);
	op->arg = (void *)(uintptr_t)k;
	op_change(op, META_FORGET_NODE)->u.forget = req->broker_id;
	for (size_t i = 0; i < ctl.node[k].dynamic.n; i++)
		op_broker_config(op, req->broker_id, ctl.node[k].dynamic.v[i].name, NULL);
	op_submit(op);
}
