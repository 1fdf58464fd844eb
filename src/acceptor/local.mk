odradekd_SOURCES +=
