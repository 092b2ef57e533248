import Testing

struct TrimProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"  a b \n"}"#, #"{"a":"a b"}"#),
        (#"{"field":"a"}"#, #"{"a":"   "}"#, #"{"a":""}"#),
        (#"{"field":"a","target_field":"b.c"}"#, #"{"a":"  a b \n"}"#, #"{"a":"  a b \n","b":{"c":"a b"}}"#),
        (#"{"field":"a"}"#, #"{"a":["  a b \n","  a b \n"]}"#, #"{"a":["a b","a b"]}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"b":1}"#, #"{"b":1}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"a":null}"#, #"{"a":null}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("trim", options).expect(before, becomes: after)
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
        try ProcessorCase("trim", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"field"# as String?, #"[field] required property is missing"#),
        (#"{"field":1}"#, #"field"# as String?, #"[field] property isn't a string, but of type [java.lang.Integer]"#),
        (
            #"{"field":"a","foo":1}"#, nil as String?,
            #"processor [trim] doesn't support one or more provided configuration parameters [foo]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("trim", options).expectRefused(property, reason)
    }
}
