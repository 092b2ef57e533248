import SignalModel

/// A pod template as one text, the same for all templates that run the same: keys in order, without what is null or
/// empty, without what Kubernetes or a restart by kubectl writes into it.
enum TemplateText {
    private static let ignored: Set<String> = [
        "kubectl.kubernetes.io/restartedAt", "pod-template-hash", "controller-revision-hash",
        "rollouts-pod-template-hash",
        "creationTimestamp",
    ]

    static func canonical(_ template: JSONValue) -> String {
        var text = ""
        write(template, to: &text)
        return text
    }

    private static func write(_ value: JSONValue, to text: inout String) {
        switch value {
        case .object(let members):
            text += "{"
            let kept = members.filter { !ignored.contains($0.key) && !isEmpty($0.key, $0.value) }
            for (key, value) in kept.sorted(by: { $0.key < $1.key }) {
                text += quoted(key) + ":"
                write(value, to: &text)
                text += ","
            }
            text += "}"
        case .array(let elements):
            text += "["
            for element in elements {
                write(element, to: &text)
                text += ","
            }
            text += "]"
        case .text(let value): text += quoted(value)
        case .number(let value): text += value
        case .bool(let value): text += value ? "true" : "false"
        case .null: text += "null"
        }
    }

    /// What says nothing. `emptyDir: {}` does say something, so of maps only those of names count.
    private static func isEmpty(_ key: String, _ value: JSONValue) -> Bool {
        switch value {
        case .null: true
        case .array(let elements): elements.isEmpty
        case .object(let members):
            (key == "annotations" || key == "labels") && members.keys.allSatisfy(ignored.contains)
        default: false
        }
    }
}
