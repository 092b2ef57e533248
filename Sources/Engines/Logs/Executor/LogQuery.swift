internal import Synchronization

/// Which records are meant, by whom, and what finding them may cost.
package struct LogQuery: Sendable {
    /// Nanoseconds since 1970; the first that counts and the first that no longer does.
    package var times: Range<Int64>
    /// Names of indices, `*` for any characters; one that begins with `-` takes away from those before it. None stands
    /// for all.
    package var indices: [String]
    package var filter: LogFilter
    package var classes: FieldClasses
    package var access: LogAccess
    package var budget: LogBudget
    package var cancellation: LogCancellation

    package static let allTimes = Int64.min..<Int64.max

    package init(
        times: Range<Int64> = allTimes, indices: [String] = [], filter: LogFilter = .all,
        classes: FieldClasses = FieldClasses(), access: LogAccess = .everything, budget: LogBudget = LogBudget(),
        cancellation: LogCancellation = LogCancellation()
    ) {
        self.times = times
        self.indices = indices
        self.filter = filter
        self.classes = classes
        self.access = access
        self.budget = budget
        self.cancellation = cancellation
    }
}

/// What somebody may see. It holds for every way to look at records.
package struct LogAccess: Sendable, Hashable {
    /// As `LogQuery.indices`.
    package var indices: [String]
    package var restriction: LogFilter
    /// Fields that are to him as if no record had them, with all below them; `*` stands for any characters. The
    /// restriction sees them.
    package var maskedFields: [String]

    package static let everything = LogAccess()

    package init(indices: [String] = [], restriction: LogFilter = .all, maskedFields: [String] = []) {
        self.indices = indices
        self.restriction = restriction
        self.maskedFields = maskedFields
    }
}

/// What a query may cost; beyond it stands an error.
package struct LogBudget: Sendable, Hashable {
    /// Records that a list may have, and groups that a count by values may.
    package var rowsMax: Int
    /// Of what is collected for the answer.
    package var memoryBytesMax: Int

    package init(rowsMax: Int = 100_000, memoryBytesMax: Int = 256 << 20) {
        self.rowsMax = rowsMax
        self.memoryBytesMax = memoryBytesMax
    }
}

/// Stops a query from another thread: its client left, or its time is over. Looked at for every block.
package final class LogCancellation: Sendable {
    private let state = Atomic<UInt8>(0)

    package init() {}

    package func cancel() { state.store(1, ordering: .relaxed) }
    package func endTime() { state.store(2, ordering: .relaxed) }

    package func check() throws(LogQueryError) {
        switch state.load(ordering: .relaxed) {
        case 0: return
        case 1: throw LogQueryError(.cancelled, "the query was cancelled")
        default: throw LogQueryError(.overTime, "the query took longer than it may")
        }
    }
}
