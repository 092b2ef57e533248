import Pipeline
import Testing

struct QueuedDocumentTests {
    @Test func aDocumentWithoutIdentityHasNone() {
        let document = QueuedDocument(operation: .create, index: "logs-app-default", source: Array("{}".utf8))
        #expect(document.identity == nil && document.pipeline == nil)
    }
}
