import Testing

struct FailProcessorTests {
    @Test(arguments: [
        (#"{"message":"no {{a}}"}"#, #"{"a":"b"}"#, #"no b"#)
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("fail", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"message"# as String?, #"[message] required property is missing"#)
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("fail", options).expectRefused(property, reason)
    }
}
