import Identity
import Testing

@Suite struct CredentialTests {
    @Test(
        "bearer and basic both carry a token",
        arguments: [
            ("Bearer sbx_ingest_x", "sbx_ingest_x"), ("bearer   abc", "abc"), ("GenieKey abc", "abc"),
            // user:sbx_ingest_x, :abc, a:b:c
            ("Basic dXNlcjpzYnhfaW5nZXN0X3g=", "sbx_ingest_x"), ("BASIC OmFiYw==", "abc"), ("Basic YTpiOmM=", "b:c"),
        ])
    func accepted(header: String, token: String) {
        #expect(Credential(authorization: header) == .token(token))
    }

    @Test(
        "headers that are malformed or of another scheme are no credential",
        arguments: [
            "", "Bearer", "Bearer ", "Digest abc", "Basic", "Basic !!!!", "Basic YWJj", "Basic YTo=", "Basic YTpi=",
            "Basic YTpiOmN", "Basic /////w==", "Basic YTpiOmN=", "Bearer " + String(repeating: "x", count: 2000),
        ])
    func refused(header: String) {
        #expect(Credential(authorization: header) == nil)
    }

    @Test("a digest is SHA-256 of the secret")
    func digest() {
        let hex = SecretDigest(of: "abc").bytes.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
        #expect(hex == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(SecretDigest(bytes: SecretDigest(of: "abc").bytes) == SecretDigest(of: "abc"))
        #expect(SecretDigest(bytes: [1, 2, 3]) == nil)
    }

    @Test("a CSRF token is bound to its session")
    func csrf() {
        let token = CSRFToken.make(sessionSecret: "sbx_session_one")
        #expect(CSRFToken.isValid(token, sessionSecret: "sbx_session_one"))
        #expect(!CSRFToken.isValid(token, sessionSecret: "sbx_session_two"))
        #expect(!CSRFToken.isValid("", sessionSecret: "sbx_session_one"))
        #expect(!CSRFToken.isValid(String(token.dropLast()), sessionSecret: "sbx_session_one"))
    }
}
