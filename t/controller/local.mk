check_PROGRAMS += %D%/controller.t
%C%_controller_t_SOURCES = %D%/controller-t.c $(CONTROLLER_SOURCES)
%C%_controller_t_LDADD = libtap.a libmeta.a libstore.a libproc.a librepl.a libproto.a libshm.a libbase.a $(EVENT_LIBS) \
	$(SQLITE_LIBS) $(CODEC_LIBS) -lpthread
check_PROGRAMS += %D%/isr.t
%C%_isr_t_SOURCES = %D%/isr-t.c $(CONTROLLER_SOURCES)
%C%_isr_t_LDADD = $(%C%_controller_t_LDADD)
