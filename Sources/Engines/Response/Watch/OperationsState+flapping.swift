/// Pages that go on and off: held open until they are quiet, so that nobody is paged for each flap.
extension OperationsState {
    /// Nothing of the page fires any more: closes it, or holds it open when it flaps.
    mutating func quieten(_ id: String) {
        guard let page = open[id] else { return }
        if page.watch.isDrill { return close(id, by: "", text: "the drill is over") }
        let policy = configuration.watch.flapping
        flaps.note(page.groupKey, at: nowMilliseconds, policy)
        guard flaps.isFlapping(page.groupKey, at: nowMilliseconds, policy) else {
            return close(id, by: "", text: "all alerts have ended")
        }
        let now = nowMilliseconds
        open.change(id) { page in
            page.watch.heldUntilMilliseconds = now + policy.holdDownMilliseconds
            if !page.watch.isFlapping {
                page.watch.isFlapping = true
                page.log(
                    now, .flapping,
                    "\(policy.changes) changes in \(DurationWords.make(milliseconds: policy.windowMilliseconds)): "
                        + "open until quiet for \(DurationWords.make(milliseconds: policy.holdDownMilliseconds))")
            }
        }
    }

    /// Something fires again in a page that was held open: it goes on where it was.
    mutating func unhold(_ id: String) {
        guard let page = open[id], page.watch.heldUntilMilliseconds != nil else { return }
        flaps.note(page.groupKey, at: nowMilliseconds, configuration.watch.flapping)
        let now = nowMilliseconds
        open.change(id) { page in
            page.watch.heldUntilMilliseconds = nil
            // What was due while it was quiet is due now.
            page.nextLevelAtMilliseconds = page.nextLevelAtMilliseconds.map { max($0, now) }
            page.leadAtMilliseconds = page.leadAtMilliseconds.map { max($0, now) }
        }
    }

    mutating func endHold(_ id: String) {
        guard let until = open[id]?.watch.heldUntilMilliseconds, until <= nowMilliseconds else { return }
        close(id, by: "", text: "all alerts have ended, and none came back")
    }
}
