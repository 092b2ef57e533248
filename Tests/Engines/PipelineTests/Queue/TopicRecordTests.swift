import Pipeline
import Testing

struct TopicRecordTests {
    private static let documents = [
        QueuedDocument(operation: .create, index: "logs-app-default", source: Array(#"{"a":1}"#.utf8)),
        QueuedDocument(
            operation: .index, index: "logs-app-default", identity: "one", pipeline: "nginx", source: Array("{}".utf8)
        ),
        QueuedDocument(operation: .delete, index: "i", identity: "ä\u{0}b", source: []),
    ]

    @Test func aDocumentComesBackAsItWasWithTheTimeItWasReceived() throws {
        var record = TopicRecord()
        for document in Self.documents {
            let header = document.withView { view in record.withHeader(of: view, receivedAt: -7) { Array($0) } }
            try header.withUnsafeBytes { header in
                try document.source.withUnsafeBytes { value in
                    let view = try TopicRecord.document(header: header, value: value)
                    #expect(view.document == document && view.receivedAt == -7 && view.note == nil)
                }
            }
        }
    }

    @Test func aHeaderThatIsCutOffOrOfAnotherVersionIsAnError() throws {
        var record = TopicRecord()
        let header = Self.documents[1].withView { view in record.withHeader(of: view, receivedAt: 1) { Array($0) } }
        let nothing = UnsafeRawBufferPointer(start: nil, count: 0)
        for count in 0..<header.count {
            _ = header[..<count].withUnsafeBytes { bytes in
                #expect(throws: DocumentQueueError.self) { try TopicRecord.document(header: bytes, value: nothing) }
            }
        }
        var longer = header + [0]
        _ = longer.withUnsafeBytes { bytes in
            #expect(throws: DocumentQueueError.self) { try TopicRecord.document(header: bytes, value: nothing) }
        }
        longer = header
        longer[0] = 2
        let message = longer.withUnsafeBytes { bytes in
            #expect(throws: DocumentQueueError.self) { try TopicRecord.document(header: bytes, value: nothing) }
        }
        #expect(message?.message == "version 2, this program knows 1")
    }

    @Test func aNoteOnTheLastDocumentLeavesTheOthersAsTheyAre() throws {
        var batch = DocumentBatch()
        for (number, document) in Self.documents.enumerated() {
            document.withView { view in
                var view = view
                view.receivedAt = number == 1 ? nil : Int64(number)
                batch.append(view)
            }
            if number > 0 { batch.noteLast(Array("note \(number)".utf8)) }
        }
        var found: [DocumentView] = []
        try batch.forEach { view in
            #expect(view.document == Self.documents[found.count])
            #expect(view.noteText == (found.isEmpty ? nil : "note \(found.count)"))
            #expect(view.receivedAt == (found.count == 1 ? nil : Int64(found.count)))
            found.append(view)
        }
        #expect(found.count == 3)
    }
}

struct TopicIdentityTests {
    @Test(arguments: ["logs", "logs-a", "a.b_c"])
    func thePartitionIsReadFromWhatADocumentIsCalled(topic: String) {
        let text = TopicIdentity.text(
            topic: topic, TopicPlace(partition: 12, offset: 345), receivedAt: 1_764_230_000_123_000_000)
        #expect(text == "\(topic)-12-345-1764230000123")
        #expect(partition(text, topic) == 12)
    }

    @Test(arguments: [
        "", "logs", "logs-", "logs-1-2", "logs-1-2-3-4", "logs--1-2-3", "logs-x-2-3", "logs-1-2-", "logsx-1-2-3",
        "logs-99999999999-2-3", "logs-1-99999999999999999999-3", "other-1-2-3",
    ])
    func whatASenderCallsItsDocumentHasNoPartition(identity: String) {
        #expect(partition(identity, "logs") == nil)
    }

    private func partition(_ identity: String, _ topic: String) -> Int32? {
        Array(identity.utf8).withUnsafeBytes { TopicIdentity.partition(of: $0, topic: topic) }
    }
}
