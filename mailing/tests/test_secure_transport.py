"""Encrypted connections and logging in, as EMAIL_URL asks for them."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import LazySettings

from mailing.sending.transport import Letter, Result
from mailing.sending.transport.pool import pool
from mailing.tests.scripted_server import LETTER, carry
from tests.mail_server import MailServer, free_port

# aiosmtpd does not count TLS from the first byte as TLS
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

PASSWORD = b"right"


def make_certificate(path: Path) -> None:
    """Write a key and a certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))


@dataclass
class SecureServer(MailServer):
    """Also remembers whether letters came encrypted, and from whom."""

    secure: list[tuple[bool, Any]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        self.secure.append((encrypted, session.auth_data))
        return await super().handle_DATA(server, session, envelope)


def log_in(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    if isinstance(data, LoginPassword) and data.password == PASSWORD:
        return AuthResult(success=True, auth_data=data.login.decode())
    return AuthResult(success=False, handled=False)


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "certificate.pem"
    make_certificate(path)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return path


@pytest.fixture(params=["starttls", "tls"])
def server(
    request: pytest.FixtureRequest, settings: LazySettings, certificate: Path
) -> Iterator[SecureServer]:
    """A server that takes letters only over TLS, and only from whom it knows."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = SecureServer(port=free_port())
    at_once = request.param == "tls"
    controller = Controller(
        server,
        hostname="127.0.0.1",
        port=server.port,
        ssl_context=context if at_once else None,
        tls_context=None if at_once else context,
        require_starttls=not at_once,
        auth_required=True,
        auth_require_tls=not at_once,
        authenticator=log_in,
        data_size_limit=2**25,
    )
    controller.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = at_once, not at_once
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "mailshot", PASSWORD.decode()
    yield server
    pool.close()
    controller.stop()


def test_letters_go_encrypted_and_in_our_name(server: SecureServer) -> None:
    assert {outcome.result for outcome in carry(5)} == {Result.ACCEPTED}
    assert server.secure == [(True, "mailshot")] * 5
    assert server.connections <= 2  # EHLO is said again after STARTTLS


def test_a_letter_larger_than_any_buffer_arrives_whole(server: SecureServer) -> None:
    content = b"Subject: Hi\r\n\r\n" + b"All work and no play.\r\n" * 200_000
    (outcome,) = carry(1, letter=Letter(LETTER.envelope_from, LETTER.envelope_to, content))

    assert outcome.result is Result.ACCEPTED
    assert server.accepted[0].content == content


def test_a_wrong_password_is_trouble_and_nobodys_failure(
    server: SecureServer, settings: LazySettings
) -> None:
    settings.EMAIL_HOST_PASSWORD = "wrong"
    (outcome,) = carry(1)

    assert (outcome.result, outcome.code) == (Result.TROUBLE, 535)
    assert not server.accepted


def test_a_server_that_cannot_prove_its_name_gets_no_letter_and_no_password(
    server: SecureServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stranger = tmp_path / "stranger.pem"
    make_certificate(stranger)
    monkeypatch.setenv("SSL_CERT_FILE", str(stranger))
    (outcome,) = carry(1)

    assert outcome.result is Result.TROUBLE
    assert "certificate verify failed" in outcome.reply
    assert not server.accepted
