import Testing

struct CommunityIDProcessorTests {
    @Test(arguments: [
        (
            #"{}"#,
            #"{"source":{"ip":"128.232.110.120","port":34855},"destination":{"ip":"66.35.250.204","port":80},"network":{"transport":"tcp"}}"#,
            #"{"source":{"ip":"128.232.110.120","port":34855},"destination":{"ip":"66.35.250.204","port":80},"network":{"transport":"tcp","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg="}}"#
        ),
        (
            #"{}"#,
            #"{"source":{"ip":"66.35.250.204","port":80},"destination":{"ip":"128.232.110.120","port":34855},"network":{"transport":"tcp"}}"#,
            #"{"source":{"ip":"66.35.250.204","port":80},"destination":{"ip":"128.232.110.120","port":34855},"network":{"transport":"tcp","community_id":"1:LQU9qZlK+B5F3KDmev6m5PMibrg="}}"#
        ),
        (#"{}"#, #"{"x":1}"#, #"{"x":1}"#),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("community_id", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"ignore_missing":false}"#, #"{}"#, #"unable to construct flow from document"#)
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("community_id", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (#"{"seed":70000}"#, #"seed"# as String?, #"[seed] must be between 0 and 65535"#)
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("community_id", options).expectRefused(property, reason)
    }
}
