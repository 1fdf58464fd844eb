# Real clients against the daemon: README.
script_tests += %D%/kcat.t %D%/java.t %D%/kafka-tools.t %D%/franz-go.t %D%/kafkajs.t %D%/kafka-python.t \
	%D%/kafka-python-old.t %D%/kafka-python-0.11.t %D%/confluent-kafka.t %D%/topic-settings.t %D%/odradek.t %D%/corruption.t \
	%D%/groups-confluent.t %D%/groups-java.t %D%/groups-kafka-python.t %D%/groups-kafkajs.t %D%/groups-franz-go.t
EXTRA_DIST += %D%/README %D%/setup %D%/prelude.sh %D%/codecs %D%/java/Client.java %D%/franz-go/go.mod %D%/franz-go/go.sum \
	%D%/franz-go/main.go %D%/kafkajs/package.json %D%/kafkajs/client.js %D%/python/tap.py %D%/python/kafka_python.py \
	%D%/python/confluent.py %D%/python/topic_settings.py
EXTRA_DIST += %D%/groups/README %D%/groups/scenarios.py %D%/groups/member_confluent.py \
	%D%/groups/member_kafka_python.py %D%/groups/Member.java %D%/groups/member.js %D%/franz-go/member.go
check_PROGRAMS += %D%/compactor %D%/logtext
t_clients_logtext_SOURCES = %D%/logtext.c
t_clients_logtext_LDADD = libproto.a libbase.a $(CODEC_LIBS) -lpthread
t_clients_compactor_SOURCES = %D%/compactor.c
t_clients_compactor_LDADD = libstore.a libproto.a libbase.a $(CODEC_LIBS) -lpthread
script_tests += %D%/cleaner.t %D%/cleaner-golden.t
EXTRA_DIST += %D%/java/Fill.java %D%/golden/make %D%/golden/log.tar.xz %D%/golden/left
script_tests += %D%/groups-tools.t
EXTRA_DIST += %D%/java/GroupTools.java
script_tests += %D%/retention.t
EXTRA_DIST += %D%/golden/retention.json
script_tests += %D%/replicas-tools.t
EXTRA_DIST += %D%/java/Tools.java %D%/java/ReplicaTools.java
script_tests += %D%/replicas.t
EXTRA_DIST += %D%/groups/commands.py %D%/replicas/failures.py %D%/replicas/Steady.java
