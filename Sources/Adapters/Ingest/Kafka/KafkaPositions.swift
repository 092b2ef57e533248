package import Basics
package import Pipeline
internal import Synchronization

/// How far topics are read into the queue of logs: which message of each partition comes next.
///
/// Each batch that is appended says in a note how far it reaches, so a document and its position become durable
/// together. A file has the positions of what has left the queue. docs/formats/kafka-topic.md tells the bytes.
package final class KafkaPositions: Sendable {
    struct Key: Hashable {
        /// What the brokers call themselves; another Kafka may have a topic of the same name.
        var cluster: String
        var group: String
        var topic: String
        var partition: Int32
    }

    private struct State {
        var next: [Key: Int64]
        /// Every note below it is in `next`.
        var ordinal: UInt64
        /// From which ordinal on an append that is under way will be.
        var underWay: UInt64?
        var isStored = true
    }

    private static let magic = Array("SBKP".utf8) + [1]
    private static let fileBytesMax = 64 << 20
    private let path: String
    private let disk: any FileSystem
    private let state: Mutex<State>
    /// Why the file is not read: the positions are those of the queue and what the brokers know.
    package let damage: String?

    /// Reads the file, and behind it the queue, which must not be read or written yet.
    package init(path: String, disk: any FileSystem, queue: DocumentQueue) throws {
        self.path = path
        self.disk = disk
        var (next, ordinal): ([Key: Int64], UInt64) = ([:], 0)
        var damage: String?
        if disk.exists(path) {
            do { (next, ordinal) = try Self.read(try disk.read(path, bytesMax: Self.fileBytesMax)) } catch let error
                as CheckpointError
            { damage = "\(error)" }
        }
        self.damage = damage
        var reader = queue.reader(from: ordinal)
        while let record = try reader.next() {
            try record.documents.forEach { document in
                guard let note = document.note else { return }
                next.merge(try Self.read(Array(note)).next) { $1 }
            }
            ordinal = record.ordinals.upperBound
        }
        state = Mutex(State(next: next, ordinal: ordinal))
    }

    func next(_ key: Key) -> Int64? { state.withLock { $0.next[key] } }

    /// What goes with the last document of a batch.
    static func note(_ next: [Key: Int64]) -> [UInt8] { bytes(next, ordinal: 0) }

    /// An append that changes them begins; its documents will be at `ordinal` or behind it.
    func begin(at ordinal: UInt64) { state.withLock { $0.underWay = ordinal } }

    /// It ended: all of `next` is durable in the documents below `ordinal`, or nothing is.
    func end(_ next: [Key: Int64], below ordinal: UInt64?) {
        state.withLock { state in
            state.underWay = nil
            guard let ordinal else { return }
            state.next.merge(next) { $1 }
            state.ordinal = max(state.ordinal, ordinal)
            state.isStored = false
        }
    }

    /// Writes the file. Below the ordinal that it returns the queue may forget its documents.
    package func store() throws(FileSystemError) -> UInt64 {
        let (found, isStored) = state.withLock { state in
            defer { state.isStored = true }
            return (state, state.isStored)
        }
        if !isStored {
            do throws(FileSystemError) {
                try disk.replace(path, with: Self.bytes(found.next, ordinal: found.ordinal))
            } catch {
                state.withLock { $0.isStored = false }
                throw error
            }
        }
        return found.underWay ?? .max
    }

    private static func bytes(_ next: [Key: Int64], ordinal: UInt64) -> [UInt8] {
        var writer = CheckpointWriter(magic: magic)
        writer.append(ordinal)
        writer.append(UInt64(next.count))
        for (key, offset) in next {
            writer.append(key.cluster)
            writer.append(key.group)
            writer.append(key.topic)
            writer.append(UInt64(key.partition))
            writer.append(UInt64(offset))
        }
        return writer.finish()
    }

    private static func read(_ bytes: [UInt8]) throws(CheckpointError) -> (next: [Key: Int64], ordinal: UInt64) {
        var reader = try CheckpointReader(bytes, magic: magic)
        let ordinal = try reader.number()
        var next: [Key: Int64] = [:]
        for _ in 0..<(try reader.count()) {
            let (cluster, group, topic) = (try reader.text(), try reader.text(), try reader.text())
            guard let partition = Int32(exactly: try reader.number()),
                let offset = Int64(exactly: try reader.number())
            else { throw CheckpointError("a position that is none") }
            next[Key(cluster: cluster, group: group, topic: topic, partition: partition)] = offset
        }
        try reader.finish()
        return (next, ordinal)
    }
}
