import Testing

struct SortProcessorTests {
    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":[3,1,2.5]}"#, #"{"a":[1,2.5,3]}"#),
        (
            #"{"field":"a","order":"desc","target_field":"b"}"#, #"{"a":["x","z","y"]}"#,
            #"{"a":["x","z","y"],"b":["z","y","x"]}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("sort", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"field":"a"}"#, #"{"a":"x"}"#,
            #"field [a] of type [java.lang.String] cannot be cast to [java.util.List]"#
        )
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("sort", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","order":"up"}"#, #"order"# as String?,
            #"[order] Sort direction [up] not recognized. Valid values are: [asc, desc]"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("sort", options).expectRefused(property, reason)
    }
}
