/* SPDX-License-Identifier: ISC */
/*
 * explore.h - walks every interleaving of a small model, breadth first, so that a counterexample is
 * a shortest one.
 *
 * A model is a state of fixed size without pointers or padding that matters, and a function that
 * emits every state that one step of one process leads to.  Rules are bits: a model without one of
 * its rules must fail, or the rule, or the model, says nothing.
 *
 * Of states that were visited only 64 bits of hash are kept, and the way to them: about 22 bytes
 * each.  Two different states are taken for one with a probability of n^2 / 2^65: 0.0003 for a
 * hundred million.
 */
#ifndef T_MODEL_EXPLORE_H
#define T_MODEL_EXPLORE_H

#include <stddef.h>
#include <stdint.h>

struct explorer;

struct model {
	const char *name;
	size_t size; /* of a state */
	void (*init)(void *state);
	void (*next)(const void *state, struct explorer *x);
	/* NULL, or what is wrong with the state. */
	const char *(*check)(const void *state);
	/* May the state have no successor?  NULL: always.  What is wrong with it, or NULL. */
	const char *(*stuck)(const void *state);
	/* NULL, or: gives all states that differ in names only the same form.  Counterexamples are
	 * easier to read without. */
	void (*canon)(void *state);
	/* NULL, or: is this a state to which every other one must find a way without faults?  Costs
	 * 16 bytes for each step. */
	int (*goal)(const void *state);
};

struct outcome {
	size_t states, steps, depth, goals;
	const char *wrong; /* NULL: nothing */
	int complete;      /* 0: there were more states than allowed */
	char trace[16384]; /* one line a step */
};

/* A step: the state that it leads to, and what it is called, for the trace. */
void emit(struct explorer *x, const void *state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, but nothing that progress may count on. */
void emit_fault(struct explorer *x, const void *state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Looks at no more than most states. */
void explore(const struct model *m, size_t most, struct outcome *out);

/* A named rule of a model. */
struct rule {
	unsigned bit;
	const char *name, *text;
};
/* TAP: with all rules the model is clean; without each of them it is not.  MODEL_TRACE=1 shows the
 * traces. */
void model_passes(const struct model *m, const char *what, size_t most);
void model_fails(const struct model *m, const struct rule *without, size_t most);

#endif
