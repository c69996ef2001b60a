"""A mail server for the tests: aiosmtpd, which keeps what it takes as files. It ends with its standard input.

smtpd.py FOLDER plain|starttls|tls [CERT KEY LOGIN PASSWORD]
"""

import asyncio
import os
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

folder, mode = sys.argv[1:3]
certificate, key, login, password = (sys.argv[3:] + [None] * 4)[:4]


class Handler:
    """What becomes of a mail its recipient's name says."""

    def __init__(self):
        self.seen = {}
        self.kept = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        user = address.split("@")[0]
        if user == "full":
            return "452 4.2.2 the mailbox is full"
        if user == "gone":
            return "550 5.1.1 nobody has that name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        user = envelope.rcpt_tos[0].split("@")[0]
        times = self.seen[user] = self.seen.get(user, 0) + 1
        if user == "spam":
            return "554 5.7.1 not wanted"
        if user == "busy" and times == 1:
            return "451 4.3.0 not now"
        self.kept += 1
        name = os.path.join(folder, f"{self.kept:04}.eml")
        with open(name, "wb") as file:
            file.write(f"X-Envelope: {envelope.mail_from} {' '.join(envelope.rcpt_tos)}\r\n".encode())
            file.write(envelope.original_content)
        print("kept", self.kept, flush=True)
        if user == "hold":
            await asyncio.sleep(3600)
        if user == "cut":
            server.transport.abort()
        return "250 2.0.0 taken"


def judge(server, session, envelope, mechanism, data):
    good = data.login == login.encode() and data.password == password.encode()
    return AuthResult(success=good, handled=False)


def context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def main():
    handler = Handler()
    how = {"enable_SMTPUTF8": True}
    if login:
        # aiosmtpd does not see that a line was encrypted from its first byte.
        how |= {"authenticator": judge, "auth_required": True, "auth_require_tls": mode == "starttls"}
    if mode == "starttls":
        how |= {"tls_context": context(), "require_starttls": True}
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **how), "127.0.0.1", 0, ssl=context() if mode == "tls" else None
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
asyncio.run(main())
