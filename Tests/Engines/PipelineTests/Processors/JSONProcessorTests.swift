import Testing

struct JSONProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"{\"b\":[1,null]}"}"#, #"{"a":{"b":[1,null]}}"#),
        (#"{"field":"a","target_field":"t"}"#, #"{"a":"7"}"#, #"{"a":"7","t":7}"#),
        (
            #"{"field":"a","add_to_root":true}"#, #"{"a":"{\"b\":2,\"c\":3}","b":1}"#,
            #"{"a":"{\"b\":2,\"c\":3}","b":2,"c":3}"#
        ),
        (
            #"{"field":"a","add_to_root":true,"add_to_root_conflict_strategy":"merge"}"#,
            #"{"a":"{\"b\":{\"y\":2}}","b":{"x":1}}"#, #"{"a":"{\"b\":{\"y\":2}}","b":{"x":1,"y":2}}"#
        ),
        (#"{"field":"a","strict_json_parsing":false}"#, #"{"a":"1 x"}"#, #"{"a":1}"#),
        (#"{"field":"a","allow_duplicate_keys":true}"#, #"{"a":"{\"b\":1,\"b\":2}"}"#, #"{"a":{"b":2}}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("json", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"{\"b\""}"#, #"unable to parse [{"b"] as JSON: byte 4: the JSON is cut off"#),
        (#"{"field":"a","add_to_root":true}"#, #"{"a":"[1]"}"#, #"cannot add non-map fields to root of document"#),
        (
            #"{"field":"a"}"#, #"{"a":"{\"c\":{\"b\":1,\"b\":2}}"}"#,
            #"unable to parse [{"c":{"b":1,"b":2}}] as JSON: byte 16: the name "b" stands twice in one object"#
        ),
        (#"{"field":"a"}"#, #"{}"#, #"field [a] not present as part of path [a]"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("json", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","add_to_root":true,"target_field":"b"}"#, #"target_field"# as String?,
            #"[target_field] Cannot set a target field while also setting `add_to_root` to true"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("json", options).expectRefused(property, reason)
    }
}
