package import Basics
import SignalModel

/// Why an objective is not counted anew.
package struct RecountRefusal: Error, Hashable, Sendable {
    package enum Code: Sendable { case unknown, invalid, conflict }
    package var code: Code
    package var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension ObjectiveEngine {
    package enum RecountBase: Sendable, Hashable {
        /// From then on by the samples that are there; what was before stays as it was counted.
        case samples(from: Timestamp)
        /// As an earlier version counted: how one is taken back.
        case version(Int)
    }

    /// Another version that promises the same, with counts of its own: those that are there are never edited. Returns
    /// once it is durable. Throws `RecountRefusal` for what cannot be.
    package func recount(
        _ name: String, _ base: RecountBase, by author: String, reason: String
    ) async throws -> ObjectiveDefinition {
        let now = now
        guard objective(name) != nil, let before = journal.book.records[name]?.versions.last else {
            throw RecountRefusal(.unknown, "there is no objective \(quoted(name)) in the files under objectives")
        }
        var definition = before
        definition.recount = ObjectiveRecount(fromMilliseconds: nil, version: nil, by: author, reason: reason)
        switch base {
        case .version(let number):
            let counted = journal.book.records[name]?.versions.first { $0.version == number }
            guard let counted, counted.counted == before.counted else {
                throw RecountRefusal(.invalid, "there is no version \(number) that counts what this one counts")
            }
            guard counted.series != before.series else {
                throw RecountRefusal(.conflict, "version \(number) has the counts of this one")
            }
            definition.series = counted.series
            definition.recount?.version = number
        case .samples(let from):
            let oldest = now - samplesKept
            guard from >= oldest, from < now else {
                throw RecountRefusal(
                    .invalid, "from must lie between \(RFC3339.format(oldest)), as long as samples are kept, and now")
            }
            // The name is nobody's yet, so a copy that ends halfway harms nobody.
            definition.series = "\(name)@\(before.version + 1)/\(now.milliseconds)"
            definition.recount?.fromMilliseconds = from.minute * Minute.milliseconds
            let (store, old, new) = (store, before.series, definition.series)
            try await blocking { try store.copy(old, to: new, before: from.minute, at: now.minute) }
        }
        guard journal.book.records[name]?.versions.last == before else {
            throw RecountRefusal(.conflict, "\(name) was changed meanwhile")
        }
        definition.version = before.version + 1
        definition.sinceMilliseconds = now.milliseconds
        try await journal.record(.defined(definition))
        countAnew(name, series: definition.series)
        return definition
    }
}
