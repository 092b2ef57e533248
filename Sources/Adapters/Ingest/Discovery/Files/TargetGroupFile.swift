package import FoundationEssentials
import SignalModel

/// Prometheus' JSON form of target groups: `[{"targets": ["host:port"], "labels": {"name": "value"}}]`, in files and
/// in answers over HTTP.
package enum TargetGroupFile {
    private struct Group: Decodable {
        var targets: [String]?
        var labels: [String: String]?
    }

    /// Throws the place and the reason as a text.
    package struct Invalid: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String

        package init(_ description: String) { self.description = description }
    }

    /// Sources are `source:0`, `source:1` … in order of the list.
    package static func decodeJSON(_ bytes: [UInt8], source: String) throws(Invalid) -> [TargetGroup] {
        let groups: [Group]
        do { groups = try JSONDecoder().decode([Group].self, from: Data(bytes)) } catch {
            throw Invalid(Self.text(error))
        }
        if let index = groups.firstIndex(where: { $0.labels?[""] != nil }) {
            throw Invalid("[\(index)].labels: \"\" is not a valid label name")
        }
        return groups.enumerated().map { index, group in
            TargetGroup(
                source: "\(source):\(index)", addresses: group.targets ?? [],
                labels: Labels((group.labels ?? [:]).map { ($0.key, $0.value) }))
        }
    }

    /// The place in the document, or what the whole should be, and the reason.
    static func text(_ error: any Error, whole: String = "no target groups") -> String {
        let context: DecodingError.Context
        switch error {
        case DecodingError.typeMismatch(_, let found), DecodingError.valueNotFound(_, let found),
            DecodingError.keyNotFound(_, let found), DecodingError.dataCorrupted(let found):
            context = found
        default: return "\(error)"
        }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? "." + key.stringValue }
        let place = path.isEmpty ? whole : path.joined()
        return "\(place): \(context.debugDescription)"
    }
}
