/* SPDX-License-Identifier: ISC */
/*
 * dynamic.c - settings that clients changed (AlterConfigs of a broker), from the controller's text
 * into our layers. Used in: acceptors and writers, at the beginning of a turn; the controller has
 * them from the store.
 *
 * A writer takes those of its own node; an acceptor serves all nodes, so it takes a node's only
 * when there is one.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/shm/tables.h"
#include "skeleton.h"

/* The text of one version, malloc'd. */
static char *
text_of(struct shm_controller *t, uint64_t *version)
{
	char *text;

	for (;;) {
		uint64_t v = atomic_load_explicit(&t->dynamic_version, memory_order_acquire);
		uint32_t len = t->dynamic_len[v & 1];

		if (len > sizeof(t->dynamic[0]))
			len = 0;
		text = xstrndup(t->dynamic[v & 1], len);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit(&t->dynamic_version, memory_order_relaxed) == v) {
			*version = v;
			return text;
		}
		free(text);
	}
}

char *
child_dynamic_text(const struct child *c)
{
	uint64_t version;

	return text_of(shm_controller_of(c->shm), &version);
}

/* The node whose settings are ours; false: nobody's alone. */
static bool
own_node(const struct child *c, int32_t *id)
{
	const struct inherit *in = c->inherit;
	uint32_t index = c->kind == PROC_WRITER ? c->index : 0;

	if ((c->kind != PROC_WRITER && in->disks != 1) || (int)index >= in->disks)
		return false;
	*id = in->disk[index].node_id;
	return true;
}

static void
apply_line(struct child *c, char *line)
{
	char *name = strchr(line, ' '), *value = name == NULL ? NULL : strchr(name, '=');
	struct config_err err = {0};
	enum config_layer layer;
	int32_t node;

	if (value == NULL)
		return;
	*name++ = '\0';
	*value++ = '\0';
	if (config_find(name) == -1)
		return; /* kept for a client, unknown to this program */
	if (strcmp(line, "default") == 0)
		layer = LAYER_DYNAMIC_DEFAULT;
	else if (own_node(c, &node) && atoi(line) == node)
		layer = LAYER_DYNAMIC_NODE;
	else
		return;
	if (config_set(c->config, layer, name, value, &err) == -1)
		log_warnx("a dynamic setting has no effect: %s", err.text);
}

bool
dynamic_follow(struct skeleton *sk)
{
	struct child *c = &sk->c;
	struct shm_controller *t = shm_controller_of(c->shm);
	struct config_err err = {0};
	char *text, *save = NULL;

	if (c->kind == PROC_CONTROLLER ||
	    atomic_load_explicit(&t->dynamic_version, memory_order_relaxed) == sk->dynamic_version)
		return false;
	text = text_of(t, &sk->dynamic_version);
	for (int id = 0; id < CONFIG_COUNT; id++)
		for (enum config_layer l = LAYER_DYNAMIC_DEFAULT; l <= LAYER_DYNAMIC_NODE; l++)
			if (c->config->origin[id][l].text != NULL)
				config_set(
				    c->config, l, config_row((enum config_id)id)->name, NULL, &err);
	for (char *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		apply_line(c, line);
	free(text);
	return true;
}
