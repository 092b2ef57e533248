import Testing

struct ConvertProcessorTests {
    @Test(arguments: [
        (#"{"field":"a","type":"integer"}"#, #"{"a":"12"}"#, #"{"a":12}"#),
        (#"{"field":"a","type":"integer"}"#, #"{"a":"0x1F"}"#, #"{"a":31}"#),
        (#"{"field":"a","type":"long"}"#, #"{"a":"-9000000000"}"#, #"{"a":-9000000000}"#),
        (#"{"field":"a","type":"float"}"#, #"{"a":"1.1"}"#, #"{"a":1.1}"#),
        (#"{"field":"a","type":"double"}"#, #"{"a":"1e3"}"#, #"{"a":1000.0}"#),
        (#"{"field":"a","type":"boolean"}"#, #"{"a":"TRUE"}"#, #"{"a":true}"#),
        (#"{"field":"a","type":"string"}"#, #"{"a":12}"#, #"{"a":"12"}"#),
        (#"{"field":"a","type":"string"}"#, #"{"a":true}"#, #"{"a":"true"}"#),
        (#"{"field":"a","type":"ip"}"#, #"{"a":"::1"}"#, #"{"a":"::1"}"#),
        (#"{"field":"a","type":"integer"}"#, #"{"a":["1","2"]}"#, #"{"a":[1,2]}"#),
        (#"{"field":"a","type":"auto"}"#, #"{"a":["1","1.5","true","x",7]}"#, #"{"a":[1,1.5,true,"x",7]}"#),
        (#"{"field":"a","type":"long","target_field":"b"}"#, #"{"a":"1"}"#, #"{"a":"1","b":1}"#),
        (#"{"field":"a","type":"long","ignore_missing":true}"#, #"{}"#, #"{}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("convert", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a","type":"integer"}"#, #"{"a":"x"}"#, #"unable to convert [x] to integer"#),
        (#"{"field":"a","type":"integer"}"#, #"{"a":"9000000000"}"#, #"unable to convert [9000000000] to integer"#),
        (
            #"{"field":"a","type":"boolean"}"#, #"{"a":"yes"}"#,
            #"[yes] is not a boolean value, cannot convert to boolean"#
        ),
        (#"{"field":"a","type":"ip"}"#, #"{"a":"1.2.3"}"#, #"'1.2.3' is not an IP string literal."#),
        (#"{"field":"a","type":"long"}"#, #"{"a":null}"#, #"Field [a] is null, cannot be converted to type [long]"#),
        (#"{"field":"a","type":"long"}"#, #"{}"#, #"field [a] not present as part of path [a]"#),
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("convert", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{"field":"a","type":"date"}"#, #"type"# as String?,
            #"[type] type [date] not supported, cannot convert field."#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("convert", options).expectRefused(property, reason)
    }
}
