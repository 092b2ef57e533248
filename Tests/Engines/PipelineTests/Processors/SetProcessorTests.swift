import Testing

struct SetProcessorTests {
    @Test(arguments: [
        (#"{"field":"a.b","value":1}"#, #"{}"#, #"{"a":{"b":1}}"#),
        (#"{"field":"a","value":"{{b}} and {{{b}}}"}"#, #"{"b":"x\"y"}"#, #"{"b":"x\"y","a":"x\\\"y and x\"y"}"#),
        (#"{"field":"a","value":"{{b}}","media_type":"text/plain"}"#, #"{"b":"x\"y"}"#, #"{"b":"x\"y","a":"x\"y"}"#),
        (#"{"field":"{{b}}","value":true}"#, #"{"b":"c.d"}"#, #"{"b":"c.d","c":{"d":true}}"#),
        (#"{"field":"a","value":{"x":["{{b}}",2]}}"#, #"{"b":"v"}"#, #"{"b":"v","a":{"x":["v",2]}}"#),
        (#"{"field":"a","value":2,"override":false}"#, #"{"a":1}"#, #"{"a":1}"#),
        (#"{"field":"a","value":2,"override":false}"#, #"{"a":null}"#, #"{"a":2}"#),
        (#"{"field":"a","value":"{{none}}","ignore_empty_value":true}"#, #"{}"#, #"{}"#),
        (#"{"field":"a","value":"{{none}}"}"#, #"{}"#, #"{"a":""}"#),
        (#"{"field":"a","copy_from":"b"}"#, #"{"b":{"c":[1]}}"#, #"{"b":{"c":[1]},"a":{"c":[1]}}"#),
        (#"{"field":"a","copy_from":"b","ignore_empty_value":true}"#, #"{}"#, #"{}"#),
        (#"{"field":"t.1","value":"x"}"#, #"{"t":["a","b"]}"#, #"{"t":["a","x"]}"#),
        (
            #"{"field":"a","value":"{{_index}}/{{_id}}/{{_ingest.timestamp}}"}"#, #"{}"#,
            #"{"a":"logs-app-default/7/2026-11-26T12:00:00.000Z"}"#
        ),
        (#"{"field":"_source.a","value":1}"#, #"{}"#, #"{"a":1}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("set", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","copy_from":"b"}"#, #"{}"#, #"field [b] not present as part of path [b]"#),
        (
            #"{"field":"a.b","value":1}"#, #"{"a":2}"#,
            #"cannot set [b] with parent object of type [java.lang.Integer] as part of path [a.b]"#
        ),
        (#"{"field":"a.b","value":1}"#, #"{"a":null}"#, #"cannot set [b] with null parent as part of path [a.b]"#),
        (
            #"{"field":"a.x","value":1}"#, #"{"a":[1]}"#,
            #"[x] is not an integer, cannot be used as an index as part of path [a.x]"#
        ),
        (
            #"{"field":"a.3","value":1}"#, #"{"a":[1]}"#,
            #"[3] is out of bounds for array with length [1] as part of path [a.3]"#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("set", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"value"# as String?, #"[value] required property is missing"#),
        (
            #"{"field":"a","value":1,"copy_from":"b"}"#, #"copy_from"# as String?,
            #"[copy_from] cannot set both `copy_from` and `value` in the same processor"#
        ),
        (
            #"{"field":"a","value":1,"override":"maybe"}"#, #"override"# as String?,
            #"[override] property isn't a boolean, but of type [java.lang.String]"#
        ),
        (
            #"{"field":"a","value":"{{#b}}x{{/b}}"}"#, #"value"# as String?,
            #"the tag [#] of mustache is not supported in [{{#b}}x{{/b}}]"#
        ),
        (#"{"field":"a","value":"{{b"}"#, #"value"# as String?, #"Improperly closed variable in [{{b]"#),
        (#"{"field":"","value":1}"#, #"field"# as String?, #"path cannot be null nor empty"#),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("set", options).expectRefused(property, reason)
    }
}
