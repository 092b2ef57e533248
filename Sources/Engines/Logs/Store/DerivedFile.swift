package import Basics
internal import Synchronization

/// A file beside a part, of what the owner of the store derived of it. It can be made anew at any time, and goes with
/// its part.
enum DerivedFile: Sendable {
    case unknown, missing
    case there(FileContent)

    static let suffix = ".derived"
    private static let partSuffix = ".part"

    /// Nil for what is no part.
    static func name(ofPart name: String) -> String? {
        name.hasSuffix(partSuffix) ? name.dropLast(partSuffix.utf8.count) + suffix : nil
    }

    /// The part that a file is derived of, or was to be when the power went; nil for other files.
    static func part(of name: String) -> String? {
        for suffix in [suffix, suffix + ".tmp"] where name.hasSuffix(suffix) {
            return name.dropLast(suffix.utf8.count) + partSuffix
        }
        return nil
    }
}

extension LogStore {
    /// The parts and what is in none yet, at one moment.
    package var parts: (parts: [StoredPart], pending: LogSnapshot) {
        let (parts, pending) = state.withLock { ($0.parts, $0.pending.sources) }
        return (parts.map { StoredPart(entry: $0) }, LogSnapshot(sources: pending))
    }

    /// What `keep` was given for a part, also before a restart; nil where that is nothing, or cannot be read.
    package func derived(of part: StoredPart) -> FileContent? {
        guard let disk, let name = DerivedFile.name(ofPart: part.entry.part.name) else { return nil }
        return part.entry.part.derived.withLock { derived in
            if case .unknown = derived {
                let content = try? disk.fileSystem.map(disk.directory + "/" + name)
                derived = content.map { .there($0) } ?? .missing
            }
            if case .there(let content) = derived { return content }
            return nil
        }
    }

    /// What is there is of no use.
    package func forgetDerived(of part: StoredPart) { part.entry.part.derived.withLock { $0 = .missing } }

    /// Keeps something beside a part until that goes; nothing when it has gone.
    package func keep(derived bytes: [UInt8], of part: StoredPart) throws(LogStoreError) {
        guard let disk, let name = DerivedFile.name(ofPart: part.entry.part.name) else { return }
        // No part goes meanwhile.
        try merging.withLock { _ throws(LogStoreError) in
            guard state.withLock({ $0.parts.contains { $0.part.number == part.number } }) else { return }
            do throws(FileSystemError) {
                try disk.fileSystem.replace(disk.directory + "/" + name, with: bytes)
                let content = try disk.fileSystem.map(disk.directory + "/" + name)
                part.entry.part.derived.withLock { $0 = .there(content) }
            } catch { throw .disk(error) }
        }
    }
}
