"""A passkey in software: it answers as a browser with a security key would (WebAuthn level 3)."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from fido2.cose import ES256
from fido2.utils import sha256, websafe_decode, websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

_PRESENT_AND_VERIFIED = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftPasskey:
    """One credential. Its attributes may be changed, so that it answers wrongly."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.count = 0
        self.host = "localhost"
        self.origin = str(settings.BASE_URL)
        self.flags = _PRESENT_AND_VERIFIED

    @property
    def attested(self) -> AttestedCredentialData:
        """The credential as a server keeps it."""
        public_key = ES256.from_cryptography_key(self.key.public_key())
        return AttestedCredentialData.create(Aaguid.NONE, self.credential_id, public_key)

    def make(self, options: dict[str, Any]) -> str:
        """Return the answer to the options for a new credential, as the JSON a page sends."""
        data = AuthenticatorData.create(
            sha256(self.host.encode()),
            self.flags | AuthenticatorData.FLAG.AT,
            self.count,
            bytes(self.attested),
        )
        return self._answer(
            {
                "clientDataJSON": self._client_data("webauthn.create", options).b64,
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            }
        )

    def sign(self, options: dict[str, Any], *, type_: str = "webauthn.get") -> str:
        """Return the answer to the options for a credential in use, as the JSON a page sends."""
        data = AuthenticatorData.create(sha256(self.host.encode()), self.flags, self.count)
        client_data = self._client_data(type_, options)
        signature = self.key.sign(data + client_data.hash, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client_data.b64,
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": None,
            }
        )

    def _client_data(self, type_: str, options: dict[str, Any]) -> CollectedClientData:
        challenge = websafe_decode(options["publicKey"]["challenge"])
        return CollectedClientData.create(type_, challenge, self.origin)

    def _answer(self, response: dict[str, Any]) -> str:
        name = websafe_encode(self.credential_id)
        answer = {"id": name, "rawId": name, "type": "public-key", "response": response}
        return json.dumps(answer | {"clientExtensionResults": {}})
