import Testing

struct BytesProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"1kb"}"#, #"{"a":1024}"#),
        (#"{"field":"a"}"#, #"{"a":"1.5 MB"}"#, #"{"a":1572864}"#),
        (#"{"field":"a"}"#, #"{"a":"7b"}"#, #"{"a":7}"#),
        (#"{"field":"a"}"#, #"{"a":"2g"}"#, #"{"a":2147483648}"#),
        (#"{"field":"a","target_field":"b.c"}"#, #"{"a":"1kb"}"#, #"{"a":"1kb","b":{"c":1024}}"#),
        (#"{"field":"a"}"#, #"{"a":["1kb","1kb"]}"#, #"{"a":[1024,1024]}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"b":1}"#, #"{"b":1}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"a":null}"#, #"{"a":null}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("bytes", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"{}"#, #"field [a] not present as part of path [a]"#),
        (#"{"field":"a"}"#, #"{"a":null}"#, #"field [a] is null, cannot process it."#),
        (
            #"{"field":"a"}"#, #"{"a":1}"#,
            #"field [a] of type [java.lang.Integer] cannot be cast to [java.lang.String]"#
        ),
        (
            #"{"field":"a"}"#, #"{"a":["1kb",{}]}"#,
            #"value [{}] of type [java.util.HashMap] in list field [a] cannot be cast to [java.lang.String]"#
        ),
        (
            #"{"field":"a"}"#, #"{"a":"7 apples"}"#,
            #"failed to parse setting [Ingest Field] with value [7 apples] as a size in bytes: unit is missing or unrecognized"#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("bytes", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"field"# as String?, #"[field] required property is missing"#),
        (#"{"field":1}"#, #"field"# as String?, #"[field] property isn't a string, but of type [java.lang.Integer]"#),
        (
            #"{"field":"a","foo":1}"#, nil as String?,
            #"processor [bytes] doesn't support one or more provided configuration parameters [foo]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("bytes", options).expectRefused(property, reason)
    }
}
