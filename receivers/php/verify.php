<?php
// Decides whether a webhook request is genuine. Copy this file into your shop; it needs PHP 7.4 or newer and
// nothing else.

/** How far from this machine's clock a standard signature may be dated. */
const WAYBELL_TOLERANCE_SECONDS = 300;

/**
 * The rule of TrackingMore's webhooks V2 and V3, and with the account's secret for the email, V4. It differs
 * from the published example in one point: hash_equals() takes the same time for every wrong signature, so
 * that a forger cannot measure how much of his guess was right. Note what it proves: only the time is signed,
 * the rest may be forged.
 */
function verify($timeStr, $useremail, $signature)
{
    $result = hash_hmac('sha256', (string) $timeStr, (string) $useremail);
    return hash_equals($result, (string) $signature) ? 1 : 0;
}

/**
 * Checks a request of any version. With a secret that starts with "whsec_" the Standard Webhooks signature is
 * demanded, which covers the body; else what the body (V2, V3: the email) or the headers (V4: the account's
 * secret) carry.
 *
 * @param string $body    exactly what arrived: file_get_contents('php://input')
 * @param array  $headers name => value, names in any case
 * @param int    $now     epoch seconds, for tests; without it the clock is asked
 */
function waybell_verify(string $body, array $headers, ?string $email, ?string $secret, ?int $now = null): bool
{
    $headers = array_change_key_case($headers);
    $email = (string) $email;
    $secret = (string) $secret;
    if ($body === '') {
        return false;
    }
    if (strncmp($secret, 'whsec_', 6) === 0) {
        return waybell_verify_standard($body, $headers, $secret, $now ?? time());
    }
    $content = json_decode($body, true);
    // A list and an object both become an array; only an object is a webhook.
    if (!is_array($content) || ltrim($body)[0] !== '{') {
        return false;
    }
    if (array_key_exists('verifyInfo', $content)) {
        $signed = $content['verifyInfo'];
        return waybell_verify_time($signed['timeStr'] ?? null, $email, $signed['signature'] ?? null);
    }
    if (array_key_exists('verify', $content)) {
        $signed = $content['verify'];
        return waybell_verify_time($signed['timestamp'] ?? null, $email, $signed['signature'] ?? null);
    }
    return waybell_verify_time($headers['timestamp'] ?? null, $secret, $headers['signature'] ?? null);
}

/**
 * verify() for values a stranger wrote: anything but a decimal time and a text is refused, and so is an empty
 * key.
 */
function waybell_verify_time($time, string $key, $signature): bool
{
    if (!is_int($time) && !is_string($time)) {
        return false;
    }
    $isDecimal = preg_match('/^(0|[1-9][0-9]{0,14})$/D', (string) $time) === 1;
    return $isDecimal && $key !== '' && is_string($signature) && verify($time, $key, $signature) === 1;
}

function waybell_verify_standard(string $body, array $headers, string $secret, int $now): bool
{
    $key = (string) base64_decode(substr($secret, 6), true);
    $id = $headers['webhook-id'] ?? '';
    $time = $headers['webhook-timestamp'] ?? '';
    if ($key === '' || $id === '' || preg_match('/^(0|[1-9][0-9]{0,14})$/D', $time) !== 1) {
        return false;
    }
    if (abs($now - (int) $time) > WAYBELL_TOLERANCE_SECONDS) {
        return false;
    }
    $expected = 'v1,' . base64_encode(hash_hmac('sha256', "$id.$time.$body", $key, true));
    // While a secret is being replaced the header holds one signature by the old and one by the new.
    foreach (explode(' ', $headers['webhook-signature'] ?? '') as $signature) {
        if (hash_equals($expected, $signature)) {
            return true;
        }
    }
    return false;
}
