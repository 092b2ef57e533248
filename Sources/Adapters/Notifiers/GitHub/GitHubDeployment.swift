package import WireFormats

/// A deployment that waits for the gate, as GitHub's `deployment_protection_rule` event tells of it.
package struct GitHubDeployment: Sendable, Hashable {
    /// `owner/name`
    package var repository: String
    package var environment: String
    /// Named by the deployment's own payload, as `{"service": "cart"}`; nil: it names none.
    package var service: String?
    package var sender: String
    /// Empty for a tag or when it is not said.
    package var branch: String
    /// Commit and branch.
    package var summary: String
    package var installation: String
    /// Where the answer goes.
    package var callbackURL: String

    private static let branchPrefix = "refs/heads/"
    private static let callbackSuffix = "/deployment_protection_rule"

    /// The address to call back must be one of the API that is configured: a token goes there.
    package init(parsing bytes: [UInt8], apiURL: String) throws(WireFormatError) {
        let event = try JSONValue(parsing: bytes)
        func text(_ value: JSONValue?, _ name: String) throws(WireFormatError) -> String {
            guard let text = value?.scalarText, !text.isEmpty else {
                throw WireFormatError(.malformed, .whole, "\(name) is missing")
            }
            return text
        }
        repository = try text(event["repository"]?["full_name"], "repository.full_name")
        environment = try text(event["environment"], "environment")
        callbackURL = try text(event["deployment_callback_url"], "deployment_callback_url")
        installation = try text(event["installation"]?["id"], "installation.id")
        guard installation.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw WireFormatError(.malformed, .whole, "installation.id is no number")
        }
        let path = "\(apiURL)/repos/\(repository)/actions/runs/"
        let run = callbackURL.dropFirst(path.count).dropLast(Self.callbackSuffix.count)
        guard callbackURL.hasPrefix(path), callbackURL.hasSuffix(Self.callbackSuffix), !run.isEmpty,
            run.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw WireFormatError(
                .malformed, .whole, "deployment_callback_url is none of \(apiURL) for \(repository)")
        }
        let deployment = event["deployment"]
        service = deployment?["payload"]?["service"]?.text
        sender = event["sender"]?["login"]?.text ?? "github"
        let commit = deployment?["sha"]?.text.map { String($0.prefix(12)) } ?? ""
        let ref = deployment?["ref"]?.text ?? ""
        branch =
            ref.hasPrefix(Self.branchPrefix)
            ? String(ref.dropFirst(Self.branchPrefix.count)) : ref.hasPrefix("refs/") ? "" : ref
        summary = [repository, ref, commit].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
