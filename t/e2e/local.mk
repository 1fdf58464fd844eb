script_tests += t/e2e/2100-produce-order.t t/e2e/2200-lying-clients.t
EXTRA_DIST += t/tap/daemon.py
script_tests += t/e2e/1100-topics.t t/e2e/1200-controller-dies.t
EXTRA_DIST += t/e2e/admin.py
script_tests += t/e2e/0100-start-stop.t t/e2e/0110-reload.t t/e2e/0120-death.t t/e2e/0130-never-locked-out.t t/e2e/0200-audit.t
script_tests += t/e2e/1300-nodes.t t/e2e/1400-adopt.t t/e2e/1500-kafka-directory.t
script_tests += t/e2e/3000-fetch-all.t t/e2e/3100-fetch-poll.t t/e2e/3200-fetch-session.t t/e2e/3300-offsets.t
EXTRA_DIST += t/e2e/fetching.py
