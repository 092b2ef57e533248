internal import Basics
internal import Synchronization

extension LogStore {
    /// Writes a part of what `body` hands to a writer, durable and in no manifest yet; a file that does not come to its
    /// end is removed, so that a full disk has its room back.
    func writePart(
        _ disk: Disk, day: Int64, _ compressor: Compressor,
        _ body: (PartWriter) throws(LogStoreError) -> [WrittenPart.Origin]
    ) throws(LogStoreError) -> WrittenPart {
        let number: UInt64
        let writer: PartWriter
        do throws(FileSystemError) {
            let (name, next) = try newPart(disk, day: day)
            number = next
            writer = try PartWriter(
                disk.fileSystem, directory: disk.directory, name: name, compressor, settings.grouping)
        } catch { throw .disk(error) }
        defer { writer.close() }
        do throws(LogStoreError) {
            let origins = try body(writer)
            try writer.finish()
            return WrittenPart(part: try finished(writer, disk, number, day), origins: origins)
        } catch {
            remove([writer.name], disk)
            throw error
        }
    }

    /// The part of a writer, opened. Damage there is the disk's.
    private func finished(
        _ writer: PartWriter, _ disk: Disk, _ number: UInt64, _ day: Int64
    ) throws(LogStoreError) -> LogPart {
        do throws(FileSystemError) {
            try disk.fileSystem.syncDirectory(disk.directory + "/" + LogPart.folder(ofDay: day))
        } catch { throw .disk(error) }
        do throws(LogStoreError) {
            return try LogPart(
                disk.fileSystem, directory: disk.directory, name: writer.name, number: number, day: day, cache)
        } catch {
            guard case .damaged = error else { throw error }
            throw .disk(
                FileSystemError(
                    code: .other(errno: 5), operation: "read back", path: writer.name, message: error.description))
        }
    }

    /// A name for a part to be, whose folder is there.
    private func newPart(_ disk: Disk, day: Int64) throws(FileSystemError) -> (name: String, number: UInt64) {
        let number = state.withLock { state in
            state.nextNumber += 1
            return state.nextNumber - 1
        }
        let folder = disk.directory + "/" + LogPart.folder(ofDay: day)
        if !disk.fileSystem.exists(folder) {
            try disk.fileSystem.createDirectory(folder)
            try disk.fileSystem.syncDirectory(disk.directory)
        }
        return (LogPart.name(day: day, number: number), number)
    }
}
