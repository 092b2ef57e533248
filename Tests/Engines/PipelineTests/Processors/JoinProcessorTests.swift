import Testing

struct JoinProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","separator":"-"}"#, #"{"a":[1,"b",true,2.5]}"#, #"{"a":"1-b-true-2.5"}"#)
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("join", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a","separator":"-"}"#, #"{"a":"x"}"#,
            #"field [a] of type [java.lang.String] cannot be cast to [java.util.List]"#
        ),
        (#"{"field":"a","separator":"-"}"#, #"{"a":null}"#, #"field [a] is null, cannot join."#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("join", options).expect(before, failsWith: reason)
    }
}
