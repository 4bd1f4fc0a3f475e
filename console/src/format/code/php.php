<?php
// Receives ENDPOINT_URL
// PHP 7.4 or newer, no packages. Save it as the file that your web server runs for ENDPOINT_PATH
// To try it: php -S 127.0.0.1:3000 waybell.php
// WAYBELL_SECRET is the secret of the webhook, whsec_…
//~ v2 v3
// WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
//~ v4
// WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
//~

const TOLERANCE_SECONDS = 300;

/** The strong check: it covers the id, the time and every byte of the body. */
function is_genuine(string $secret, string $body): bool
{
    $id = $_SERVER['HTTP_WEBHOOK_ID'] ?? '';
    $time = $_SERVER['HTTP_WEBHOOK_TIMESTAMP'] ?? '';
    if ($id === '' || preg_match('/^[0-9]{1,15}$/D', $time) !== 1) {
        return false;
    }
    if (abs(time() - (int) $time) > TOLERANCE_SECONDS) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen('whsec_')));
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    // There are two while a secret is being replaced.
    foreach (explode(' ', $_SERVER['HTTP_WEBHOOK_SIGNATURE'] ?? '') as $offered) {
        if (hash_equals($expected, $offered)) {
            return true;
        }
    }
    return false;
}

//~ v2 v3 v4
/** The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass. */
function is_time_signed($time, $signature, string $key): bool
{
    return hash_equals(hash_hmac('sha256', (string) $time, $key), (string) $signature);
}

//~
function refuse(): void
{
    http_response_code(401);
    exit('not genuine');
}

$secret = (string) getenv('WAYBELL_SECRET');
if (preg_match('/^whsec_./', $secret) !== 1) {
    http_response_code(500);
    exit('Set WAYBELL_SECRET to the secret of the webhook.');
}
$body = (string) file_get_contents('php://input'); // The bytes as they came, before any JSON parser.
if (!is_genuine($secret, $body)) {
    refuse();
}
$news = json_decode($body, true);
//~ v2
$email = (string) getenv('WAYBELL_EMAIL');
$signed = $news['verifyInfo'];
if ($email !== '' && !is_time_signed($signed['timeStr'], $signed['signature'], $email)) {
    refuse();
}
//~ v3
$email = (string) getenv('WAYBELL_EMAIL');
$signed = $news['verify'];
if ($email !== '' && !is_time_signed($signed['timestamp'], $signed['signature'], $email)) {
    refuse();
}
//~ v4
$accountSecret = (string) getenv('WAYBELL_ACCOUNT_SECRET');
$time = $_SERVER['HTTP_TIMESTAMP'] ?? '';
$signature = $_SERVER['HTTP_SIGNATURE'] ?? '';
if ($accountSecret !== '' && !is_time_signed($time, $signature, $accountSecret)) {
    refuse();
}
//~
// Drop what you have handled already (HTTP_WEBHOOK_ID) and what is older than you know (HTTP_WAYBELL_REVISION),
// keep the rest, answer, and work with it afterwards.
error_log($_SERVER['HTTP_WEBHOOK_ID'] . ' ' . ($news['data']['tracking_number'] ?? ''));
echo 200;
