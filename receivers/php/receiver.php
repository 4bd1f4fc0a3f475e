<?php
// Receives webhooks: verifies each, writes it to test.log with its date and time, and answers 200. To try it:
//   WAYBELL_EMAIL=you@shop.example php -S 127.0.0.1:9001 receiver.php
// WAYBELL_SECRET is the webhook's whsec_… (recommended), LOG_FILE another place for test.log. verdicts.log, beside
// it, has one line for each body, in the same order.

require __DIR__ . '/verify.php';

$logFile = getenv('LOG_FILE') ?: 'test.log';
$inputJSON = file_get_contents('php://input');
$now = date('Y-m-d H:i:s');

if ($inputJSON === '' || $inputJSON === false) {
    file_put_contents($logFile, "$now: can not get webhook data!\r\n", FILE_APPEND | LOCK_EX);
    return true;
}

// A web server hands the header "webhook-id" over as HTTP_WEBHOOK_ID.
$headers = [];
foreach ($_SERVER as $name => $value) {
    if (strncmp($name, 'HTTP_', 5) === 0) {
        $headers[str_replace('_', '-', substr($name, 5))] = $value;
    }
}
$email = getenv('WAYBELL_EMAIL') ?: null;
$secret = getenv('WAYBELL_SECRET') ?: null;
$verified = waybell_verify($inputJSON, $headers, $email, $secret);

file_put_contents($logFile, "$now:  $inputJSON\r\n", FILE_APPEND | LOCK_EX);
file_put_contents(
    dirname($logFile) . '/verdicts.log',
    $now . ':  ' . ($verified ? 'verified' : 'not verified') . "\r\n",
    FILE_APPEND | LOCK_EX
);

// Your own work with the parcel goes here: only `if ($verified)`, and once for each header webhook-id,
// because a webhook can arrive twice. To have an unverified one sent again later, answer
// http_response_code(401) instead of the 200.
echo 200;
return true;
