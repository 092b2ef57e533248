import Basics
import Response
import SignalModel

/// What is out of the ordinary about a page: a word beside its status, and a sentence for its own screen.
struct PageMark: Sendable, Hashable {
    let markWord: String
    /// Class and icon.
    let markTone: String
    let markText: String

    static func list(_ page: Page, _ configuration: PagingConfiguration, now: Timestamp) -> [PageMark] {
        var marks = page.watch.isDrill ? [PageMark.drill] : []
        if page.isLate(configuration, at: now), let by = page.acknowledgeBy(configuration) {
            let within = DurationWords.short(.milliseconds(by.milliseconds - page.openedAtMilliseconds))
            marks.append(
                PageMark(
                    markWord: "Late", markTone: "waiting",
                    markText: "\(page.severity.rawValue) wants somebody to acknowledge within \(within); nobody did.")
            )
        }
        guard page.isOpen else { return marks }
        if let since = page.watch.silentSinceMilliseconds.values.min() {
            let count = FigureText.count(page.watch.silentSinceMilliseconds.count, "alert")
            let end = page.watch.silentUntilMilliseconds.map {
                " It counts as over \(TimeText(milliseconds: $0, now: now).relative) unless it is heard again."
            }
            marks.append(
                PageMark(
                    markWord: "No data", markTone: "waiting",
                    markText: "Nobody has repeated \(count) since "
                        + "\(TimeText(milliseconds: since, now: now).relative): silence is no end.\(end ?? "")"))
        }
        if page.watch.isFlapping || page.watch.heldUntilMilliseconds != nil {
            let held = page.watch.heldUntilMilliseconds.map {
                "Nothing fires now; it resolves \(TimeText(milliseconds: $0, now: now).relative) unless something does."
            }
            marks.append(
                PageMark(
                    markWord: "Flapping", markTone: "waiting",
                    markText: "It goes on and off, and stays one page. "
                        + (held ?? "Once nothing fires it is held open for a while.")))
        }
        return marks
    }

    private static let drill = PageMark(
        markWord: "Drill", markTone: "note",
        markText: "Nothing is wrong: this page tests the way to a person.")
}
