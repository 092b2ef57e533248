import Testing

struct RerouteProcessorTests {
    @Test(arguments: [
        (#"{"destination":"other-{{a}}"}"#, "other-x"), (#"{"dataset":"nginx"}"#, "logs-nginx-default"),
        (#"{"dataset":["{{none}}","{{a}}"],"namespace":"prod"}"#, "logs-x-prod"),
        (#"{"type":"metrics"}"#, "metrics-app-default"),
        (#"{"dataset":"Has-Hyphen/And"}"#, "logs-has_hyphen_and-default"),
        (#"{}"#, "logs-app-default"),
    ])
    func theDocumentGoesThere(options: String, index: String) throws {
        #expect(try ProcessorCase("reroute", options).index(of: #"{"a":"x"}"#) == index)
    }

    @Test func theDataStreamIsWrittenDown() throws {
        try ProcessorCase("reroute", #"{"dataset":"n"}"#).expect(
            #"{"event":{"dataset":"old"}}"#,
            becomes: #"{"event":{"dataset":"n"},"data_stream":{"type":"logs","dataset":"n","namespace":"default"}}"#)
    }

    @Test func aMistakeInItsOptionsIsRefused() {
        ProcessorCase("reroute", #"{"destination":"x","dataset":"y"}"#).expectRefused(
            "destination", "[destination] can only be set if dataset, namespace and type are not set")
    }
}
