import Testing

struct NetworkDirectionProcessorTests {
    @Test(arguments: [
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"10.1.2.3"},"destination":{"ip":"8.8.8.8"}}"#,
            #"{"source":{"ip":"10.1.2.3"},"destination":{"ip":"8.8.8.8"},"network":{"direction":"outbound"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"8.8.8.8"},"destination":{"ip":"192.168.0.1"}}"#,
            #"{"source":{"ip":"8.8.8.8"},"destination":{"ip":"192.168.0.1"},"network":{"direction":"inbound"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"10.0.0.1"},"destination":{"ip":"172.16.9.9"}}"#,
            #"{"source":{"ip":"10.0.0.1"},"destination":{"ip":"172.16.9.9"},"network":{"direction":"internal"}}"#
        ),
        (
            #"{"internal_networks":["private"]}"#, #"{"source":{"ip":"1.1.1.1"},"destination":{"ip":"8.8.8.8"}}"#,
            #"{"source":{"ip":"1.1.1.1"},"destination":{"ip":"8.8.8.8"},"network":{"direction":"external"}}"#
        ),
        (
            #"{"internal_networks":["public","2001:db8::/32"]}"#,
            #"{"source":{"ip":"2001:db8::1"},"destination":{"ip":"10.0.0.1"}}"#,
            #"{"source":{"ip":"2001:db8::1"},"destination":{"ip":"10.0.0.1"},"network":{"direction":"outbound"}}"#
        ),
    ])
    func itDoesItsWork(options: String, before: String, after: String) throws {
        try ProcessorCase("network_direction", options).expect(before, becomes: after)
    }

    @Test(arguments: [
        (
            #"{"internal_networks":["nowhere"]}"#, #"{"source":{"ip":"10.0.0.1"},"destination":{"ip":"10.0.0.1"}}"#,
            #"'nowhere' is not an IP string literal."#
        )
    ])
    func aDocumentItCannotWorkOnFailsAndSaysWhy(options: String, before: String, reason: String) throws {
        try ProcessorCase("network_direction", options).expect(before, failsWith: reason)
    }

    @Test(arguments: [
        (
            #"{}"#, #"internal_networks"# as String?,
            #"[internal_networks] or [internal_networks_field] must be specified, and not both"#
        )
    ])
    func aMistakeInItsOptionsIsRefused(options: String, property: String?, reason: String) {
        ProcessorCase("network_direction", options).expectRefused(property, reason)
    }
}
