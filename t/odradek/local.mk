if HAVE_RDKAFKA
check_PROGRAMS += %D%/units.t
%C%_units_t_SOURCES = %D%/units-t.c src/odradek/units.c
%C%_units_t_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/src/odradek $(RDKAFKA_CFLAGS)
%C%_units_t_LDADD = libtap.a libbase.a -lpthread
endif
