internal import Basics
internal import Synchronization

/// Which documents must not come back when the queue is read again.
extension LogStore {
    /// From which document of the queue on `replace` may be called; nil when nothing is remembered.
    package var replaceableOrdinal: UInt64? { state.withLock { $0.superseded?.first } }

    /// Documents below it are not in the queue any more.
    package func forgetSuperseded(below ordinal: UInt64) {
        state.withLock { $0.superseded?.removeAll(below: ordinal) }
    }

    /// Reads the file, or begins anew: then what came before cannot be read again.
    static func openSuperseded(_ isRemembered: Bool, _ disk: Disk, _ state: inout StoreState) throws(LogStoreError) {
        let path = disk.directory + "/" + SupersededSequences.fileName
        do throws(FileSystemError) {
            let isThere = disk.fileSystem.exists(path)
            guard isRemembered else {
                // Later it would not know what happened meanwhile.
                if isThere { try disk.fileSystem.remove(path) }
                return
            }
            state.superseded = SupersededSequences(from: state.durableOrdinal + 1)
            guard isThere else { return }
            let bytes = try disk.fileSystem.read(path, bytesMax: SupersededSequences.bytesMax)
            do throws(CheckpointError) { state.superseded = try SupersededSequences(bytes) } catch {
                state.setAside.append(
                    LogStoreStatistics.SetAside(name: SupersededSequences.fileName, reason: "\(error)"))
            }
        } catch { throw .disk(error) }
    }

    /// Finds out the sequences of what was superseded in parts, outside of the lock as far as it can.
    func lookUpSuperseded() {
        let (places, parts) = state.withLock { state in
            (state.superseded?.takePlaces() ?? [], state.parts)
        }
        guard !places.isEmpty else { return }
        let sequences = Self.sequences(of: places, in: parts)
        state.withLock { state in
            for sequence in sequences { state.superseded?.insert(sequence) }
        }
    }

    /// A part that cannot be read, or is gone, has none that could come back.
    fileprivate static func sequences(of places: [RecordPlace], in parts: [StoreState.PartEntry]) -> [UInt64] {
        var rows: [UInt64: [Int: [Int]]] = [:]
        for case .stored(let part, let block, let row) in places {
            rows[part, default: [:]][block, default: []].append(row)
        }
        var found: [UInt64] = []
        for entry in parts {
            for (block, rows) in rows[entry.part.number] ?? [:] {
                guard let sequences = try? entry.part.blocks[block].sequences() else { continue }
                found += rows.map { sequences[$0] }
            }
        }
        return found
    }
}

extension StoreState {
    /// The record goes for good: for another that came later, or was there before.
    mutating func supersede(_ place: RecordPlace) {
        if superseded != nil {
            switch place {
            case .pending(let batch, let row):
                superseded?.insert(pending.entries[batch - pending.firstNumber].batch.sequence(row))
            case .stored: superseded?.insert(place)
            }
        }
        kill(place)
    }

    /// What was superseded in parts since somebody looked.
    mutating func lookUpSuperseded() {
        guard let places = superseded?.takePlaces(), !places.isEmpty else { return }
        for sequence in LogStore.sequences(of: places, in: parts) { superseded?.insert(sequence) }
    }
}
