# The table in odradek.conf.5 is made by `make regen-conf`; paths become those of this build when they are installed.
EXTRA_DIST += %D%/odradekd.8 %D%/odradek.conf.5
install-data-hook: install-man-pages
.PHONY: install-man-pages
install-man-pages:
	$(MKDIR_P) $(DESTDIR)$(mandir)/man5 $(DESTDIR)$(mandir)/man8
	$(place_paths) $(srcdir)/man/odradek.conf.5 >$(DESTDIR)$(mandir)/man5/odradek.conf.5
	$(place_paths) $(srcdir)/man/odradekd.8 >$(DESTDIR)$(mandir)/man8/odradekd.8
	chmod 644 $(DESTDIR)$(mandir)/man5/odradek.conf.5 $(DESTDIR)$(mandir)/man8/odradekd.8
uninstall-hook: uninstall-man-pages
.PHONY: uninstall-man-pages
uninstall-man-pages:
	rm -f $(DESTDIR)$(mandir)/man5/odradek.conf.5 $(DESTDIR)$(mandir)/man8/odradekd.8
