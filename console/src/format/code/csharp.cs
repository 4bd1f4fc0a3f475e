// Receives ENDPOINT_URL
// .NET 8 or newer, no packages. This is the Program.cs of a project made with: dotnet new web
// WAYBELL_SECRET is the secret of the webhook, whsec_…
//~ v2 v3
// WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
//~ v4
// WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
//~
using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

var app = WebApplication.Create(args);
app.MapPost("ENDPOINT_PATH", async (HttpRequest request) =>
{
    using var copy = new MemoryStream();
    await request.Body.CopyToAsync(copy); // The bytes as they came, before any JSON parser.
    if (!Webhook.IsGenuine(name => request.Headers[name].ToString(), copy.ToArray())) return Results.Unauthorized();
    // Drop what you have handled already (webhook-id) and what is older than you know (waybell-revision),
    // keep the rest, answer, and work with it afterwards.
    app.Logger.LogInformation("{Id}", request.Headers["webhook-id"].ToString());
    return Results.Text("200");
});
app.Run();

static class Webhook
{
    const int ToleranceSeconds = 300;

    public static bool IsGenuine(Func<string, string> header, byte[] body)
    {
        if (!IsSigned(header, body)) return false;
//~ v2
        var email = Environment.GetEnvironmentVariable("WAYBELL_EMAIL");
        if (string.IsNullOrEmpty(email)) return true;
        var pattern = "\"verifyInfo\":\\{\"timeStr\":([0-9]+),\"signature\":\"([0-9a-f]+)\"\\}";
        var signed = Regex.Match(Encoding.UTF8.GetString(body), pattern);
        return signed.Success && IsTimeSigned(signed.Groups[1].Value, signed.Groups[2].Value, email);
//~ v3
        var email = Environment.GetEnvironmentVariable("WAYBELL_EMAIL");
        if (string.IsNullOrEmpty(email)) return true;
        var pattern = "\"verify\":\\{\"timestamp\":([0-9]+),\"signature\":\"([0-9a-f]+)\"\\}";
        var signed = Regex.Match(Encoding.UTF8.GetString(body), pattern);
        return signed.Success && IsTimeSigned(signed.Groups[1].Value, signed.Groups[2].Value, email);
//~ v4
        var accountSecret = Environment.GetEnvironmentVariable("WAYBELL_ACCOUNT_SECRET");
        if (string.IsNullOrEmpty(accountSecret)) return true;
        return IsTimeSigned(header("timestamp"), header("signature"), accountSecret);
//~ standard
        return true;
//~
    }

    /// The strong check: it covers the id, the time and every byte of the body.
    static bool IsSigned(Func<string, string> header, byte[] body)
    {
        var secret = Environment.GetEnvironmentVariable("WAYBELL_SECRET") ?? "";
        if (!Regex.IsMatch(secret, "^whsec_.")) throw new InvalidOperationException("Set WAYBELL_SECRET.");
        string id = header("webhook-id"), time = header("webhook-timestamp");
        if (id == "" || !Regex.IsMatch(time, "^[0-9]{1,15}\\z")) return false;
        var age = DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(time);
        if (Math.Abs(age) > ToleranceSeconds) return false;
        using (var hmac = new HMACSHA256(Convert.FromBase64String(secret.Substring("whsec_".Length))))
        {
            var digest = hmac.ComputeHash(Utf8($"{id}.{time}.").Concat(body).ToArray());
            var expected = Utf8("v1," + Convert.ToBase64String(digest));
            // There are two while a secret is being replaced.
            return header("webhook-signature").Split(' ')
                .Any(offered => CryptographicOperations.FixedTimeEquals(expected, Utf8(offered)));
        }
    }

//~ v2 v3 v4
    /// The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass.
    static bool IsTimeSigned(string time, string signature, string key)
    {
        using (var hmac = new HMACSHA256(Utf8(key)))
        {
            var expected = string.Concat(hmac.ComputeHash(Utf8(time)).Select(one => one.ToString("x2")));
            return CryptographicOperations.FixedTimeEquals(Utf8(expected), Utf8(signature));
        }
    }

//~
    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
