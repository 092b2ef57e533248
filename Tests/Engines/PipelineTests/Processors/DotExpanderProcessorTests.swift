import Testing

struct DotExpanderProcessorTests {
    @Test(arguments: [
        (#"{"field":"a.b"}"#, #"{"a.b":1}"#, #"{"a":{"b":1}}"#),
        (#"{"field":"a.b"}"#, #"{"a.b":1,"a":{"b":2}}"#, #"{"a":{"b":[2,1]}}"#),
        (#"{"field":"a.b","override":true}"#, #"{"a.b":1,"a":{"b":2}}"#, #"{"a":{"b":1}}"#),
        (#"{"field":"*"}"#, #"{"a.b":1,"c.d":2,"e":3}"#, #"{"e":3,"a":{"b":1},"c":{"d":2}}"#),
        (#"{"field":"b.c","path":"a"}"#, #"{"a":{"b.c":1}}"#, #"{"a":{"b":{"c":1}}}"#),
        (#"{"field":"x.y"}"#, #"{"a":1}"#, #"{"a":1}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("dot_expander", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a.b"}"#, #"{"a.b":1,"a":2}"#,
            #"cannot set [b] with parent object of type [java.lang.Integer] as part of path [a.b]"#
        )
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("dot_expander", options).expect(before, failsWith: reason)
    }

    @Test func whatCannotBeExpandedStays() throws {
        try ProcessorCase("dot_expander", #"{"field":"*","ignore_failure":true}"#).expect(
            #"{"a.b":1,"c.d":2,"c":3,"e.f":4}"#, becomes: #"{"a":{"b":1},"c.d":2,"c":3,"e.f":4}"#)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"field"# as String?, #"[field] field does not contain a dot and is not a wildcard"#)
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("dot_expander", options).expectRefused(property, reason)
    }
}
