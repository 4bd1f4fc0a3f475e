<?php
// Holds verify.php to the shared test vectors: php vectors.php ../vectors.json

require __DIR__ . '/verify.php';

$file = $argv[1] ?? __DIR__ . '/../vectors.json';
$vectors = json_decode(file_get_contents($file), true, 512, JSON_THROW_ON_ERROR);
$failed = 0;
foreach ($vectors as $vector) {
    ['body' => $body, 'headers' => $headers, 'email' => $email, 'secret' => $secret, 'now' => $now] = $vector;
    $verdict = waybell_verify($body, $headers, $email, $secret, $now);
    if ($verdict !== $vector['valid']) {
        $failed += 1;
        echo "failed: {$vector['name']} ({$vector['why']})\n";
    }
}
printf("%d passed, %d failed\n", count($vectors) - $failed, $failed);
exit($failed === 0 && count($vectors) > 0 ? 0 : 1);
