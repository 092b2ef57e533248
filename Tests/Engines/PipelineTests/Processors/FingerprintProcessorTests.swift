import Testing

struct FingerprintProcessorTests {
    @Test(arguments: [
        (#"{"fields":["a"],"method":"SHA-256","ignore_missing":true}"#, #"{}"#, #"{}"#)
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("fingerprint", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"fields":["a"]}"#, #"{}"#, #"field [a] not present as part of path [a]"#)
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("fingerprint", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"fields":["a"],"method":"SHA-512"}"#, #"method"# as String?,
            #"[method] [SHA-512] is not supported: it must be MD5, SHA-1 or SHA-256"#
        ),
        (#"{}"#, #"fields"# as String?, #"[fields] must specify at least one field"#),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("fingerprint", options).expectRefused(property, reason)
    }
}
