// Receives ENDPOINT_URL
// Java 11 or newer, no packages. Save it as Waybell.java and start it: java Waybell.java
// WAYBELL_SECRET is the secret of the webhook, whsec_...; PORT is where to listen.
//~ v2 v3
// WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
//~ v4
// WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
//~
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.Executors;
//~ v2 v3
import java.util.regex.Matcher;
import java.util.regex.Pattern;
//~
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class Waybell {
    private static final int TOLERANCE_SECONDS = 300;
    private static final int BODY_BYTES_MAX = 4 * 1024 * 1024;
    private static final Map<String, String> ENVIRONMENT = System.getenv();
    private static final String SECRET = ENVIRONMENT.getOrDefault("WAYBELL_SECRET", "");
//~ v2
    private static final Pattern SIGNED =
            Pattern.compile("\"verifyInfo\":\\{\"timeStr\":([0-9]+),\"signature\":\"([0-9a-f]+)\"\\}");
//~ v3
    private static final Pattern SIGNED =
            Pattern.compile("\"verify\":\\{\"timestamp\":([0-9]+),\"signature\":\"([0-9a-f]+)\"\\}");
//~

    /** The strong check: it covers the id, the time and every byte of the body. */
    static boolean isGenuine(Headers headers, byte[] body) {
        String id = valueOf(headers, "webhook-id");
        String time = valueOf(headers, "webhook-timestamp");
        if (id.isEmpty() || !time.matches("[0-9]{1,15}")) {
            return false;
        }
        if (Math.abs(System.currentTimeMillis() / 1000 - Long.parseLong(time)) > TOLERANCE_SECONDS) {
            return false;
        }
        byte[] key = Base64.getDecoder().decode(SECRET.substring("whsec_".length()));
        byte[] digest = hmacSha256(key, utf8(id + "." + time + "."), body);
        byte[] expected = utf8("v1," + Base64.getEncoder().encodeToString(digest));
        // There are two while a secret is being replaced.
        for (String offered : valueOf(headers, "webhook-signature").split(" ")) {
            if (MessageDigest.isEqual(expected, utf8(offered))) {
                return true;
            }
        }
        return false;
    }

//~ v2 v3 v4
    /** The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass. */
    static boolean isTimeSigned(String time, String signature, String key) {
        StringBuilder expected = new StringBuilder();
        for (byte each : hmacSha256(utf8(key), utf8(time))) {
            expected.append(String.format("%02x", each));
        }
        return MessageDigest.isEqual(utf8(expected.toString()), utf8(signature));
    }

//~
    static void receive(HttpExchange exchange) throws IOException {
        // The bytes as they came, before any JSON parser.
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX);
        Headers headers = exchange.getRequestHeaders();
        boolean genuine = exchange.getRequestMethod().equals("POST") && isGenuine(headers, body);
//~ v2 v3
        String email = ENVIRONMENT.getOrDefault("WAYBELL_EMAIL", "");
        if (genuine && !email.isEmpty()) {
            Matcher signed = SIGNED.matcher(new String(body, StandardCharsets.UTF_8));
            genuine = signed.find() && isTimeSigned(signed.group(1), signed.group(2), email);
        }
//~ v4
        String accountSecret = ENVIRONMENT.getOrDefault("WAYBELL_ACCOUNT_SECRET", "");
        if (genuine && !accountSecret.isEmpty()) {
            String signature = valueOf(headers, "signature");
            genuine = isTimeSigned(valueOf(headers, "timestamp"), signature, accountSecret);
        }
//~
        if (genuine) {
            // Drop what you have handled already (webhook-id) and what is older than you know (waybell-revision),
            // keep the rest, answer, and work with it afterwards.
            System.out.println(valueOf(headers, "webhook-id") + " " + valueOf(headers, "waybell-revision"));
        }
        byte[] answer = utf8(genuine ? "200" : "not genuine");
        exchange.sendResponseHeaders(genuine ? 200 : 401, answer.length);
        exchange.getResponseBody().write(answer);
        exchange.close();
    }

    private static String valueOf(Headers headers, String name) {
        String value = headers.getFirst(name);
        return value == null ? "" : value;
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

    public static void main(String[] arguments) throws IOException {
        if (!SECRET.matches("whsec_.+")) {
            throw new IllegalStateException("Set WAYBELL_SECRET to the secret of the webhook.");
        }
        int port = Integer.parseInt(ENVIRONMENT.getOrDefault("PORT", "3000"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("ENDPOINT_PATH", Waybell::receive);
        server.setExecutor(Executors.newFixedThreadPool(8));
        server.start();
    }
}
