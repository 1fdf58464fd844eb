# What an installation needs beside the daemon.  The unit is installed where --with-systemdsystemunitdir says.
EXTRA_DIST += %D%/debian/changelog %D%/debian/control %D%/debian/copyright %D%/debian/rules \
	%D%/debian/source/format %D%/rpm/odradek.spec %D%/quickstart %D%/readback.py %D%/check %D%/logrotate/odradek %D%/systemd/odradek.service.in \
	%D%/systemd/odradek.sysusers %D%/systemd/odradek.tmpfiles %D%/systemd/disk.conf.example
install-data-hook: install-unit
.PHONY: install-unit
install-unit:
	$(MKDIR_P) $(DESTDIR)$(systemdsystemunitdir) $(DESTDIR)$(prefix)/lib/sysusers.d $(DESTDIR)$(prefix)/lib/tmpfiles.d \
		$(DESTDIR)$(sysconfdir)/logrotate.d
	$(SED) -e 's|[@]sbindir[@]|$(sbindir)|g' $(srcdir)/contrib/systemd/odradek.service.in \
		>$(DESTDIR)$(systemdsystemunitdir)/odradek.service
	$(place_paths) $(srcdir)/contrib/systemd/odradek.sysusers >$(DESTDIR)$(prefix)/lib/sysusers.d/odradek.conf
	$(place_paths) $(srcdir)/contrib/systemd/odradek.tmpfiles >$(DESTDIR)$(prefix)/lib/tmpfiles.d/odradek.conf
	$(place_paths) $(srcdir)/contrib/logrotate/odradek >$(DESTDIR)$(sysconfdir)/logrotate.d/odradek
	chmod 644 $(DESTDIR)$(systemdsystemunitdir)/odradek.service \
		$(DESTDIR)$(prefix)/lib/sysusers.d/odradek.conf $(DESTDIR)$(prefix)/lib/tmpfiles.d/odradek.conf \
		$(DESTDIR)$(sysconfdir)/logrotate.d/odradek
uninstall-hook: uninstall-unit
.PHONY: uninstall-unit
uninstall-unit:
	rm -f $(DESTDIR)$(systemdsystemunitdir)/odradek.service $(DESTDIR)$(prefix)/lib/sysusers.d/odradek.conf \
		$(DESTDIR)$(prefix)/lib/tmpfiles.d/odradek.conf $(DESTDIR)$(sysconfdir)/logrotate.d/odradek
