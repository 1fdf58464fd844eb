noinst_LIBRARIES += libstore.a
libstore_a_SOURCES =
noinst_HEADERS += include/odradek/store/disk.h include/odradek/store/plog.h include/odradek/store/producers.h \
	include/odradek/store/reader.h include/odradek/store/sys.h include/odradek/store/view.h
