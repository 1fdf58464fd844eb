/* SPDX-License-Identifier: ISC */
/*
 * supervisor.h - what the files of the supervisor share.  Private to src/supervisor/.
 *
 * supervisor.c   main: command line, the steps of a start, the loop
 * options.c      the command line
 * preflight.c    what must hold before anything is started: log, directories, locks, ids
 * listeners.c    the listening sockets
 * daemon.c       -d, the pid file
 * children.c     policy: when children start, when they are asked to leave, when they are killed
 * spawn.c        mechanism: one fork, one obituary
 * reload.c       HUP and USR1
 * disks.c        policy: which disks come and go while the daemon runs
 * newcomer.c     mechanism: whose directory that is, and giving it an identity
 * looker.c       mechanism: the process that does so
 * health.c       heartbeats, the service manager's watchdog and status line
 * notify*.c      the service manager itself
 *
 * The supervisor never reads the contents of a ring and never waits for a child.
 */
#ifndef ODRADEK_SUPERVISOR_H
#define ODRADEK_SUPERVISOR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "odradek/base/config.h"
#include "odradek/proc/child.h"
#include "odradek/store/disk.h"

struct options {
	bool daemonize, check, verbose, version, help;
	const char *file; /* NULL: the default, which may be missing */
	const char **set; /* -o name=value */
	int sets;
};

/*
 * STARTING  children were forked, not all are active yet
 * SERVING   all were active once, and partitions were led, or some disk took too long; children that die are replaced
 * STOPPING  in the order of stop_order: the next kind is asked to leave when the one before is gone
 * GONE      no child is left; the loop ends
 */
enum super_state { SUPER_STARTING, SUPER_SERVING, SUPER_STOPPING, SUPER_GONE };

/* One process slot that exists in this daemon's life. */
struct slot {
	uint32_t slot;
	pid_t pid; /* 0 = none */
	uint32_t generation;
	int64_t started;  /* monotonic ms */
	int64_t active;   /* when it was seen ACTIVE; 0 = not yet */
	int64_t start_at; /* no process: when to start one; -1 = never again */
	int64_t kill_at;  /* asked to leave: when to kill it; 0 = not asked */
	int64_t stale;    /* heartbeat was found old: since when; 0 = fresh */
	bool killed;      /* by us, and not reaped yet */
};

/*
 * RUNS    its writer and its cleaner are there, or are started again when they die
 * LEAVES  they were asked to leave
 * OUT     they are gone; taken out of log.dirs, or about to be replaced
 * COMES   there is a directory; its writer starts when the controller has made durable what follows
 */
enum disk_step { DISK_NOT_THERE, DISK_RUNS, DISK_LEAVES, DISK_OUT, DISK_COMES };

/* A directory that is not in use yet. */
struct newcomer {
	struct disk_lock disk; /* locked, while fd is not -1 */
	struct disk_identity id;
	struct disk_mount mount; /* where it is, if `mounted` */
	bool mounted;
	bool blank;     /* no meta.properties, nothing in it */
	char logs[256]; /* one of the partitions in it; "" = there is none */
};

enum look_says {
	LOOK_DONE,
	LOOK_SAME,    /* it is the directory of the node that it was looked at for */
	LOOK_BUSY,    /* in use by this daemon */
	LOOK_REFUSED, /* and why */
};

/* A look at an entry of log.dirs: the question, and the answer. */
struct look {
	char *path;
	int place; /* in log.dirs */
	int own;   /* of this node, as which it was there before; -1 = of any */
	enum look_says says;
	char why[1200];
	struct newcomer newcomer;
};

#define LOOKERS_STUCK 8

#define SPARE_DISKS 8 /* so many can be added while the daemon runs */

struct disk_place {
	enum disk_step step;
	int ports;              /* it listens as the node at this place of log.dirs; -1 = not bound yet */
	struct newcomer next;   /* disk.path is not NULL: what is to take its place */
	struct disk_mount mount; /* where it was when it was taken */
	bool mounted;
};

struct supervisor {
	struct options opt;
	struct config *config;
	struct inherit in;
	struct shm *shm;
	enum super_state state;
	struct slot slot[SHM_SLOTS];
	uint32_t slots;
	struct disk_place disk[SHM_NODES]; /* by node index, as in.disk */
	uint32_t places;                   /* there are parts and sockets for so many */
	int64_t disks_at;                  /* monotonic ms: when log.dirs is to be looked at; 0 = no need */
	int disks_tries;                   /* again, for something that passes */
	int entry;                         /* of log.dirs: the next one to be looked at */
	struct look look;                  /* which entry of them is looked at, or named; path NULL = none */
	int naming;                        /* it becomes the node at this index; -1 = not decided */
	struct {
		pid_t pid; /* 0 = none, or reaped */
		int fd;    /* its answer comes here; -1 = nobody is asked */
		int64_t until;
	} looker;
	struct {
		pid_t pid; /* killed, but in the kernel */
		char *path;
	} stuck[LOOKERS_STUCK];
	int64_t throttle[PROC_KINDS]; /* delay of the next start, ms */
	int pipe_write;               /* the children hold the read end: its EOF is our death */
	int signal_fd;
	int stopping_kind; /* index in the order of kinds that are asked to leave */
	int exit_code;
	int64_t born;        /* monotonic ns */
	int64_t watchdog_ms; /* of the service manager; 0 = none */
	bool ready_unheard;  /* it has still to be told that we are ready */
	int64_t next_health; /* monotonic ms */
	int64_t active;      /* when all children were first, but for those of slow disks; 0 = not yet */
	bool all_ran;        /* all children were active once */
	char *pid_file;      /* NULL: none was written */
	int parent; /* -d: the process that was started waits on this for our readiness; -1 = none
		     */
};

/* options.c: 0, or -1 after saying what was wrong. */
int options_parse(struct options *o, int argc, char **argv);
void options_usage(void);

/* Reads the file and the command line into a new config; 0, or -1 with err. */
int settings_load(const struct options *o, struct config **out, struct config_err *err);

/* preflight.c; each is fatal when the world is unfit. */
void preflight_log(struct supervisor *s);
void preflight_user(struct supervisor *s);
void preflight_disks(struct supervisor *s);
/* The settings are good for the directories; ids are given and written. */
void give_to_user(struct supervisor *s, const char *path);

/* listeners.c */
void listeners_open(struct supervisor *s);
/* Before the first fork: sockets for nodes that may be added, which all children inherit. */
void listeners_spare(struct supervisor *s);
/* The sockets of node k are bound as those of the node at this place of log.dirs.  0, or -1 with err. */
int listeners_bind(struct supervisor *s, uint32_t k, int place, const struct disk_lock *d, struct config_err *err);

/* looker.c: fn(s, l) is done by a process of its own, which answers with *l as fn left it.  l->path stays ours. */
typedef void look_fn(struct supervisor *s, struct look *l);
/* 0, or -1 with why. */
int looker_start(struct supervisor *s, look_fn *fn, struct look *l);
/* 1: *l is the answer; 0: there is none yet; -1: there will be none, and why. */
int looker_answer(struct supervisor *s, struct look *l);
void looker_reaped(struct supervisor *s, pid_t pid);

/* newcomer.c, in the looker: who is in a directory that is not in use yet?  It is made if it is no node's. */
look_fn newcomer_look;
/* It is node disk.node_id's from now on, durably, or refused. */
look_fn newcomer_name;
void newcomer_mount(struct newcomer *n, const char *path);

/* disks.c */
void disks_init(struct supervisor *s); /* after the parts were made */
/* HUP: log.dirs may be another one. */
void disks_reload(struct supervisor *s);
/* When to look again; monotonic ms, -1 = not before something happens. */
int64_t disks_deadline(const struct supervisor *s);
void disks_advance(struct supervisor *s);
/* Is there to be a process in this slot? */
bool disks_want(const struct supervisor *s, const struct slot *sl);

/* daemon.c */
void daemon_detach(
    struct supervisor *s); /* returns in the daemon; its parent waits and leaves with its fate */
void daemon_quiet(
    const struct supervisor *s); /* standard descriptors lead nowhere; the log is open */
void daemon_ready(struct supervisor *s);
void daemon_pid_file(struct supervisor *s);
void daemon_pid_file_remove(struct supervisor *s);

/* children.c */
void children_init(struct supervisor *s);
void children_start(struct supervisor *s);   /* all that are due */
void children_reap(struct supervisor *s);    /* SIGCHLD */
void children_advance(struct supervisor *s); /* the one function that moves the state on */
void children_stop(
    struct supervisor *s); /* an orderly stop begins; asked twice, it becomes a hasty one */
void children_signal(struct supervisor *s, int signal);
void children_ask(struct supervisor *s, struct slot *sl, const char *why); /* to leave */
struct slot *children_slot(struct supervisor *s, uint32_t slot); /* made if there is none */
bool slot_of_disk(const struct slot *sl);			   /* its process may stand still as its disk does */
int64_t children_deadline(const struct supervisor *s); /* monotonic ms; -1 = none */

/* spawn.c: pid, or -1 with errno. */
pid_t spawn(struct supervisor *s, struct slot *sl);
/* The process table says that the slot's process is gone, and everybody is woken to read it. */
void spawn_buried(struct supervisor *s, struct slot *sl);
void spawn_wake_all(struct supervisor *s);
void obituary(struct supervisor *s, const struct slot *sl, int status, const char *then);

/* reload.c */
void reload_settings(struct supervisor *s);
void reload_publish(struct supervisor *s); /* the text in the supervisor's part */
void reopen_log(struct supervisor *s);

/* health.c */
void health_check(struct supervisor *s);
/* A line of counters for each process. */
void health_report(struct supervisor *s);

/* notify.c: lines of sd_notify(3); does nothing without a service manager.  False: it was not told, its queue is full.
 * notify_watchdog: ms, 0 = not asked. */
bool notify(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int64_t notify_watchdog(void);

static inline const char *
slot_name(const struct supervisor *s, const struct slot *sl, char *buf, size_t n)
{
	return child_name(&s->in, sl->slot, buf, n);
}

#endif
