extension OperationsCore {
    /// What the loop is handed.
    enum Work: Sendable {
        case input(OperationsInput, CheckedContinuation<Void, any Error>?)
        case wake
        case snapshotKept
        /// Nil: it failed.
        case archived(through: String?)

        fileprivate var hasP0: Bool {
            if case .input(.observed(let alerts), _) = self { alerts.contains(where: \.isP0) } else { false }
        }
    }

    /// What waits to be journalled.
    struct Inbox: Sendable {
        /// Inputs that are made durable together, so that many senders share one wait for the disk.
        private static let batchMax = 512
        /// Alerts of one input, and about as many in one batch: a P0 waits for one batch, however many stand before it.
        static let alertsMax = 1000

        /// What people do about pages and silences: it passes everything else, for it speaks of what they have seen.
        var people: [Work] = []
        /// Observations of P0s alone: they pass all alerts, but not each other.
        var urgent: [Work] = []
        var work: [Work] = []
        /// Which of `work` speak of P0s: while there are any, none may pass.
        private var withP0 = 0
        var isStopping = false
        var hasEnded = false

        var isEmpty: Bool { people.isEmpty && urgent.isEmpty && work.isEmpty }

        mutating func add(_ new: Work, isUrgent: Bool) {
            if case .input(let input, _) = new, input.isByPerson {
                people.append(new)
            } else if isUrgent, withP0 == 0 {
                urgent.append(new)
            } else {
                work.append(new)
                if new.hasP0 { withP0 += 1 }
            }
        }

        /// What people do and what is urgent, then as much of the rest as makes one batch.
        mutating func takeBatch() -> [Work] {
            var batch = Array(people.prefix(Self.batchMax)) + urgent
            people.removeFirst(min(Self.batchMax, people.count))
            urgent = []
            var weight = 0
            var count = 0
            while count < work.count, count < Self.batchMax, weight < Self.alertsMax {
                if case .input(let input, _) = work[count] { weight += input.weight }
                count += 1
            }
            withP0 -= work.prefix(count).count(where: \.hasP0)
            batch += work.prefix(count)
            work.removeFirst(count)
            return batch
        }
    }
}
