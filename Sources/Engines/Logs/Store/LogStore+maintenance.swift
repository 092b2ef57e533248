package import Basics
internal import Synchronization

extension LogStore {
    /// Does one step of what has to be done from time to time: writes what waits, drops what is too old or too much,
    /// merges parts of one day. True when there is more to do at once.
    @discardableResult
    package func maintain(now: Timestamp) throws(LogStoreError) -> Bool {
        guard let disk else { return false }
        if isFlushDue(now) { try flush() }
        return try merging.withLock { _ throws(LogStoreError) in
            setAsideDamaged()
            try retain(now, disk)
            guard let sources = state.withLock({ MergeChoice(settings).parts(of: $0) }) else { return false }
            do throws(LogStoreError) { try merge(sources, disk) } catch {
                // What is damaged is set aside by the next step; without it there is more to do.
                guard case .query = error, sources.contains(where: { $0.part.file.knownDamage != nil }) else {
                    throw error
                }
            }
            return true
        }
    }

    private func isFlushDue(_ now: Timestamp) -> Bool {
        state.withLock { state in
            guard !state.pending.entries.isEmpty || state.pending.ordinal > state.durableOrdinal else { return false }
            if state.pending.bytesCount >= settings.pendingBytesMax { return true }
            guard let since = state.pending.since else {
                state.pending.since = now
                return false
            }
            if now - since >= settings.pendingAge { return true }
            let batches = state.pending.firstNumber + state.pending.entries.count
            guard let resting = state.pending.resting, resting.batches == batches else {
                state.pending.resting = (batches, now)
                return false
            }
            return state.pending.bytesCount >= settings.restingBytesMin && now - resting.since >= settings.restingAge
        }
    }

    /// Parts in which a query found something wrong are served no more; they stay in the manifest and on disk.
    private func setAsideDamaged() {
        state.withLock { state in
            for entry in state.parts {
                guard let damage = entry.part.file.knownDamage else { continue }
                state.setAside.append(LogStoreStatistics.SetAside(name: entry.part.name, reason: damage))
                state.manifestOfSetAside.append(
                    Manifest.Part(
                        name: entry.part.name, number: entry.part.number, day: entry.part.day, dead: entry.dead))
            }
            state.parts.removeAll { $0.part.file.knownDamage != nil }
        }
    }

    // MARK: Retention

    private func retain(_ now: Timestamp, _ disk: Disk) throws(LogStoreError) {
        let parts = state.withLock { $0.parts.map(\.part) }
        var days = Set(parts.map(\.day))
        if let retention = settings.retention {
            let cutoff = now - retention
            days = days.filter { Timestamp(milliseconds: ($0 + 1) * 86_400_000) > cutoff }
        }
        if let bytesMax = settings.retentionBytes {
            var kept = parts.filter { days.contains($0.day) }.reduce(0) { $0 + $1.bytesCount }
            // The newest day stays, whatever it takes.
            for day in days.sorted().dropLast() where kept > bytesMax {
                kept -= parts.filter { $0.day == day }.reduce(0) { $0 + $1.bytesCount }
                days.remove(day)
            }
        }
        let gone = parts.filter { !days.contains($0.day) }
        guard !gone.isEmpty else { return }
        let numbers = Set(gone.map(\.number))
        try commit(disk) { $0.parts.removeAll { numbers.contains($0.part.number) } }
        remove(gone.map(\.name) + Set(gone.map { LogPart.folder(ofDay: $0.day) }), disk)
    }

    // MARK: Merging

    private func merge(_ sources: [StoreState.PartEntry], _ disk: Disk) throws(LogStoreError) {
        let numbers = Set(sources.map(\.part.number))
        var written: WrittenPart?
        if sources.contains(where: { $0.deadCount < $0.part.rowCount }) {
            written = try write(sources, disk)
        }
        try commit(disk) { state in
            let current = Dictionary(
                uniqueKeysWithValues: state.parts.filter { numbers.contains($0.part.number) }.map {
                    ($0.part.number, $0.dead)
                })
            state.parts.removeAll { numbers.contains($0.part.number) }
            state.mergeCount += 1
            guard let written else { return }
            let dead = written.dead { source, block in current[sources[source].part.number]?[block] }
            state.parts.append(StoreState.PartEntry(part: written.part, dead: dead))
        }
        remove(sources.map(\.part.name), disk)
    }

    private func write(_ sources: [StoreState.PartEntry], _ disk: Disk) throws(LogStoreError) -> WrittenPart {
        try writePart(disk, day: sources[0].part.day, Compressor()) { writer throws(LogStoreError) in
            try PartMerger(sources, settings).write(to: writer)
        }
    }
}

/// Which parts are to become one.
struct MergeChoice {
    private let settings: LogStoreSettings

    init(_ settings: LogStoreSettings) { self.settings = settings }

    func parts(of state: StoreState) -> [StoreState.PartEntry]? {
        for entry in state.parts where entry.deadCount * 5 > entry.part.rowCount { return [entry] }
        let days = Dictionary(
            grouping: state.parts.filter { $0.part.rowCount < settings.partRowsMax }, by: \.part.day)
        for day in days.keys.sorted().reversed() {
            let tiers = Dictionary(grouping: days[day] ?? [], by: { Self.tier($0.part.rowCount) })
            for tier in tiers.keys.sorted() {
                guard let parts = tiers[tier], parts.count >= settings.mergeCount else { continue }
                var rows = 0
                let chosen = parts.sorted { $0.part.number < $1.part.number }.prefix(2 * settings.mergeCount).prefix {
                    rows += $0.part.rowCount
                    return rows <= 2 * settings.partRowsMax
                }
                if chosen.count >= 2 { return Array(chosen) }
            }
        }
        return nil
    }

    /// Parts of one tier differ by a factor of eight at most.
    private static func tier(_ rows: Int) -> Int { (Int.bitWidth - max(rows, 1).leadingZeroBitCount) / 3 }
}
