import Testing

struct KeyValueProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","field_split":" ","value_split":"="}"#, #"{"a":"x=1 y=2 x=3"}"#,
            #"{"a":"x=1 y=2 x=3","x":["1","3"],"y":"2"}"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","target_field":"t","prefix":"p_"}"#, #"{"a":"x=1"}"#,
            #"{"a":"x=1","t":{"p_x":"1"}}"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","include_keys":["x"]}"#, #"{"a":"x=1 y=2"}"#,
            #"{"a":"x=1 y=2","x":"1"}"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","exclude_keys":["x"]}"#, #"{"a":"x=1 y=2"}"#,
            #"{"a":"x=1 y=2","y":"2"}"#
        ),
        (
            #"{"field":"a","field_split":"[&?]","value_split":"=","strip_brackets":true}"#, #"{"a":"x=(1)&y=\"2\""}"#,
            #"{"a":"x=(1)&y=\"2\"","x":"1","y":"2"}"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","trim_key":"_","trim_value":","}"#, #"{"a":"_x_=1,"}"#,
            #"{"a":"_x_=1,","x":"1"}"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","strip_brackets":true}"#,
            #"{"a":"u=(1 v={2} w=<3' x=' y="}"#,
            #"{"a":"u=(1 v={2} w=<3' x=' y=","u":"1","v":"{2}","w":"3","x":"","y":""}"#
        ),
        (
            #"{"field":"a","field_split":"&","value_split":"=","trim_key":"\\s_","trim_value":"a-c","strip_brackets":true}"#,
            #"{"a":" x_ =\"abxc\"&_y=b"}"#, #"{"a":" x_ =\"abxc\"&_y=b","x":"x","y":""}"#
        ),
        (#"{"field":"a","field_split":" ","value_split":"="}"#, #"{"a":"u=a=b"}"#, #"{"a":"u=a=b","u":"a=b"}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("kv", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","field_split":" ","value_split":"="}"#, #"{"a":"nothing"}"#,
            #"field [a] does not contain value_split [=]"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"="}"#, #"{"a":null}"#,
            #"field [a] is null, cannot extract key-value pairs."#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("kv", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","field_split":" "}"#, #"value_split"# as String?,
            #"[value_split] required property is missing"#
        ),
        (
            #"{"field":"a","field_split":" ","value_split":"=","trim_key":"\\"}"#, "trim_key",
            "[trim_key] Invalid regex pattern. missing terminating ] for character class at position 11"
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("kv", options).expectRefused(property, reason)
    }
}
