# The answers of the daemon against those of Apache Kafka 4.1: README.
script_tests += %D%/compat.t %D%/restart.t
EXTRA_DIST += %D%/README %D%/batch.py %D%/broker.py %D%/case.py %D%/cases_cluster.py %D%/cases_configs.py \
	%D%/cases_fetch.py %D%/cases_offsets.py %D%/cases_classic.py %D%/cases_groups.py %D%/cases_consumer.py %D%/cases_produce.py %D%/cases_replicas.py %D%/cases_restart.py %D%/cases_topics.py %D%/codec.py %D%/differences \
	%D%/golden.py %D%/kafka %D%/kafka-4.1.golden.json %D%/ready %D%/record %D%/run %D%/schemas-make %D%/schemas.json
