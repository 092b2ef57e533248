import Alerting
import Basics
import Identity
import Response
import SignalModel

/// A silence in a list.
struct SilenceRow: Sendable {
    let silenceID: String
    let matcherTexts: [String]
    let comment: String
    let createdByName: String
    let stateWord: String
    let stateTone: String
    let begins: TimeText?
    let ends: TimeText
    /// What it holds back now.
    let heldText: String?
    /// P0s burn on until somebody else agrees.
    let loudText: String?
    let approvedByName: String?
    let mayApprove: Bool
    let mayEnd: Bool

    init(_ silence: Silence, _ state: OperationsState, viewer: Principal?, now: Timestamp) {
        silenceID = silence.id
        matcherTexts = silence.matchers.map(\.keyText)
        comment = silence.comment
        createdByName = NextStep.name(silence.createdBy, state.configuration)
        let phase = silence.state(at: now.milliseconds)
        (stateWord, stateTone) =
            switch phase {
            case .active: ("Active", "snoozed")
            case .pending: ("Begins later", "waiting")
            case .expired: ("Over", "over")
            }
        begins =
            phase == .pending ? TimeText(milliseconds: silence.startsAtMilliseconds, now: now) : nil
        ends = TimeText(milliseconds: silence.endsAtMilliseconds, now: now)
        approvedByName = silence.approvedBy.map { NextStep.name($0, state.configuration) }
        mayEnd = viewer?.may(.editSilences) == true && phase != .expired
        guard phase == .active else {
            (heldText, loudText, mayApprove) = (nil, nil, false)
            return
        }
        let preview = state.preview(of: silence.matchers)
        let isAgreed = silence.counts(forP0: true, at: now.milliseconds)
        let held = isAgreed ? preview.alertCount : preview.alertCount - preview.p0Count
        heldText = held == 0 ? "holds back nothing now" : "holds back " + FigureText.count(held, "alert")
        let isLoud = !isAgreed && preview.p0Count > 0
        loudText =
            isLoud
            ? FigureText.count(preview.p0Count, "P0") + " under it: loud until a second person agrees" : nil
        mayApprove = isLoud && viewer?.may(.respond) == true && silence.author != viewer?.auditName
    }
}
