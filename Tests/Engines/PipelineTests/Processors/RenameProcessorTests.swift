import Testing

struct RenameProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","target_field":"b.c"}"#, #"{"a":1}"#, #"{"b":{"c":1}}"#),
        (#"{"field":"a","target_field":"b","ignore_missing":true}"#, #"{}"#, #"{}"#),
        (#"{"field":"a","target_field":"b","override":true}"#, #"{"a":1,"b":2}"#, #"{"b":1}"#),
        (#"{"field":"t.0","target_field":"x"}"#, #"{"t":[1,2]}"#, #"{"t":[2],"x":1}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("rename", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","target_field":"b"}"#, #"{}"#, #"field [a] doesn't exist"#),
        (#"{"field":"a","target_field":"b"}"#, #"{"a":1,"b":2}"#, #"field [b] already exists"#),
        (
            #"{"field":"a","target_field":"b.c"}"#, #"{"a":1,"b":2}"#,
            #"cannot set [c] with parent object of type [java.lang.Integer] as part of path [b.c]"#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("rename", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"target_field"# as String?, #"[target_field] required property is missing"#)
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("rename", options).expectRefused(property, reason)
    }
}
