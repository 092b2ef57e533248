import Testing

struct RerouteProcessorTests {
    private static let document = #"{"a":"x","h":"Has-Hyphen/And","n":5,"empty":""}"#

    @Test(arguments: [
        (#"{"destination":"other-{{a}}"}"#, "other-x"), (#"{"dataset":"nginx"}"#, "logs-nginx-default"),
        (#"{"dataset":["{{none}}","{{a}}"],"namespace":"prod"}"#, "logs-x-prod"),
        (#"{"type":"metrics"}"#, "metrics-app-default"),
        (#"{"dataset":"{{h}}"}"#, "logs-has_hyphen_and-default"),
        (#"{"namespace":["{{{ h }}}"]}"#, "logs-app-has-hyphen_and"),
        (#"{"dataset":["{{n}}","{{empty}}","{{a}}"]}"#, "logs-x-default"),
        (#"{}"#, "logs-app-default"),
    ])
    func theDocumentGoesThere(options: String, index: String) throws {
        #expect(try ProcessorCase("reroute", options).index(of: Self.document) == index)
    }

    @Test func theDataStreamIsWrittenDown() throws {
        try ProcessorCase("reroute", #"{"dataset":"n"}"#).expect(
            #"{"event":{"dataset":"old"}}"#,
            becomes: #"{"event":{"dataset":"n"},"data_stream":{"type":"logs","dataset":"n","namespace":"default"}}"#)
    }

    @Test(arguments: [
        (
            #"{"destination":"x","dataset":"y"}"#, "destination",
            "[destination] can only be set if dataset, namespace and type are not set"
        ),
        (#"{"dataset":"a-b"}"#, "dataset", "[dataset] 'a-b' contains disallowed characters"),
        (#"{"namespace":["ok","No"]}"#, "namespace", "[namespace] 'No' contains disallowed characters"),
        (#"{"dataset":"{{a}}-{{b}}"}"#, "dataset", "[dataset] '{{a}}-{{b}}' is not a valid field reference"),
        (#"{"type":"x{{a}}"}"#, "type", "[type] 'x{{a}}' is not a valid field reference"),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String, reason: String) {
        ProcessorCase("reroute", options).expectRefused(property, reason)
    }
}
