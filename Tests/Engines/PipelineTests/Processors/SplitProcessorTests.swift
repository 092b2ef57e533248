import Testing

struct SplitProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","separator":","}"#, #"{"a":"1,2,,3,,"}"#, #"{"a":["1","2","","3"]}"#),
        (#"{"field":"a","separator":",","preserve_trailing":true}"#, #"{"a":"1,,"}"#, #"{"a":["1","",""]}"#),
        (#"{"field":"a","separator":"\\s+","target_field":"b"}"#, #"{"a":"x  y"}"#, #"{"a":"x  y","b":["x","y"]}"#),
        (#"{"field":"a","separator":""}"#, #"{"a":"abc"}"#, #"{"a":["a","b","c"]}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("split", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","separator":","}"#, #"{"a":null}"#, #"field [a] is null, cannot split."#),
        (
            #"{"field":"a","separator":","}"#, #"{"a":1}"#,
            #"field [a] of type [java.lang.Integer] cannot be cast to [java.lang.String]"#
        ),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("split", options).expect(before, failsWith: reason)
    }
}
