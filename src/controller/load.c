/* SPDX-License-Identifier: ISC */
/*
 * load.c - the controller's start: the store is read, every partition is elected, everything is
 * published. Used in: controller, before it serves; the store is used here without the helper
 * thread.
 *
 * The first controller of a daemon's life raises the term, by which every partition gets a new
 * leader epoch, durably, before anything is published: no log that was recovered without its shared
 * memory goes on in its old epoch.  A successor finds the tables of its predecessor in its own
 * part: slots and their generations stay as they are, and what was committed but not published, or
 * half published, is published now with a new version.
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "controller.h"
#include "odradek/base/listener.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

/* ---- settings ---- */

static void
apply_dynamic(struct config *c, enum config_layer layer, const struct kvs *k)
{
	struct config_err err = {0};

	for (size_t i = 0; i < k->n; i++)
		if (config_find(k->v[i].name) != -1 &&
		    config_set(c, layer, k->v[i].name, k->v[i].value, &err) == -1)
			log_warnx(
			    "a dynamic setting of the metadata store has no effect: %s", err.text);
}

void
load_settings(void)
{
	config_free(&ctl.config);
	ctl.config = config_clone(ctl.child->config);
	apply_dynamic(ctl.config, LAYER_DYNAMIC_DEFAULT, &ctl.dynamic);
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		struct node *n = &ctl.node[i];
		config_free(&n->config);
		if (n->dynamic.n == 0)
			continue;
		n->config = config_clone(ctl.config);
		apply_dynamic(n->config, LAYER_DYNAMIC_NODE, &n->dynamic);
	}
}

const struct config *
settings_of_topics(void)
{
	return ctl.nodes == 1 && ctl.node[0].config != NULL ? ctl.node[0].config : ctl.config;
}

/* ---- nodes ---- */

uint32_t
node_add(int32_t id, const uint8_t directory[16], const char *path)
{
	if (ctl.nodes == SHM_NODES)
		fatalx("the metadata store and log.dirs name more than %d nodes", SHM_NODES);
	node_put(ctl.nodes, id, directory, path);
	return ctl.nodes - 1;
}

void
node_put(uint32_t k, int32_t id, const uint8_t directory[16], const char *path)
{
	struct node *n = &ctl.node[k];

	n->id = id;
	memcpy(n->directory.b, directory, 16);
	n->path = xstrdup(path);
	if (k == ctl.nodes)
		ctl.nodes++;
}

/* broker.rack is read at the start, and so is what it means: a list goes on naming one for each of several when all of them
 * but one were taken out. */
static int
directories(void)
{
	const struct shm_layout *l = shm_layout(ctl.shm);
	const int then = (int)(l->count[PROC_WRITER] - l->spare[PROC_WRITER]), now = config_log_dirs(ctl.child->config)->n;

	return then > now ? then : now;
}

/* What clients are told of node k. */
void
node_line(uint32_t k)
{
	const struct inherit *in = ctl.child->inherit;
	struct node *node = &ctl.node[k];
	struct shm_node *line = &node->line;
	struct listener_set advertised = {0};
	const struct listener *adv;
	struct config_err err = {0};

	memset(line, 0, sizeof(*line));
	line->id = node->id;
	if (node->id < 0)
		return;
	memcpy(line->directory_id, node->directory.b, 16);
	if (!node->present)
		return;
	if (config_rack(ctl.child->config, directories(), (int)k, line->rack, sizeof(line->rack)) == NULL)
		line->rack[0] = '\0';
	if (advertised_of_node(ctl.child->config, (int)k, &advertised, &err) == -1)
		advertised.n = 0; /* the supervisor has refused such a configuration already */
	for (int i = 0; i < in->listeners; i++) {
		const struct listen_socket *l = &in->listener[i];
		if (l->node != k || l->index >= SHM_LISTENERS)
			continue;
		line->port[l->index] = l->port;
		adv = advertised.n > 0 && l->name != NULL ? listener_find(&advertised, l->name)
							  : NULL;
		if (adv == NULL)
			continue;
		if (adv->port != 0)
			line->port[l->index] = adv->port;
		snprintf(line->host[l->index], sizeof(line->host[0]), "%.127s", adv->host);
	}
}

/* ---- from the store ---- */

struct loading {
	struct meta_node nodes[SHM_NODES];
	int nnodes;
	struct map64 keys;     /* topic key -> index */
	struct mapstr slots;   /* successor: topic id and partition -> slot */
	struct mapstr indexes; /* topic id -> index */
};

static struct topic *
find_key(struct loading *l, int64_t key)
{
	uint64_t *at = map64_get(&l->keys, (uint64_t)key);

	return at == NULL ? NULL : ctl.topic[*at];
}

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	(void)arg;
	switch (name) {
	case META_TERM:
		ctl.term = value;
		break;
	case META_NEXT_KEY:
		ctl.next_key = value;
		break;
	case META_NEXT_PRODUCER:
		ctl.producer_block = value;
		break;
	case META_VALUES:
		break;
	}
}

static void
on_node(void *arg, const struct meta_node *n)
{
	struct loading *l = arg;

	if (l->nnodes == SHM_NODES)
		fatalx("the metadata store names more than %d nodes", SHM_NODES);
	l->nodes[l->nnodes] = *n;
	l->nodes[l->nnodes++].path = xstrdup(n->path);
}

/* A successor begins with what its predecessor has published: what has changed since is a change. */
static bool
was_online(uint32_t k)
{
	struct shm_node line = {.state = NODE_NONE};

	if (ctl.successor && k < atomic_load_explicit(&ctl.tables->nodes, memory_order_relaxed))
		latch_read(&ctl.tables->node[k], &line);
	return line.state != NODE_NONE ? line.state == NODE_ONLINE
				       : writers_offline(UINT64_C(1) << k) == 0;
}

static const struct meta_node *
node_row(const struct loading *l, int32_t id)
{
	for (int i = 0; i < l->nnodes; i++)
		if (l->nodes[i].id == id)
			return &l->nodes[i];
	return NULL;
}

/*
 * A successor keeps the indexes that its predecessor has published.  What the store says of a node's directory counts:
 * where the disk is another one now, disks.c has still to make that durable.
 */
static void
settle_published(const struct loading *l)
{
	const struct inherit *in = ctl.child->inherit;
	uint32_t n = ctl.successor ? atomic_load_explicit(&ctl.tables->nodes, memory_order_relaxed) : 0;

	for (uint32_t k = 0; k < n; k++) {
		const struct disk_lock *d = (int)k < in->disks && in->disk[k].path != NULL ? &in->disk[k] : NULL;
		const struct meta_node *m;
		struct shm_node line;

		latch_read(&ctl.tables->node[k], &line);
		if (line.state == NODE_NONE) {
			(void)node_add(-1, line.directory_id, "");
			continue;
		}
		m = node_row(l, line.id);
		(void)node_add(line.id, m != NULL ? m->directory_id : line.directory_id,
		    d != NULL ? d->path : m != NULL ? m->path : "");
		ctl.node[k].present = d != NULL && d->node_id == line.id && !d->out;
		ctl.node[k].online = ctl.node[k].present && was_online(k);
	}
}

/* One that cannot be read now is still the one that the store knows. */
static const uint8_t *
directory_of(const struct loading *l, const struct disk_lock *d)
{
	static const uint8_t none[16];
	const struct meta_node *m = node_row(l, d->node_id);

	return m != NULL && memcmp(d->directory_id, none, 16) == 0 ? m->directory_id : d->directory_id;
}

/* Nodes are known before topics are: those of this daemon's life first, by the index of their
 * writer. */
static void
settle_nodes(struct loading *l)
{
	const struct inherit *in = ctl.child->inherit;

	if (ctl.nodes > 0)
		return;
	settle_published(l);
	for (int i = 0; !ctl.successor && i < in->disks; i++) {
		uint32_t k = node_add(in->disk[i].node_id, directory_of(l, &in->disk[i]), in->disk[i].path);
		ctl.node[k].present = true;
		ctl.node[k].online = was_online(k);
	}
	for (int i = 0; i < l->nnodes; i++)
		if (node_index(l->nodes[i].id) == -1)
			node_add(l->nodes[i].id, l->nodes[i].directory_id, l->nodes[i].path);
}

static void
on_topic(void *arg, const struct meta_topic *m)
{
	struct loading *l = arg;
	struct topic *t;
	struct uuid id;
	uint32_t *at;

	settle_nodes(l);
	memcpy(id.b, m->id, 16);
	at = mapstr_get(&l->indexes, (const char *)id.b, 16);
	ctl.want_index = at != NULL ? *at : NONE;
	if (at != NULL)
		ctl.topic_generation[*at]--; /* it is the same one: topic_new counts up */
	t = topic_new(m->name, &id, m->key, m->internal,
	    m->state == META_DELETING ? TOPIC_DELETING : TOPIC_LIVE);
	if (t == NULL)
		fatalx("the metadata store has more topics than partitions.max (%u): raise it",
		    ctl.partitions_max);
	if (at != NULL)
		mapstr_del(&l->indexes, (const char *)id.b, 16);
	ctl.want_index = NONE;
	t->published = true;
	if (m->key >= ctl.next_key)
		ctl.next_key = m->key + 1;
	map64_put(&l->keys, (uint64_t)m->key, t->index);
}

static void
on_topic_config(void *arg, const struct meta_config *c)
{
	struct topic *t = find_key(arg, c->owner);

	if (t != NULL)
		kvs_set(&t->config, c->name, c->value);
}

static void
load_replica(struct part *p, int i, const struct meta_replica *m)
{
	int at = node_index(m->node);

	if (at == -1) /* a row of a node that has none: as if it were offline */
		at = (int)node_add(m->node, m->directory_id, "");
	p->replica[i] = (uint8_t)at;
	if (memcmp(ctl.node[at].directory.b, m->directory_id, 16) != 0)
		p->lost |= (uint16_t)(1u << i);
}

static void
keep_directories(struct part *p, const struct meta_partition *m)
{
	p->directories = xcalloc(m->replicas, sizeof(*p->directories));
	for (int i = 0; i < m->replicas; i++)
		memcpy(p->directories[i].b, m->replica[i].directory_id, 16);
}

/* Published without a leader in the epoch of its row: our predecessor had not decided. */
static void
find_undecided(struct part *p)
{
	struct shm_partition line;

	latch_read(shm_partition_at(ctl.tables, ctl.partitions_max, p->slot), &line);
	if (p->replicas > 1 && line.leader == -1 && line.leader_epoch == p->epoch)
		start_undecided(p);
}

static void
on_partition(void *arg, const struct meta_partition *m)
{
	struct loading *l = arg;
	struct topic *t = find_key(l, m->topic);
	uint16_t replicas = (uint16_t)((1u << m->replicas) - 1);
	char key[20];
	uint32_t *slot;
	struct part *p;
	int leader;

	if (t == NULL || m->partition != (int32_t)t->nparts)
		fatalx("the metadata store is damaged: partition %d of topic %s is there, one "
		       "before it is not",
		    m->partition, t == NULL ? "(unknown)" : t->name);
	p = topic_grow(t, 1);
	p->replicas = m->replicas;
	p->isr = m->isr & replicas;
	p->elr = m->elr & replicas;
	p->adding = m->adding & replicas;
	p->removing = m->removing & replicas;
	for (int i = 0; i < m->replicas; i++)
		load_replica(p, i, &m->replica[i]);
	if (p->lost != 0)
		keep_directories(p, m);
	leader = m->leader == -1 ? -1 : node_index(m->leader);
	p->leader = leader;
	p->epoch = m->epoch + (int32_t)(ctl.term - m->term);
	p->partition_epoch = m->partition_epoch + (int32_t)(ctl.term - m->term);
	memcpy(key, t->id.b, 16);
	memcpy(key + 16, &m->partition, 4);
	slot = mapstr_get(&l->slots, key, sizeof(key));
	if (slot != NULL) {
		slot_claim(p, *slot);
		find_undecided(p);
		mapstr_del(&l->slots, key, sizeof(key));
	}
}

static void
on_broker_config(void *arg, const struct meta_config *c)
{
	int at = c->owner == META_DEFAULT_SCOPE ? -1 : node_index((int32_t)c->owner);

	settle_nodes(arg);
	if (c->owner == META_DEFAULT_SCOPE)
		kvs_set(&ctl.dynamic, c->name, c->value);
	else if (c->owner == META_GROUP_SCOPE)
		kvs_set(&ctl.groups, c->name, c->value);
	else if (at != -1)
		kvs_set(&ctl.node[at].dynamic, c->name, c->value);
}

/* ---- what a predecessor of this daemon's life has published ---- */

static void
find_published(struct loading *l)
{
	struct shm_controller *t = ctl.tables;
	uint32_t topics = atomic_load_explicit(&t->topics, memory_order_relaxed);
	uint32_t slots = atomic_load_explicit(&t->partitions, memory_order_relaxed);
	struct shm_partition p;
	struct shm_topic topic;
	char key[20];

	ctl.version = atomic_load_explicit(&t->version, memory_order_relaxed);
	if (!ctl.successor)
		return;
	ctl.version++; /* lines of a publication that was not finished have the next one: nobody may
			  take ours for theirs */
	ctl.topics = topics;
	ctl.topics_cap = topics + 64;
	ctl.topic = xcalloc(ctl.topics_cap, sizeof(*ctl.topic));
	ctl.slots = slots;
	for (uint32_t i = 0; i < topics; i++) {
		latch_read(shm_topic_at(t, i), &topic);
		ctl.topic_generation[i] = topic.generation;
		if (topic.state != SLOT_FREE)
			mapstr_put(&l->indexes, (const char *)topic.id, 16, i);
	}
	for (uint32_t i = 0; i < slots; i++) {
		latch_read(shm_partition_at(t, ctl.partitions_max, i), &p);
		ctl.slot_generation[i] = p.generation;
		if (p.state == SLOT_FREE || p.topic >= topics)
			continue;
		latch_read(shm_topic_at(t, p.topic), &topic);
		memcpy(key, topic.id, 16);
		memcpy(key + 16, &p.partition, 4);
		mapstr_put(&l->slots, key, sizeof(key), i);
	}
}

/* Places in the tables that nothing of the store is in any more. */
static void
free_published(struct loading *l)
{
	uint8_t *used = xcalloc(ctl.slots + 1, 1);
	struct part hole = {0};
	struct mapstr_slot *s;
	size_t pos = 0;

	while ((s = mapstr_next(&l->indexes, &pos)) != NULL)
		publish_free_topic(s->value);
	pos = 0;
	while ((s = mapstr_next(&l->slots, &pos)) != NULL)
		publish_free_slot(s->value);
	for (uint32_t i = 0; i < ctl.topics; i++) {
		if (ctl.topic[i] == NULL)
			topic_index_free(i);
		for (uint32_t n = 0; ctl.topic[i] != NULL && n < ctl.topic[i]->nparts; n++)
			if (ctl.topic[i]->part[n].slot != NONE)
				used[ctl.topic[i]->part[n].slot] = 1;
	}
	for (uint32_t i = 0; ctl.successor && i < ctl.slots; i++)
		if (!used[i]) {
			hole.slot = i;
			ctl.slots_used++; /* slot_give counts down */
			slot_give(&hole);
		}
	free(used);
}

/* ---- electing ---- */

/* Nodes whose directory the store does not know under their id: from elsewhere, or the store was
 * lost.  One whose directory could not be read, and which the store does not know, is none yet: its
 * id is a guess. */
static uint32_t
new_nodes(const struct loading *l, struct op *op, uint32_t *disks)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < ctl.nodes; i++) {
		struct meta_node *m;
		bool known = !ctl.node[i].present || uuid_is_zero(&ctl.node[i].directory);

		for (int k = 0; k < l->nnodes; k++)
			known |= l->nodes[k].id == ctl.node[i].id &&
				 memcmp(l->nodes[k].directory_id, ctl.node[i].directory.b, 16) == 0;
		if (known)
			continue;
		m = &op_change(op, META_SET_NODE)->u.node;
		m->id = ctl.node[i].id;
		memcpy(m->directory_id, ctl.node[i].directory.b, 16);
		m->path = ctl.node[i].path;
		disks[n++] = i;
	}
	return n;
}

/* Of partitions with several replicas the leader is decided later, in the epoch that the term gives
 * (start.c).  A successor leaves them all as they are. */
static void
elect_topic(struct op *op, struct topic *t)
{
	for (uint32_t k = 0; k < t->nparts; k++) {
		struct part *p = &t->part[k];
		bool row = part_drop_lost(t, p) || !t->published;
		uint16_t elr = repl_elr_after(0, p->elr, p->isr, p->lost, part_min_insync(t, p));
		int32_t leader = p->leader;

		if (p->replicas == 1 && (!ctl.successor || !t->published))
			leader = part_elect(t, p);
		else if ((!ctl.successor || !t->published) && t->state == TOPIC_LIVE)
			start_undecided(p);
		if (!ctl.successor || leader != p->leader) {
			p->epoch++;
			p->partition_epoch++;
		}
		row |= elr != p->elr || leader != p->leader;
		p->elr = elr;
		p->leader = leader;
		if (row) /* else the term says it all */
			op_partition(op, t, k);
	}
}

/* The nodes of this life, the term, and every partition whose leader is another one now: one
 * commit. */
static void
elect(struct loading *l)
{
	struct op *op = op_new(NULL, NULL);
	struct adoption adoption = {.next_producer = 0, .op = op};
	uint32_t disks[SHM_NODES], n;
	size_t rows = 0;

	n = new_nodes(l, op, disks);
	if (n > 0)
		adopt_disks(disks, n, &adoption);
	if (!ctl.successor) {
		ctl.term++;
		op_value(op, META_TERM, ctl.term);
		if (adoption.next_producer > ctl.producer_block)
			ctl.producer_block = adoption.next_producer;
		producers_first(op);
		op_value(op, META_NEXT_KEY, ctl.next_key);
	}
	for (uint32_t i = 0; i < ctl.topics; i++)
		rows += ctl.topic[i] != NULL ? ctl.topic[i]->nparts : 0;
	op_partitions_max(op, rows + 1);
	for (uint32_t i = 0; i < ctl.topics; i++)
		if (ctl.topic[i] != NULL)
			elect_topic(op, ctl.topic[i]);
	op->flags = META_URGENT;
	if (op->n > 0)
		op_now(op);
	else
		op_free(op);
}

static void
take_slots(void)
{
	uint64_t need = 0;

	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t n = 0; ctl.topic[i] != NULL && n < ctl.topic[i]->nparts; n++)
			need += ctl.topic[i]->part[n].slot == NONE;
	if (need > slots_free())
		fatalx("there are %llu partitions, more than partitions.max (%u): raise it",
		    (unsigned long long)need + ctl.slots_used, ctl.partitions_max);
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t n = 0; ctl.topic[i] != NULL && n < ctl.topic[i]->nparts; n++)
			if (ctl.topic[i]->part[n].slot == NONE)
				slot_take(&ctl.topic[i]->part[n]);
}

/* Without a row, and named by deleted topics alone: it was forgotten, and our predecessor died before they were. */
static void
forget_nodes(const struct loading *l)
{
	uint32_t part;

	for (uint32_t k = 0; k < ctl.nodes; k++)
		if (!ctl.node[k].present && node_row(l, ctl.node[k].id) == NULL && topic_on_node(k, &part) == NULL)
			ctl.node[k].id = -1;
}

static void
publish_all(void)
{
	for (uint32_t i = 0; i < ctl.nodes; i++) {
		node_line(i);
		publish_node(i);
	}
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];
		if (t == NULL)
			continue;
		t->published = true;
		if (t->state == TOPIC_DELETING)
			delete_begin(t);
		else
			publish_whole(t);
	}
	publish_dynamic();
	memcpy(
	    ctl.tables->cluster_id, ctl.child->inherit->cluster_id, sizeof(ctl.tables->cluster_id));
}

void
load(void)
{
	static const struct meta_loader loader = {
	    NULL, NULL, on_value, on_node, on_topic, on_topic_config, on_partition, on_broker_config};
	struct loading l = {.nnodes = 0};
	struct meta_err err;

	ctl.successor = atomic_load_explicit(&ctl.tables->loaded, memory_order_relaxed) != 0;
	if (copies_open(&err) == -1)
		fatalx("%s", err.text);
	ctl.next_key = 1;
	find_published(&l);
	if (meta_load(ctl.store, &loader, &l, &err) == -1)
		fatalx("%s", err.text);
	settle_nodes(&l);
	load_settings();
	publish_begin();
	free_published(&l);
	elect(&l);
	take_slots();
	forget_nodes(&l);
	publish_all();
	publish_end();
	atomic_store_explicit(&ctl.tables->loaded, 1, memory_order_release);
	publish_ring();
	nodes_elect();
	mapstr_fini(&l.slots);
	mapstr_fini(&l.indexes);
	map64_fini(&l.keys);
	for (int i = 0; i < l.nnodes; i++)
		free((char *)(uintptr_t)l.nodes[i].path);
}
