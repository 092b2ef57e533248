import Testing

struct URIPartsProcessorTests {
    @Test(arguments: [
        (
            #"{"field":"a"}"#, #"{"a":"http://u:p@example.com:80/x/foo.gif?k=v#frag"}"#,
            #"{"a":"http://u:p@example.com:80/x/foo.gif?k=v#frag","url":{"fragment":"frag","query":"k=v","scheme":"http","user_info":"u:p","username":"u","password":"p","port":80,"domain":"example.com","path":"/x/foo.gif","extension":"gif","original":"http://u:p@example.com:80/x/foo.gif?k=v#frag"}}"#
        ),
        (
            #"{"field":"a","keep_original":false,"remove_if_successful":true}"#, #"{"a":"https://[::1]/"}"#,
            #"{"url":{"scheme":"https","domain":"[::1]","path":"/"}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("uri_parts", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (#"{"field":"a"}"#, #"{"a":"not a uri"}"#, #"unable to parse URI [not a uri]"#)
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("uri_parts", options).expect(before, failsWith: reason)
    }
}
