/// What a Kubernetes API server asks a validating webhook before it stores something.
///
/// Source: https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ (admission.k8s.io/v1)
package struct AdmissionReview: Sendable, Hashable {
    package enum Operation: String, Sendable, Hashable {
        case create = "CREATE"
        case update = "UPDATE"
    }

    package static let apiVersion = "admission.k8s.io/v1"

    /// The answer repeats it.
    package var uid: String
    /// Nil for what only takes away or connects.
    package var operation: Operation?
    package var group: String
    package var kind: String
    /// `scale`, `status`; empty for the object itself.
    package var subresource: String
    package var namespace: String
    package var name: String
    /// Who asks for it.
    package var username: String
    /// Nothing may be written for it.
    package var isDryRun: Bool
    package var object: JSONValue?
    package var oldObject: JSONValue?

    package init(parsing bytes: [UInt8]) throws(WireFormatError) {
        let document = try JSONValue(parsing: bytes)
        guard document["apiVersion"]?.text == Self.apiVersion, document["kind"]?.text == "AdmissionReview" else {
            throw WireFormatError(.malformed, .whole, "not an AdmissionReview of \(Self.apiVersion)")
        }
        guard let request = document["request"], let uid = request["uid"]?.text, !uid.isEmpty else {
            throw WireFormatError(.malformed, .whole, "request.uid is missing")
        }
        self.uid = uid
        operation = request["operation"]?.text.flatMap(Operation.init(rawValue:))
        group = request["kind"]?["group"]?.text ?? ""
        kind = request["kind"]?["kind"]?.text ?? ""
        subresource = request["subResource"]?.text ?? ""
        namespace = request["namespace"]?.text ?? ""
        name = request["name"]?.text ?? ""
        username = request["userInfo"]?["username"]?.text ?? ""
        isDryRun = request["dryRun"] == .bool(true)
        object = request["object"]
        oldObject = request["oldObject"]
    }
}
