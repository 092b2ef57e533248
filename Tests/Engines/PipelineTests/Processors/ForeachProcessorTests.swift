import Testing

struct ForeachProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","processor":{"uppercase":{"field":"_ingest._value"}}}"#, #"{"a":["x","y"]}"#,
            #"{"a":["X","Y"]}"#
        ),
        (
            #"{"field":"a","processor":{"rename":{"field":"_ingest._value.i","target_field":"_ingest._value.j"}}}"#,
            #"{"a":[{"i":1},{"i":2}]}"#, #"{"a":[{"j":1},{"j":2}]}"#
        ),
        (
            #"{"field":"a","processor":{"set":{"field":"_ingest._key","value":"p_{{_ingest._key}}"}}}"#,
            #"{"a":{"x":1}}"#, #"{"a":{"p_x":1}}"#
        ),
        (#"{"field":"a","ignore_missing":true,"processor":{"drop":{}}}"#, #"{}"#, #"{}"#),
        (
            #"{"field":"a","processor":{"append":{"field":"b","value":"{{_ingest._value}}"}}}"#, #"{"a":["x","y"]}"#,
            #"{"a":["x","y"],"b":["x","y"]}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("foreach", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","processor":{"uppercase":{"field":"_ingest._value"}}}"#, #"{"a":["x",1]}"#,
            #"field [_ingest._value] of type [java.lang.Integer] cannot be cast to [java.lang.String]"#
        ),
        (
            #"{"field":"a","processor":{"drop":{}}}"#, #"{"a":null}"#,
            #"field [a] is null, cannot loop over its elements."#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("foreach", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","processor":{}}"#, #"processor"# as String?,
            #"[processor] Must specify exactly one processor type"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("foreach", options).expectRefused(property, reason)
    }
}
