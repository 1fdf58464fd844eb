// SPDX-License-Identifier: ISC
//
// Steady JSON - produces numbered records with the Java client until SIGTERM, idempotent, acks=all; prints "ack PARTITION OFFSET VALUE".

import java.util.Map;
import java.util.regex.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.serialization.StringSerializer;

public class Steady {
    static volatile boolean running = true;

    static String text(String json, String key) {
        Matcher m = Pattern.compile("\"" + key + "\": *(?:\"([^\"]*)\"|(-?[0-9]+))").matcher(json);
        return !m.find() ? "" : m.group(1) != null ? m.group(1) : m.group(2);
    }

    static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    public static void main(String[] args) throws Exception {
        String json = args[0], topic = text(json, "topic"), tag = text(json, "tag");
        int partitions = Integer.parseInt(text(json, "partitions"));
        Thread main = Thread.currentThread();

        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            running = false;
            try {
                main.join(100000);
            } catch (InterruptedException e) {
                // the virtual machine ends anyway
            }
        }));
        try (KafkaProducer<String, String> p = new KafkaProducer<>(Map.of("bootstrap.servers", text(json, "bootstrap"), "acks", "all",
                 "enable.idempotence", "true", "linger.ms", "5", "delivery.timeout.ms", "120000"), new StringSerializer(), new StringSerializer())) {
            for (int n = 0; running; n++) {
                String value = tag + "-" + n;
                p.send(new ProducerRecord<>(topic, n % partitions, null, value), (m, e) ->
                    say(e != null ? "error " + e : "ack " + m.partition() + " " + m.offset() + " " + value));
                if (n % 4 == 3)
                    Thread.sleep(5);
            }
        }
        say("end");
    }
}
