import Testing

struct URLDecodeProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"a%20b+c"}"#, #"{"a":"a b c"}"#),
        (#"{"field":"a"}"#, #"{"a":"%C3%BC"}"#, #"{"a":"ü"}"#),
        (#"{"field":"a","target_field":"b.c"}"#, #"{"a":"a%20b+c"}"#, #"{"a":"a%20b+c","b":{"c":"a b c"}}"#),
        (#"{"field":"a"}"#, #"{"a":["a%20b+c","a%20b+c"]}"#, #"{"a":["a b c","a b c"]}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"b":1}"#, #"{"b":1}"#),
        (#"{"field":"a","ignore_missing":true}"#, #"{"a":null}"#, #"{"a":null}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("urldecode", options).expect(before, becomes: after)
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
        (#"{"field":"a"}"#, #"{"a":"%zz"}"#, #"URLDecoder: Incomplete trailing escape (%) pattern in [%zz]"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("urldecode", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{}"#, #"field"# as String?, #"[field] required property is missing"#),
        (#"{"field":1}"#, #"field"# as String?, #"[field] property isn't a string, but of type [java.lang.Integer]"#),
        (
            #"{"field":"a","foo":1}"#, nil as String?,
            #"processor [urldecode] doesn't support one or more provided configuration parameters [foo]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("urldecode", options).expectRefused(property, reason)
    }
}
