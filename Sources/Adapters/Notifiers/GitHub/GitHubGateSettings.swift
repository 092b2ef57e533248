package import Basics

/// A GitHub App whose word counts before a deployment.
package struct GitHubGateSettings: Sendable, Hashable {
    /// With which GitHub signs what it sends.
    package var webhookSecret: Secret
    package var appID: String
    /// PEM.
    package var privateKey: Secret
    /// Without a trailing slash.
    package var apiURL: String
    /// By `owner/repository`.
    package var services: [String: String]

    package static let standardAPIURL = "https://api.github.com"

    package init(
        webhookSecret: Secret, appID: String, privateKey: Secret, apiURL: String = standardAPIURL,
        services: [String: String] = [:]
    ) {
        self.webhookSecret = webhookSecret
        self.appID = appID
        self.privateKey = privateKey
        self.apiURL = apiURL
        self.services = services
    }

    /// Why it cannot work; nil when it may.
    package var problem: String? {
        if WebURL(apiURL) == nil || apiURL.hasSuffix("/") {
            return "api_url must be an http URL without a trailing slash"
        }
        // Only such characters stand in either of them; anything else is a mistake of whoever wrote the file.
        if appID.isEmpty || !appID.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") }) {
            return "app_id must be the App's id or client id"
        }
        return GitHubAppKey(privateKey) == nil ? "private_key is no RSA key in PEM form" : nil
    }
}
