package import Response
import WireFormats

/// A state as it is kept: record by record, in JSON lines.
package struct RecordedState: StateRecordWriter {
    private var kinds: [(kind: StateRecordKind, lines: JSONLineWriter)] = []

    package init(_ state: OperationsState) throws {
        self.init()
        try state.write(to: &self)
    }

    private init() {}

    package mutating func write(_ record: some Encodable, _ kind: StateRecordKind) throws {
        if kinds.last?.kind != kind { kinds.append((kind, JSONLineWriter())) }
        try kinds.last?.lines.append(record)
    }

    package func read() throws -> OperationsState {
        var state = OperationsState()
        for (kind, lines) in kinds {
            var reader = Reader(lines: JSONReader(lines.take()))
            try state.restore(kind, from: &reader)
        }
        return state
    }

    private struct Reader: StateRecordReader {
        var lines: JSONReader

        mutating func next<Record: Decodable>(_ type: Record.Type) throws -> Record? {
            lines.isAtEnd ? nil : try lines.next(type)
        }
    }
}
