package import Basics

/// One message on its way to the backend. Its borders never change: a request that is repeated after a crash holds
/// the same samples as before, so the backend takes or refuses it as a whole.
package struct QueueRecord: Sendable, Hashable {
    /// A `WriteRequest` of remote write 1.0 as a snappy block.
    package var payload: [UInt8]
    package var samples: Int
    /// Of all its samples.
    package var newest: Timestamp

    package init(payload: [UInt8], samples: Int, newest: Timestamp) {
        self.payload = payload
        self.samples = samples
        self.newest = newest
    }

    var bytes: Int { QueueFormat.recordHeadBytes + payload.count }

    func write(to bytes: inout [UInt8]) {
        var body: [UInt8] = []
        body.reserveCapacity(12 + payload.count)
        QueueFormat.append(UInt32(clamping: samples), to: &body)
        QueueFormat.append(newest.milliseconds, to: &body)
        body.append(contentsOf: payload)
        QueueFormat.append(UInt32(payload.count), to: &bytes)
        QueueFormat.append(CRC32C.checksum(body), to: &bytes)
        bytes.append(contentsOf: body)
    }

    /// The record at `offset`; nil when there is no whole and undamaged one before `end`.
    static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int, end: Int) -> QueueRecord? {
        let room = end - offset - QueueFormat.recordHeadBytes
        guard room >= 0 else { return nil }
        let length = Int(QueueFormat.number(UInt32.self, bytes, at: offset))
        guard length <= min(room, QueueFormat.payloadBytesMax) else { return nil }
        let start = offset + QueueFormat.recordHeadBytes
        let body = UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<start + length])
        guard CRC32C.checksum(body) == QueueFormat.number(UInt32.self, bytes, at: offset + 4) else { return nil }
        return QueueRecord(
            payload: Array(bytes[start..<start + length]), samples: Int(QueueFormat.number(UInt32.self, body, at: 0)),
            newest: Timestamp(milliseconds: QueueFormat.number(Int64.self, body, at: 4)))
    }
}
