import Testing

struct AppendProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","value":"x"}"#, #"{}"#, #"{"a":["x"]}"#),
        (#"{"field":"a","value":["x","y"]}"#, #"{"a":"w"}"#, #"{"a":["w","x","y"]}"#),
        (#"{"field":"a","value":["x","y","y"],"allow_duplicates":false}"#, #"{"a":["x"]}"#, #"{"a":["x","y"]}"#),
        (#"{"field":"a","value":"x","allow_duplicates":false}"#, #"{"a":"x"}"#, #"{"a":"x"}"#),
        (#"{"field":"a","value":"{{b}}"}"#, #"{"b":"v"}"#, #"{"b":"v","a":["v"]}"#),
        (#"{"field":"a","copy_from":"b"}"#, #"{"b":[1,2]}"#, #"{"b":[1,2],"a":[1,2]}"#),
        (#"{"field":"a","value":["{{b}}"],"ignore_empty_values":true}"#, #"{}"#, #"{}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("append", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"value"# as String?, #"[value] required property is missing"#),
        (
            #"{"field":"a","value":1,"media_type":"text/html"}"#, #"media_type"# as String?,
            #"[media_type] property does not contain a supported media type [text/html]"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("append", options).expectRefused(property, reason)
    }
}
