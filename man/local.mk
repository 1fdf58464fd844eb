# The table in odradek.conf.5 is made by `make regen-conf`; paths become those of this build when they are installed.
man_pages = %D%/odradek.1 %D%/odradek.conf.5 %D%/odradek-durability.7 %D%/odradekd.8
EXTRA_DIST += $(man_pages)
install-data-hook: install-man-pages
.PHONY: install-man-pages
install-man-pages:
	for page in $(man_pages); do \
		to=$(DESTDIR)$(mandir)/man$${page##*.}; \
		$(MKDIR_P) $$to && $(place_paths) $(srcdir)/$$page >$$to/$${page##*/} && chmod 644 $$to/$${page##*/} || exit 1; \
	done
uninstall-hook: uninstall-man-pages
.PHONY: uninstall-man-pages
uninstall-man-pages:
	for page in $(man_pages); do rm -f $(DESTDIR)$(mandir)/man$${page##*.}/$${page##*/}; done
