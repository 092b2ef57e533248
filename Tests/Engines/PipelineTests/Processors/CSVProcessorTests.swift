import Testing

struct CSVProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a","target_fields":["x","y","z"]}"#, #"{"a":"1,\"b,\"\"c\"\"\",3,4"}"#,
            #"{"a":"1,\"b,\"\"c\"\"\",3,4","x":"1","y":"b,\"c\"","z":"3"}"#
        ),
        (
            #"{"field":"a","target_fields":["x","y"],"separator":";","trim":true}"#, #"{"a":" 1 ; 'b'"}"#,
            #"{"a":" 1 ; 'b'","x":"1","y":"'b'"}"#
        ),
        (#"{"field":"a","target_fields":["x","y"]}"#, #"{"a":",2"}"#, #"{"a":",2","y":"2"}"#),
        (
            #"{"field":"a","target_fields":["x","y"],"empty_value":"-"}"#, #"{"a":",2"}"#,
            #"{"a":",2","x":"-","y":"2"}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("csv", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","target_fields":["x"]}"#, #"{"a":"\"b"}"#, #"Illegal character: a quote that does not end"#)
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("csv", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","target_fields":[]}"#, #"target_fields"# as String?,
            #"[target_fields] target fields list can't be empty"#
        ),
        (
            #"{"field":"a","target_fields":["x"],"separator":";;"}"#, #"separator"# as String?,
            #"[separator] separator has to be single character like ,"#
        ),
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("csv", options).expectRefused(property, reason)
    }
}
