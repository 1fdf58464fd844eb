check_PROGRAMS += t/repl/rules.t
t_repl_rules_t_SOURCES = %D%/rules-t.c
t_repl_rules_t_LDADD = libtap.a librepl.a
