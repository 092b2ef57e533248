import Basics

/// A hand-over of the rotation at which knowledge is to be passed on.
struct HandOver: Sendable, Hashable {
    var schedule: String
    var transfer: KnowledgeTransfer
}

extension OnCallLedger {
    /// The next hand-over of the rotation that is not dealt with.
    var nextHandOver: Int64? {
        guard hasKnowledgeTransfer, !isRetired else { return nil }
        return handOvers(after: handedOverThroughMilliseconds).first { _ in true }
    }

    /// Begins a transfer for each hand-over up to `now`.
    mutating func handOver(_ schedule: String, through now: Int64) -> [HandOver] {
        guard hasKnowledgeTransfer, !isRetired, handedOverThroughMilliseconds < now else { return [] }
        var begun: [HandOver] = []
        for at in handOvers(after: handedOverThroughMilliseconds).prefix(while: { $0 <= now }) {
            // A swap may have turned the hand-over round, or made it none.
            guard let incoming = person(at: at), incoming != person(at: at - 1) else { continue }
            let outgoing = person(at: at - 1) ?? previous(before: at)?.person ?? ""
            guard outgoing != incoming else { continue }
            begun.append(
                HandOver(
                    schedule: schedule,
                    transfer: KnowledgeTransfer(
                        id: String(at), atMilliseconds: at, outgoing: outgoing, incoming: incoming)))
        }
        handedOverThroughMilliseconds = now
        transfers = (transfers + begun.map(\.transfer)).suffix(Self.entriesMax)
        return begun
    }

    /// Times at which the rotation's person changes, breaks left out of account.
    private func handOvers(after time: Int64) -> some Sequence<Int64> {
        zip(rotation, rotation.dropFirst()).lazy.filter { $0.person != $1.person }.map(\.1.fromMilliseconds)
            .filter { $0 > time }
    }

    private func previous(before time: Int64) -> Shift? { rotation.last { $0.fromMilliseconds < time } }
}
