import Testing

struct LowercaseProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"ABC Ü"}"#, #"{"a":"abc ü"}"#),
        (#"{"field":"a"}"#, #"{"a":""}"#, #"{"a":""}"#),
        (#"{"field":"a","target_field":"b.c"}"#, #"{"a":"ABC Ü"}"#, #"{"a":"ABC Ü","b":{"c":"abc ü"}}"#),
        (#"{"field":"a"}"#, #"{"a":["ABC Ü","ABC Ü"]}"#, #"{"a":["abc ü","abc ü"]}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"b":1}"#, #"{"b":1}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"a":null}"#, #"{"a":null}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("lowercase", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"{}"#, #"field [a] not present as part of path [a]"#),
        (#"{"field":"a"}"#, #"{"a":null}"#, #"field [a] is null, cannot process it."#),
        (
            #"{"field":"a"}"#, #"{"a":1}"#,
            #"field [a] of type [java.lang.Integer] cannot be cast to [java.lang.String]"#
        ),
        (
            #"{"field":"a"}"#, #"{"a":["x",{}]}"#,
            #"value [{}] of type [java.util.HashMap] in list field [a] cannot be cast to [java.lang.String]"#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("lowercase", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"field"# as String?, #"[field] required property is missing"#),
        (#"{"field":1}"#, #"field"# as String?, #"[field] property isn't a string, but of type [java.lang.Integer]"#),
        (
            #"{"field":"a","foo":1}"#, nil as String?,
            #"processor [lowercase] doesn't support one or more provided configuration parameters [foo]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("lowercase", options).expectRefused(property, reason)
    }
}
