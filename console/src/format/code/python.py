# Receives ENDPOINT_URL
# Python 3.8 or newer, no packages. Save it as waybell.py and start it: python3 waybell.py
# WAYBELL_SECRET is the secret of the webhook, whsec_…; PORT is where to listen.
#~ v2 v3
# WAYBELL_EMAIL, the signing email of the account, is only for the weaker check below and may be left out.
#~ v4
# WAYBELL_ACCOUNT_SECRET, the webhook secret of the account, is only for the weaker check below and may be left out.
#~
import base64
import hashlib
import hmac
import json
import os
import re
import time as clock
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOLERANCE_SECONDS = 300
BODY_BYTES_MAX = 4 * 1024 * 1024
SECRET = os.environ.get("WAYBELL_SECRET", "")
if not re.match("whsec_.", SECRET):
    raise SystemExit("Set WAYBELL_SECRET to the secret of the webhook.")


def is_genuine(headers, body):
    """The strong check: it covers the id, the time and every byte of the body."""
    id, time = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if id == "" or not re.fullmatch("[0-9]{1,15}", time):
        return False
    if abs(clock.time() - int(time)) > TOLERANCE_SECONDS:
        return False
    key = base64.b64decode(SECRET[len("whsec_"):])
    digest = hmac.new(key, f"{id}.{time}.".encode() + body, hashlib.sha256).digest()
    expected = b"v1," + base64.b64encode(digest)
    # There are two while a secret is being replaced.
    offered = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(expected, one.encode("utf-8", "replace")) for one in offered)


#~ v2 v3 v4
def is_time_signed(time, signature, key):
    """The weak check, of TrackingMore: it covers the time alone, so by itself it lets any body pass."""
    expected = hmac.new(key.encode(), str(time).encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), str(signature).encode("utf-8", "replace"))


#~
class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        length = self.headers.get("content-length", "")
        if self.path.split("?")[0] != "ENDPOINT_PATH":
            return self.answer(404, b"")
        if not length.isdecimal() or int(length) > BODY_BYTES_MAX:
            return self.answer(413, b"")
        body = self.rfile.read(int(length))  # The bytes as they came, before any JSON parser.
        if not is_genuine(self.headers, body):
            return self.answer(401, b"not genuine")
        news = json.loads(body)
#~ v2
        email = os.environ.get("WAYBELL_EMAIL")
        signed = news["verifyInfo"]
        if email and not is_time_signed(signed["timeStr"], signed["signature"], email):
            return self.answer(401, b"not genuine")
#~ v3
        email = os.environ.get("WAYBELL_EMAIL")
        signed = news["verify"]
        if email and not is_time_signed(signed["timestamp"], signed["signature"], email):
            return self.answer(401, b"not genuine")
#~ v4
        account_secret = os.environ.get("WAYBELL_ACCOUNT_SECRET")
        time, signature = self.headers.get("timestamp"), self.headers.get("signature")
        if account_secret and not is_time_signed(time, signature, account_secret):
            return self.answer(401, b"not genuine")
#~
        # Drop what you have handled already (webhook-id) and what is older than you know (waybell-revision),
        # keep the rest, answer, and work with it afterwards.
        print(self.headers["webhook-id"], self.headers["waybell-revision"], news["data"].get("tracking_number"))
        self.answer(200, b"200")

    def answer(self, status, text):
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


ThreadingHTTPServer(("", int(os.environ.get("PORT", "3000"))), Receiver).serve_forever()
