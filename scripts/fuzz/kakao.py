"""A stand-in for Kakao: it knows one token and refuses all others (K1)."""

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

APP_ID = 4711
TOKEN = "kakao-token-of-a-member"
ANSWERS = {
    "/v1/user/access_token_info": {"app_id": APP_ID},
    "/v2/user/me": {"id": 42, "kakao_account": {"profile": {"nickname": "카카오친구"}}},
}


class Kakao(BaseHTTPRequestHandler):
    """The two addresses that the API asks."""

    def do_GET(self):
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}" and self.path in ANSWERS
        body = json.dumps(ANSWERS[self.path] if known else {"code": -401}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nobody reads it."""


def serve() -> str:
    """Answers until the process ends, at the address that is returned."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Kakao)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"
