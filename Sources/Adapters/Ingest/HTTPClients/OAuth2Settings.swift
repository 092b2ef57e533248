/// `oauth2`: a token by the client credentials grant (RFC 6749, 4.4).
package struct OAuth2Settings: Sendable, Hashable {
    package var clientID: String
    package var clientSecret: SecretSource?
    package var scopes: [String] = []
    package var tokenURL: String
    package var endpointParameters: [String: String] = [:]
    package var tls = TLSSettings()
    package var proxy = ProxySettings.none
    package var headers: [String: [SecretSource]] = [:]

    package init(clientID: String, clientSecret: SecretSource?, tokenURL: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.tokenURL = tokenURL
    }
}
