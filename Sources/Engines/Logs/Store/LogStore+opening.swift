internal import Basics
internal import Synchronization

extension LogStore {
    /// What the manifest names; files that it does not name are leftovers and go.
    static func opened(
        _ disk: Disk, _ cache: SectionCache, remembersSuperseded: Bool
    ) throws(LogStoreError) -> StoreState {
        var state = try opened(disk, cache)
        try openSuperseded(remembersSuperseded, disk, &state)
        return state
    }

    private static func opened(_ disk: Disk, _ cache: SectionCache) throws(LogStoreError) -> StoreState {
        var state = StoreState()
        let path = disk.directory + "/" + Manifest.fileName
        do throws(FileSystemError) { try disk.fileSystem.createDirectory(disk.directory) } catch {
            throw .disk(error)
        }
        let bytes: [UInt8]
        do throws(FileSystemError) {
            bytes = try disk.fileSystem.read(path, bytesMax: Manifest.bytesMax)
        } catch {
            guard error.code == .notFound else { throw .disk(error) }
            // A first flush that did not come to its end may have left files.
            try removeLeftovers(disk, named: [])
            return state
        }
        let manifest: Manifest
        do throws(Damage) { manifest = try Manifest(bytes) } catch {
            throw .damaged(path: path, reason: error.what)
        }
        state.durableOrdinal = manifest.ordinal
        state.pending.ordinal = manifest.ordinal
        state.nextNumber = manifest.nextNumber
        for entry in manifest.parts {
            do throws(LogStoreError) {
                let part = try LogPart(
                    disk.fileSystem, directory: disk.directory, name: entry.name, number: entry.number,
                    day: entry.day,
                    cache)
                let isFitting = entry.dead.allSatisfy {
                    $0.key < part.blocks.count && $0.value.rowCount == part.blocks[$0.key].rowCount
                }
                guard isFitting else {
                    throw .damaged(path: entry.name, reason: "not the part that the manifest speaks of")
                }
                state.parts.append(StoreState.PartEntry(part: part, dead: entry.dead))
            } catch {
                state.setAside.append(LogStoreStatistics.SetAside(name: entry.name, reason: error.description))
                state.manifestOfSetAside.append(entry)
            }
        }
        try removeLeftovers(disk, named: Set(manifest.parts.map(\.name)))
        return state
    }

    private static func removeLeftovers(_ disk: Disk, named: Set<String>) throws(LogStoreError) {
        do throws(FileSystemError) {
            for folder in try disk.fileSystem.list(disk.directory) where isDay(folder) {
                for file in try disk.fileSystem.list(disk.directory + "/" + folder) {
                    let name = folder + "/" + file
                    let isLeft = file.hasSuffix(".part") && !named.contains(name)
                    let isOfNone = DerivedFile.part(of: name).map { !named.contains($0) } ?? false
                    if isLeft || isOfNone { try disk.fileSystem.remove(disk.directory + "/" + name) }
                }
            }
        } catch { throw .disk(error) }
    }

    private static func isDay(_ name: String) -> Bool {
        name.utf8.count >= 10 && name.utf8.allSatisfy { $0 &- 0x30 < 10 || $0 == UInt8(ascii: "-") }
    }

    // MARK: Commit

    /// Makes a change durable and then visible. `change` runs twice, on a copy that becomes the manifest and on what
    /// is current when that is on disk; in between only deletions may have come.
    func commit(_ disk: Disk, _ change: (inout StoreState) -> Void) throws(LogStoreError) {
        try committing.withLock { writtenChanges throws(LogStoreError) in
            // While the parts are there that a change may remove.
            lookUpSuperseded()
            var draft = state.withLock { $0 }
            change(&draft)
            do throws(FileSystemError) {
                // Before rows are gone by the manifest. Known to be superseded while they are there they do no harm.
                if let superseded = draft.superseded, superseded.changeCount != writtenChanges {
                    try disk.fileSystem.replace(
                        disk.directory + "/" + SupersededSequences.fileName, with: superseded.bytes)
                    writtenChanges = superseded.changeCount
                }
                try disk.fileSystem.replace(
                    disk.directory + "/" + Manifest.fileName, with: draft.manifest.bytes)
            } catch { throw .disk(error) }
            state.withLock { state in
                state.lookUpSuperseded()
                change(&state)
            }
        }
    }

    /// Removes files that nothing refers to any more, and what was derived of them. One that stays goes at the next
    /// start.
    func remove(_ names: [String], _ disk: Disk) {
        for name in names {
            // First, so that none is left without its part.
            if let derived = DerivedFile.name(ofPart: name), disk.fileSystem.exists(disk.directory + "/" + derived) {
                try? disk.fileSystem.remove(disk.directory + "/" + derived)
            }
            try? disk.fileSystem.remove(disk.directory + "/" + name)
        }
    }
}
