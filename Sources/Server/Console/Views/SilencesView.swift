import Alerting
import Basics
import Identity
import Response

/// All silences: those that count, those to come, and the latest that are over.
struct SilencesView: Sendable {
    private static let expiredMax = 30

    let now: Int64
    let tabTitle = "Silences"
    let current: [SilenceRow]
    let hasCurrent: Bool
    let over: [SilenceRow]
    let hasOver: Bool
    let countText: String
    let maySilence: Bool

    init(_ state: OperationsState, viewer: Principal?, now: Timestamp) {
        self.now = now.milliseconds
        maySilence = viewer?.may(.editSilences) == true
        let all = state.routing.silences.sorted(at: now.milliseconds)
        func rows(_ silences: some Sequence<Silence>) -> [SilenceRow] {
            silences.map { SilenceRow($0, state, viewer: viewer, now: now) }
        }
        current = rows(all.filter { $0.state(at: now.milliseconds) != .expired })
        over = rows(all.filter { $0.state(at: now.milliseconds) == .expired }.prefix(Self.expiredMax))
        hasCurrent = !current.isEmpty
        hasOver = !over.isEmpty
        countText = FigureText.count(current.count, "silence")
    }
}
