// SPDX-License-Identifier: ISC
//
// Tools.java - what runs Apache Kafka's command-line tools in one virtual machine, and TAP.

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.tools.consumer.ConsoleConsumer;

public class Tools {
	static final PrintStream tap = System.out;
	static final List<Runnable> hooks = new CopyOnWriteArrayList<>();
	static String broker;
	static int tests, failed;

	static void begin(String address) {
		broker = address;
		Exit.setExitProcedure((status, message) -> { throw new Ended(status); });
		Exit.setHaltProcedure((status, message) -> { throw new Ended(status); });
		Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
	}

	static void done() {
		tap.println("1.." + tests);
		tap.flush();
		Runtime.getRuntime().halt(failed > 0 ? 1 : 0);
	}

	static void ok(String name, boolean good, String got) {
		tests++;
		tap.println((good ? "ok " : "not ok ") + tests + " - " + name);
		if (good)
			return;
		failed++;
		for (String line : got.split("\n"))
			tap.println("# " + line);
	}

	/** Each of the expressions is found; a space in them is any number of spaces. */
	static void like(String name, String got, String... wanted) {
		for (String w : wanted)
			if (!Pattern.compile(w.replace(" ", "[ \t]+"), Pattern.MULTILINE).matcher(got).find()) {
				ok(name, false, "wanted: " + w + "\ngot:\n" + got);
				return;
			}
		ok(name, true, got);
	}

	/** Thrown where a tool would end the virtual machine. */
	static class Ended extends RuntimeException {
		Ended(int status) {
			super("status " + status);
		}
	}

	static String[] words(String line) {
		return line.trim().split(" +");
	}

	/** A tool's main, told of the broker; what it prints from here on goes to the stream. */
	static void start(Class<?> tool, String arguments, PrintStream out) throws Exception {
		startBare(tool, arguments + " --bootstrap-server " + broker, out);
	}

	static void startBare(Class<?> tool, String arguments, PrintStream out) throws Exception {
		try {
			tool.getMethod("main", String[].class).invoke(null, (Object)words(arguments));
		} catch (InvocationTargetException e) {
			if (!(e.getCause() instanceof Ended) || !e.getCause().getMessage().equals("status 0"))
				out.println(e.getCause());
		}
	}

	/** What it prints. */
	static String run(Class<?> tool, String arguments) throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(bytes, true);

		// the console consumer counts for a whole process
		Field count = ConsoleConsumer.class.getDeclaredField("messageCount");
		count.setAccessible(true);
		count.setInt(null, 0);
		System.setOut(out);
		System.setErr(out);
		start(tool, arguments, out);
		out.flush();
		return bytes.toString();
	}
}
