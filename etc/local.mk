# The shipped configuration, printed from include/tbl/params.h and checked in.
EXTRA_DIST += %D%/odradek.conf
check_PROGRAMS += %D%/print-params
%C%_print_params_SOURCES = %D%/print-params.c
%C%_print_params_LDADD =

# Rebuilds what is made from the table of settings, in the source tree.
.PHONY: regen-conf
regen-conf: etc/print-params$(EXEEXT)
	etc/print-params conf >$(srcdir)/etc/odradek.conf.tmp
	mv $(srcdir)/etc/odradek.conf.tmp $(srcdir)/etc/odradek.conf
	etc/print-params man >params.tmp
	sed -e '/^\.\\" begin of the table/,/^\.\\" end of the table/{/^\.\\" end/!{/^\.\\" begin/!d;}}' \
		-e '/^\.\\" begin of the table/r params.tmp' $(srcdir)/man/odradek.conf.5 >$(srcdir)/man/odradek.conf.5.tmp
	rm -f params.tmp
	mv $(srcdir)/man/odradek.conf.5.tmp $(srcdir)/man/odradek.conf.5

# Paths of a package become those of this build when they are installed.
place_paths = $(SED) -e 's|/var/lib/odradek|$(localstatedir)/lib/odradek|g' -e 's|/run/odradek|$(runstatedir)/odradek|g' \
	-e 's|/var/log/odradek|$(localstatedir)/log/odradek|g' -e 's|/etc/odradek|$(sysconfdir)/odradek|g' \
	-e 's|/usr/sbin/odradekd|$(sbindir)/odradekd|g'

# A configuration that is there already is the administrator's.
install-data-hook: install-conf
.PHONY: install-conf
install-conf:
	$(MKDIR_P) $(DESTDIR)$(sysconfdir)/odradek
	test -e $(DESTDIR)$(sysconfdir)/odradek/odradek.conf || \
		{ $(place_paths) $(srcdir)/etc/odradek.conf >$(DESTDIR)$(sysconfdir)/odradek/odradek.conf && \
		chmod 644 $(DESTDIR)$(sysconfdir)/odradek/odradek.conf; }
uninstall-hook: uninstall-conf
.PHONY: uninstall-conf
uninstall-conf:
	rm -f $(DESTDIR)$(sysconfdir)/odradek/odradek.conf
	-rmdir $(DESTDIR)$(sysconfdir)/odradek 2>/dev/null
