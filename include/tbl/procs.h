/* SPDX-License-Identifier: ISC */
/*
 * procs.h - every kind of process, one row each: adding a kind is a row here and a folder under src/.
 * No include guard: the includer defines PROC(KIND, name, first_slot, slots, main).
 *   first_slot, slots   its range of process slots (shm/part.h); slot = first_slot + index
 *   main                what the child runs: void main(struct child *), proc/child.h
 */
PROC(SUPERVISOR, "supervisor", 0, 1, supervisor_never)
PROC(CONTROLLER, "controller", 1, 1, controller_main)
PROC(COORDINATOR, "coordinator", 2, 1, coordinator_main)
PROC(ACCEPTOR, "acceptor", 16, 64, acceptor_main)
PROC(WRITER, "writer", 80, 64, writer_main)
PROC(CLEANER, "cleaner", 144, 64, cleaner_main)
PROC(REPLICATOR, "replicator", 208, 16, replicator_main)
