import Basics

/// What is done with, and how much of it stays for who reads it again.
extension DocumentQueue {
    /// Documents that are done and still there.
    package struct Kept: Sendable, Hashable {
        package var ordinals: Range<UInt64>
        package var bytes: Int
        /// When the first document came that is there, done or not, nanoseconds since 1970; nil when there is none.
        package var receivedAt: Int64?
    }

    package var keptBytesMax: Int { options.keptBytesMax }

    package var kept: Kept {
        state.read { state in
            let done = state.segments.filter { $0.ordinals.upperBound <= state.doneOrdinal }
            let first = state.segments.first.map { min($0.ordinals.lowerBound, state.doneOrdinal) }
            let ordinals = (first ?? state.doneOrdinal)..<state.doneOrdinal
            return Kept(
                ordinals: ordinals, bytes: done.reduce(0) { $0 + $1.bytes },
                receivedAt: state.segments.first { !$0.ordinals.isEmpty }?.receivedAt)
        }
    }

    /// Everything below `ordinal` is done: its segments go, but for those that are to be kept. What it could not
    /// remove it tries the next time.
    package func trim(below ordinal: UInt64) {
        let now = clock.now()
        let removable = state.update { state in
            state.doneOrdinal = max(state.doneOrdinal, ordinal)
            return state.removable(below: state.keptFloor(options, now: now))
        }
        remove(removable)
    }

    /// Below which ordinal nothing would be there if nothing were pinned.
    package var keptFloor: UInt64 {
        let now = clock.now()
        return state.read { $0.keptFloor(options, now: now) }
    }

    /// Keeps what is at `ordinal` or above it until it is told otherwise; nil for nothing.
    package func pin(_ ordinal: UInt64?) { state.update { $0.pinnedOrdinal = ordinal } }

    /// Room is more urgent than what is done. False when there was nothing of that.
    @discardableResult
    package func giveUpKept() -> Bool {
        let removable = state.read { $0.removable(below: $0.doneOrdinal) }
        remove(removable)
        return !removable.isEmpty
    }

    /// The first document that came at a moment, nanoseconds since 1970, or later; the next one to come when none did.
    package func ordinal(receivedAt time: Int64) throws -> UInt64 {
        let start = state.read { state in
            // Its last documents came before the first ones of the next.
            zip(state.segments, state.segments.dropFirst()).first { $1.receivedAt >= time }?.0.ordinals.lowerBound
                ?? state.segments.last?.ordinals.lowerBound ?? state.nextOrdinal
        }
        var reader = reader(from: start)
        while let record = try reader.next() {
            if record.receivedAt >= time { return record.firstOrdinal }
        }
        return reader.position
    }

    private func remove(_ segments: [QueueSegment]) {
        for segment in segments {
            let path = "\(directory)/\(QueueFormat.segmentName(segment.number))"
            do throws(FileSystemError) { try fileSystem.remove(path) } catch {
                guard error.code == .notFound else { return }
            }
            state.update { state in state.segments.removeAll { $0.number == segment.number } }
        }
        if !segments.isEmpty { try? fileSystem.syncDirectory(directory) }
    }

    /// Of the segment that `trim` would remove first; nil when only the one being written is left.
    var oldestRange: Range<UInt64>? {
        state.read { $0.segments.count > 1 ? $0.segments.first?.ordinals : nil }
    }
}

extension DocumentQueue.State {
    /// Where what is kept begins, or else what is there in any case.
    fileprivate func keptFloor(_ options: DocumentQueueOptions, now: Timestamp) -> UInt64 {
        let oldest = options.keptAge.map { (now - $0).milliseconds * 1_000_000 } ?? .min
        let stays = segments.first { $0.ordinals.upperBound > doneOrdinal } ?? segments.last
        var floor = min(stays?.ordinals.lowerBound ?? doneOrdinal, doneOrdinal)
        var bytes = 0
        for (segment, next) in zip(segments, segments.dropFirst()).reversed()
        where segment.ordinals.upperBound <= doneOrdinal {
            bytes += segment.bytes
            guard bytes <= options.keptBytesMax, next.receivedAt >= oldest else { break }
            floor = segment.ordinals.lowerBound
        }
        return floor
    }

    /// Whole segments; never the one being written.
    fileprivate func removable(below ordinal: UInt64) -> [QueueSegment] {
        let floor = min(ordinal, pinnedOrdinal ?? .max)
        return Array(segments.dropLast().prefix { $0.ordinals.upperBound <= floor })
    }
}
