/// What a template may use beside Go's own: it depends on who evaluates it.
struct TemplateDialect: Sendable {
    var functions: Set<String>
    /// Declared before the template begins.
    var variables: [String]
    /// Values have Alertmanager's methods. Prometheus' labels are plain maps, where `.Values` is a label.
    var hasMethods: Bool
    /// A longer source is refused.
    var sourceBytesMax: Int
    /// Output of one expansion and any single text in it.
    var textBytesMax: Int

    private static let goFunctions: Set<String> = [
        "and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "index", "slice", "len", "print", "printf", "println",
        "html", "js", "urlquery",
    ]

    /// Labels and annotations of alerting rules, as Prometheus expands them.
    static let rules = TemplateDialect(
        functions: goFunctions.union([
            "query", "first", "label", "value", "strvalue", "sortByLabel", "args", "safeHtml", "reReplaceAll",
            "match",
            "title", "toUpper", "toLower", "graphLink", "tableLink", "stripPort", "stripDomain", "parseDuration",
            "humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "toTime",
            "toDuration", "now", "pathPrefix", "externalURL", "urlQueryEscape",
        ]),
        variables: ["$labels", "$externalLabels", "$externalURL", "$value"], hasMethods: false,
        sourceBytesMax: TemplateLimits.sourceBytesMax, textBytesMax: TemplateLimits.textBytesMax)

    /// Texts of notifications, as Alertmanager expands them.
    static let notifications = TemplateDialect(
        functions: goFunctions.union([
            "toUpper", "toLower", "title", "trimSpace", "join", "match", "safeHtml", "safeUrl", "urlUnescape",
            "reReplaceAll", "stringSlice", "date", "tz", "since", "humanizeDuration", "toJson",
        ]),
        variables: [], hasMethods: true, sourceBytesMax: TemplateLimits.fileBytesMax,
        textBytesMax: TemplateLimits.messageBytesMax)
}
