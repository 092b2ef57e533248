package import Basics
internal import FoundationEssentials

/// Tells GitHub whether a deployment may go on.
///
/// Source: https://docs.github.com/en/rest/actions/workflow-runs (review custom deployment protection rules)
package struct GitHubDeploymentReviewer: Sendable {
    private let sender: HTTPSender

    /// A token's answer has some hundred bytes, and the permissions of the App.
    private static let tokenBytesMax = 64 << 10

    package init(_ transports: NotifierTransports) { sender = transports.http }

    private struct Review: Encodable {
        var environment_name: String
        var state: String
        var comment: String
    }

    private struct Access: Decodable { var token: String }

    /// Why GitHub did not take it; nil when it did.
    package func review(
        _ deployment: GitHubDeployment, isApproved: Bool, comment: String, settings: GitHubGateSettings,
        now: Timestamp
    ) async -> String? {
        let key = GitHubAppKey(settings.privateKey)
        guard let proof = try? key?.token(appID: settings.appID, now: now) else {
            return "the App's private key cannot sign"
        }
        let access = await post(
            "\(settings.apiURL)/app/installations/\(deployment.installation)/access_tokens", bearer: proof, body: [])
        let token: String
        switch access {
        case .failure(let failure): return "an access token: \(failure.reason)"
        case .success(let body):
            guard let answer = try? JSONDecoder().decode(Access.self, from: Data(body.utf8)) else {
                return "an access token: the answer has none"
            }
            token = answer.token
        }
        let review = Review(
            environment_name: deployment.environment, state: isApproved ? "approved" : "rejected", comment: comment)
        guard let body = try? JSONBody.encode(review) else { return "the answer cannot be written as JSON" }
        if case .failure(let failure) = await post(deployment.callbackURL, bearer: token, body: body) {
            return failure.reason
        }
        return nil
    }

    private struct Failure: Error { var reason: String }

    private func post(_ url: String, bearer: String, body: [UInt8]) async -> Result<String, Failure> {
        guard let url = WebURL(url) else { return .failure(Failure(reason: "\(url) is no URL")) }
        let headers = [
            (name: "Authorization", value: "Bearer \(bearer)"),
            (name: "Accept", value: "application/vnd.github+json"),
            (name: "Content-Type", value: "application/json"), (name: "X-GitHub-Api-Version", value: "2022-11-28"),
            (name: "User-Agent", value: "Signalbox"),
        ]
        // Both calls together within the ten seconds that GitHub waits for its event to be taken.
        let outcome = await sender.post(
            to: url, headers: headers, body: body, replyBytesMax: Self.tokenBytesMax, within: .seconds(4))
        switch outcome {
        case .failed(let reason): return .failure(Failure(reason: reason))
        case .replied(let reply):
            guard (200..<300).contains(reply.status) else {
                let said = PlainLine.make(reply.body, charactersMax: 200)
                return .failure(Failure(reason: "\(url.authority) answered \(reply.status): \(said)"))
            }
            return .success(reply.body)
        }
    }
}
