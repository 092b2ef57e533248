package import Basics
package import Response

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
    /// By their names at GitHub; one that is not here stands for itself, and for ordinary changes.
    package var environments: [String: Environment] = [:]
    /// Deployments of these branches are critical fixes. One that ends with `*` is any that begins so.
    package var criticalFixBranches: [String] = []

    /// What an environment of GitHub is here.
    package struct Environment: Sendable, Hashable {
        package var name: String
        package var change: GateQuestion.Change

        package init(name: String, change: GateQuestion.Change) {
            self.name = name
            self.change = change
        }
    }

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

    /// What is asked at the gate, and why it is a critical fix when it is one. Nil: no service is named.
    package func question(_ deployment: GitHubDeployment) -> (question: GateQuestion, because: String?)? {
        guard let service = services[deployment.repository] ?? deployment.service else { return nil }
        let known = environments[deployment.environment]
        var change = known?.change ?? .normal
        var sign = "environment \(deployment.environment)"
        if change == .normal, isCriticalFixBranch(deployment.branch) {
            change = .criticalFix
            sign = "branch \(deployment.branch)"
        }
        let question = GateQuestion(
            service: service, environment: known?.name ?? deployment.environment, change: change)
        return (question, change == .criticalFix ? "\(sign) of \(deployment.repository) is for critical fixes" : nil)
    }

    private func isCriticalFixBranch(_ branch: String) -> Bool {
        !branch.isEmpty
            && criticalFixBranches.contains { pattern in
                pattern.hasSuffix("*") ? branch.hasPrefix(pattern.dropLast()) : branch == pattern
            }
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
