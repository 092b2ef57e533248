package import SignalModel
import WireFormats

/// What the store has, as far as requests that name documents must know. Documents that are still in the queue are not
/// there yet.
package protocol StoredDocuments: Sendable {
    /// `owner`: the labels that whoever writes it is bound to; a document without them is another's.
    func standing(index: String, identity: String, for owner: Labels) -> DocumentStanding

    /// The document as JSON; nil when it is not there.
    func document(index: String, identity: String) throws -> [UInt8]?
}

/// What there is of a document that somebody writes.
package enum DocumentStanding: Sendable, Equatable {
    case missing
    case own
    /// It is not to be replaced or deleted by him.
    case others
}

/// Whether a document that is sent is the one that is there: the same fields with the same values, in whatever order and
/// whether its names have dots or stand for objects in objects.
enum SameDocument {
    private static let timestamp = "@timestamp"

    static func check(stored: [UInt8], sent: UnsafeRawBufferPointer) -> Bool {
        guard let stored = fields(stored), let sent = fields(Array(sent)) else { return false }
        var expected = sent
        // Without a time the store has the one at which the document came.
        if expected[timestamp] == nil { expected[timestamp] = stored[timestamp] }
        return expected == stored
    }

    private static func fields(_ json: [UInt8]) -> [String: DocumentValue]? {
        guard let object = try? DocumentReader.object(json) else { return nil }
        var found = fields(object)
        if let time = found[timestamp], let nanoseconds = nanoseconds(time) {
            found[timestamp] = .integer(nanoseconds)
        }
        return found
    }

    /// By their names with dots.
    static func fields(_ object: DocumentObject) -> [String: DocumentValue] {
        var found: [String: DocumentValue] = [:]
        collect(object, "", &found)
        return found
    }

    private static func collect(_ object: DocumentObject, _ prefix: String, _ found: inout [String: DocumentValue]) {
        for member in object.members {
            if case .object(let inner) = member.value, !inner.isEmpty {
                collect(inner, prefix + member.name + ".", &found)
            } else {
                found[prefix + member.name] = member.value
            }
        }
    }

    private static func nanoseconds(_ value: DocumentValue) -> Int64? {
        switch value {
        case .string(let text): RecordTime.nanoseconds(text)
        case .integer(let milliseconds): RecordTime.nanoseconds(milliseconds: milliseconds)
        default: nil
        }
    }
}
