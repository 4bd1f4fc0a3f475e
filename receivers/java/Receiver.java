import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Receives webhooks: verifies each, writes it to test.log with its date and time, and answers 200. JDK 11 or
 * newer.
 *
 * <pre>
 * WAYBELL_EMAIL=you@shop.example java Receiver.java 9002      receive
 * java Receiver.java vectors ../vectors.tsv                   check this file against the shared test vectors
 * </pre>
 *
 * WAYBELL_SECRET is the webhook's whsec_... (recommended), LOG_FILE another place for test.log. verdicts.log, beside
 * it, has one line for each body, in the same order. To verify in a program of your own, copy the class
 * WebhookVerifier.
 */
public final class Receiver {
    private static final int BODY_BYTES_MAX = 8 * 1024 * 1024;

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("vectors")) {
            System.exit(checkVectors(Path.of(arguments[1])));
        }
        if (arguments.length != 1) {
            System.err.println("usage: java Receiver.java PORT | vectors FILE");
            System.exit(2);
        }
        int port = Integer.parseInt(arguments[0]);
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
        server.createContext("/", Receiver::receive);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
    }

    private static void receive(HttpExchange exchange) throws IOException {
        try {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
            if (body.length > BODY_BYTES_MAX) {
                exchange.sendResponseHeaders(413, -1);
                return;
            }
            byte[] answer = record(body, exchange).getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, answer.length == 0 ? -1 : answer.length);
            if (answer.length > 0) {
                exchange.getResponseBody().write(answer);
            }
        } finally {
            exchange.close();
        }
    }

    private static synchronized String record(byte[] body, HttpExchange exchange) throws IOException {
        Path logFile = Path.of(System.getenv().getOrDefault("LOG_FILE", "test.log")).toAbsolutePath();
        String now = LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss"));
        if (body.length == 0) {
            append(logFile, utf8(now + ": can not get webhook data!\r\n"));
            return "";
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
        var verifier = new WebhookVerifier(System.getenv("WAYBELL_EMAIL"), System.getenv("WAYBELL_SECRET"));
        boolean verified = verifier.isGenuine(body, headers, System.currentTimeMillis() / 1000);

        append(logFile, utf8(now + ":  "), body, utf8("\r\n"));
        String verdict = now + ":  " + (verified ? "verified" : "not verified") + "\r\n";
        append(logFile.resolveSibling("verdicts.log"), utf8(verdict));
        // Your own work with the parcel goes here: only if it is verified, and once for each header
        // webhook-id, because a webhook can arrive twice. To have an unverified one sent again later, answer
        // 401 instead of 200.
        return "200";
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void append(Path file, byte[]... parts) throws IOException {
        try (var output = Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (byte[] part : parts) {
                output.write(part);
            }
        }
    }

    private static int checkVectors(Path file) throws IOException {
        int passed = 0;
        int failed = 0;
        for (String line : Files.readAllLines(file)) {
            String[] columns = line.split("\t", -1);
            Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            for (String header : text(columns[1]).lines().toArray(String[]::new)) {
                String[] pair = header.split(": ", 2);
                headers.put(pair[0], pair[1]);
            }
            boolean verdict = new WebhookVerifier(text(columns[3]), text(columns[4]))
                    .isGenuine(Base64.getDecoder().decode(columns[2]), headers, Long.parseLong(columns[5]));
            if (verdict == Boolean.parseBoolean(columns[6])) {
                passed++;
            } else {
                failed++;
                System.out.println("failed: " + columns[0]);
            }
        }
        System.out.println(passed + " passed, " + failed + " failed");
        return failed == 0 && passed > 0 ? 0 : 1;
    }

    private static String text(String column) {
        byte[] decoded = Base64.getDecoder().decode(column.equals("-") ? "" : column);
        return new String(decoded, StandardCharsets.UTF_8);
    }
}

/**
 * Decides whether a request is genuine. With a secret that starts with "whsec_" the Standard Webhooks
 * signature is demanded, which covers the body; else what the body (V2, V3: the email) or the headers (V4:
 * the account's secret) carry.
 */
final class WebhookVerifier {
    private static final int TOLERANCE_SECONDS = 300;
    private static final Pattern SECONDS = Pattern.compile("0|[1-9][0-9]{0,14}");
    /**
     * Inside a JSON text every quote is escaped, so these cannot be found in what a courier or customer
     * wrote.
     */
    private static final Pattern SIGNED =
            Pattern.compile("[{,]\\s*\"(?:verifyInfo|verify)\"\\s*:\\s*([^{]|\\{[^{}]*\\})");
    private static final Pattern TIME =
            Pattern.compile("\"(?:timeStr|timestamp)\"\\s*:\\s*(\"?)([0-9]+)\\1\\s*[,}]");
    private static final Pattern SIGNATURE = Pattern.compile("\"signature\"\\s*:\\s*\"([0-9a-f]{64})\"");

    private final String email;
    private final String secret;

    WebhookVerifier(String email, String secret) {
        this.email = email == null ? "" : email;
        this.secret = secret == null ? "" : secret;
    }

    /**
     * TrackingMore's rule for V2 and V3, and for V4 with the account's secret. It proves nothing but the
     * time. MessageDigest.isEqual takes the same time for every wrong signature, so that nobody can guess it
     * bit by bit.
     */
    static boolean verify(String timeStr, String email, String signature) {
        StringBuilder expected = new StringBuilder();
        for (byte each : hmacSha256(utf8(email), utf8(timeStr))) {
            expected.append(String.format("%02x", each));
        }
        return isEqual(expected.toString(), signature);
    }

    /** Takes the raw bytes of the body, the headers by name in any case, and the time in epoch seconds. */
    boolean isGenuine(byte[] body, Map<String, String> headers, long now) {
        if (body.length == 0) {
            return false;
        }
        if (secret.startsWith("whsec_")) {
            return isStandard(body, headers, now);
        }
        String text = new String(body, StandardCharsets.UTF_8).trim();
        if (!text.startsWith("{") || !text.endsWith("}")) {
            return false;
        }
        // The last one counts: the signed part follows the data.
        String signed = null;
        for (Matcher found = SIGNED.matcher(text); found.find(); ) {
            signed = found.group(1);
        }
        if (signed == null) {
            String sentAt = headers.getOrDefault("timestamp", "");
            return isTimeSigned(sentAt, secret, headers.getOrDefault("signature", ""));
        }
        Matcher time = TIME.matcher(signed);
        Matcher signature = SIGNATURE.matcher(signed);
        return time.find() && signature.find() && isTimeSigned(time.group(2), email, signature.group(1));
    }

    private static boolean isTimeSigned(String time, String key, String signature) {
        return !key.isEmpty() && SECONDS.matcher(time).matches() && verify(time, key, signature);
    }

    private boolean isStandard(byte[] body, Map<String, String> headers, long now) {
        String id = headers.getOrDefault("webhook-id", "");
        String time = headers.getOrDefault("webhook-timestamp", "");
        byte[] key;
        try {
            key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
        if (key.length == 0 || id.isEmpty() || !SECONDS.matcher(time).matches()) {
            return false;
        }
        if (Math.abs(now - Long.parseLong(time)) > TOLERANCE_SECONDS) {
            return false;
        }
        byte[] head = utf8(id + "." + time + ".");
        String expected = "v1," + Base64.getEncoder().encodeToString(hmacSha256(key, head, body));
        // While a secret is being replaced the header holds one signature by the old and one by the new.
        boolean matches = false;
        for (String offered : headers.getOrDefault("webhook-signature", "").split(" ")) {
            matches |= isEqual(expected, offered);
        }
        return matches;
    }

    private static boolean isEqual(String expected, String offered) {
        return MessageDigest.isEqual(utf8(expected), utf8(offered));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hmacSha256(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every Java has HmacSHA256.", impossible);
        }
    }
}
