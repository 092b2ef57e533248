import SignalModel
import Testing

struct LogBatchTests {
    @Test func fieldsBelongToTheRecordTheyWereAddedBefore() {
        var batch = LogBatch()
        let index = batch.number(of: "logs-app-default")
        let message = batch.number(of: "message")
        let status = batch.number(of: "http.response.status_code")
        batch.add(message, string: "first")
        batch.add(status, integer: 200)
        batch.endRecord(timestampNanoseconds: 1, sequence: 1, index: index)
        batch.add(message, string: "bad")
        batch.dropRecord()
        batch.add(message, string: "second")
        batch.endRecord(timestampNanoseconds: 2, sequence: 2, index: index)

        #expect(batch.number(of: "message") == message)
        #expect(batch.records.map(\.fields) == [0..<2, 2..<3])
        let texts = batch.fields.filter { $0.kind == .string }.map {
            String(decoding: batch.bytes[$0.bytesRange], as: UTF8.self)
        }
        #expect(texts == ["first", "second"])
    }
}
