import Testing

struct RemoveProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":1,"b":2}"#, #"{"b":2}"#),
        (#"{"field":["a","b.c"]}"#, #"{"a":1,"b":{"c":1,"d":2}}"#, #"{"b":{"d":2}}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{}"#, #"{}"#),
        (#"{"keep":["a","b.c"]}"#, #"{"a":1,"b":{"c":2,"d":3},"e":4}"#, #"{"a":1,"b":{"c":2}}"#),
        (#"{"field":"t.0"}"#, #"{"t":[1,2]}"#, #"{"t":[2]}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("remove", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a.b"}"#, #"{"a":{}}"#, #"field [b] not present as part of path [a.b]"#),
        (#"{"field":"a"}"#, #"{}"#, #"field [a] not present as part of path [a]"#),
        (#"{"field":"_index"}"#, #"{}"#, #"_index cannot be removed"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("remove", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"keep"# as String?, #"[keep] or [field] must be specified"#),
        (
            #"{"field":"a","keep":"b"}"#, #"keep"# as String?,
            #"[keep] and [field] cannot both be used in the same processor"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("remove", options).expectRefused(property, reason)
    }
}
