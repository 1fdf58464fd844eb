/* SPDX-License-Identifier: ISC */
/* config_priv.h - between the files of the configuration. */
#ifndef BASE_CONFIG_PRIV_H
#define BASE_CONFIG_PRIV_H
#include "odradek/base/config.h"

/* What to do about a name that is Kafka's but not ours; NULL if it is no such name. */
const char *config_foreign(const char *name);
/* "a whole number from 1 to 10000 (partitions)". */
void config_expected(const struct config_row *row, char *buf, size_t n);
/* Frees what config_parse_value stored. */
void config_free_value(const struct config_row *row, void *base);
/* Sets the member from the highest layer that has a value. */
void config_recompute(struct config *c, enum config_id id);
/* Gives a layer this text (checked already; NULL takes it away) and origin, without recomputing. */
void config_put(struct config *c, enum config_layer layer, enum config_id id, const char *text,
    const char *file, int line);
/* The effective layer of a setting. */
enum config_layer config_layer_of(const struct config *c, enum config_id id);
/* Index of the word in "a,b,c", or -1. */
int config_word_index(const char *words, const char *word, size_t len);
/* Canonical text of a value that is given as text and known to parse. */
const char *config_canonical(const struct config_row *row, const char *text, char *buf, size_t n);
enum config_wire_type config_wire_type(enum config_type type);
/* Appends what these settings, which stand in for each other, have in each layer, highest first, as
 * synonyms.  What stands in front of self is left out, as in Kafka. */
void config_add_synonyms(
    const struct config *c, const int *ids, int n, int self, struct config_entry *e);

#endif
