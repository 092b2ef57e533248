/// Processors of Elasticsearch that there are no counterparts of, each with what to say to who uses it.
enum RefusedProcessors {
    static let reasons: [String: String] = [
        "script": "scripts are not supported: a condition in `if` is, and so are the other processors",
        "registered_domain": "there is no list of public suffixes here",
        "enrich": "enrich policies are not supported",
        "attachment": "attachments are not supported", "inference": "models are not supported",
        "circle": "shapes are not supported", "geo_grid": "grids are not supported",
        "set_security_user": "documents do not know who sent them", "cef": "CEF is not supported",
    ]
}
