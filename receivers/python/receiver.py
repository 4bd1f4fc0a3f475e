"""Receives webhooks: verifies each, writes it to test.log with its date and time, and answers 200. Python 3.8+.

    WAYBELL_EMAIL=you@shop.example python3 receiver.py 9003    receive
    python3 receiver.py vectors ../vectors.json                check this file against the shared test vectors

WAYBELL_SECRET is the webhook's whsec_… (recommended), LOG_FILE another place for test.log. verdicts.log, beside it,
has one line for each body, in the same order. To verify in a program of your own, copy the functions down to the
first class.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BODY_BYTES_MAX = 8 * 1024 * 1024
TOLERANCE_SECONDS = 300


def verify(time_str, email, signature):
    """TrackingMore's rule for V2 and V3, and for V4 with the account's secret. It proves only the time."""
    expected = hmac.new(email.encode(), str(time_str).encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))


def verify_webhook(body, headers, email=None, secret=None, now=None):
    """Checks the raw bytes of a request. A whsec_ secret demands the standard signature, which covers the body."""
    headers = {name.lower(): value for name, value in headers.items()}
    if not body:
        return False
    if secret and secret.startswith("whsec_"):
        return verify_standard(body, headers, secret, time.time() if now is None else now)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    if "verifyInfo" in content:
        signed, time_name, key = content["verifyInfo"], "timeStr", email
    elif "verify" in content:
        signed, time_name, key = content["verify"], "timestamp", email
    else:
        signed, time_name, key = headers, "timestamp", secret
    if not key or not isinstance(signed, dict):
        return False
    # What a stranger wrote may be of any type; True would pass for the number 1.
    timestamp, signature = signed.get(time_name), signed.get("signature")
    if type(timestamp) not in (int, str) or not re.fullmatch("0|[1-9][0-9]{0,14}", str(timestamp)):
        return False
    return isinstance(signature, str) and verify(timestamp, key, signature)


def verify_standard(body, headers, secret, now):
    message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    try:
        key = base64.b64decode(secret[len("whsec_"):], validate=True)
    except ValueError:
        return False
    if not key or not message_id or not re.fullmatch("[0-9]{1,15}", timestamp):
        return False
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    # While a secret is being replaced the header holds one signature by the old and one by the new.
    offered = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, each.encode("utf-8", "replace")) for each in offered)


class Receiver(BaseHTTPRequestHandler):
    log_file = os.environ.get("LOG_FILE") or "test.log"
    writing = threading.Lock()

    def do_POST(self):
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            return self.answer(413, b"")
        body = self.rfile.read(int(length))
        now = time.strftime("%Y-%m-%d %H:%M:%S").encode()
        if not body:
            with self.writing:
                self.append(self.log_file, now + b": can not get webhook data!\r\n")
            return self.answer(200, b"")
        email, secret = os.environ.get("WAYBELL_EMAIL"), os.environ.get("WAYBELL_SECRET")
        verified = verify_webhook(body, self.headers, email, secret)
        with self.writing:
            self.append(self.log_file, now + b":  " + body + b"\r\n")
            verdicts = os.path.join(os.path.dirname(self.log_file), "verdicts.log")
            self.append(verdicts, now + (b":  verified\r\n" if verified else b":  not verified\r\n"))
        # Your own work with the parcel goes here: only if verified, and once for each header webhook-id,
        # because a webhook can arrive twice. To have an unverified one sent again later, answer 401 instead
        # of 200.
        self.answer(200, b"200")

    def append(self, path, line):
        with open(path, "ab") as log:
            log.write(line)

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        """The two log files say enough; the default would write a line for each request."""


def check_vectors(path):
    with open(path, encoding="utf-8") as file:
        vectors = json.load(file)
    failed = 0
    for vector in vectors:
        headers, email, secret, now = (vector[name] for name in ("headers", "email", "secret", "now"))
        if verify_webhook(vector["body"].encode(), headers, email, secret, now) != vector["valid"]:
            failed += 1
            print(f"failed: {vector['name']} ({vector['why']})")
    print(f"{len(vectors) - failed} passed, {failed} failed")
    return 0 if vectors and not failed else 1


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "vectors":
        sys.exit(check_vectors(sys.argv[2]))
    if len(sys.argv) != 2 or not sys.argv[1].isdecimal():
        sys.exit("usage: python3 receiver.py PORT | vectors FILE")
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
