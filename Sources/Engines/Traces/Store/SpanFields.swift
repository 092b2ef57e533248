package import Logs

/// How spans and errors stand in the store: names of indices and of fields. docs/traces.md has them for people.
package enum SpanFields {
    package static let spansIndex = "traces-spans"
    package static let errorsIndex = "traces-errors"

    package static let trace = "trace.id"
    package static let span = "span.id"
    package static let parent = "parent.id"
    package static let name = "span.name"
    package static let kind = "span.kind"
    package static let duration = "span.duration_ns"
    /// `ok` or `error`; missing for a span that says neither.
    package static let status = "span.status"
    package static let statusMessage = "span.status_message"
    /// How many spans it stands for, where that is not one.
    package static let weight = "span.weight"
    package static let shared = "span.shared"
    package static let remoteParent = "span.remote_parent"
    package static let transaction = "span.transaction"
    package static let traceState = "trace.state"
    package static let events = "span.events"
    package static let links = "span.links"
    package static let service = "service.name"
    package static let environment = "service.environment"
    package static let version = "service.version"
    package static let scopeName = "scope.name"
    package static let scopeVersion = "scope.version"
    package static let errorID = "error.id"
    package static let errorType = "error.type"
    package static let errorMessage = "error.message"
    package static let errorCulprit = "error.culprit"
    package static let errorHandled = "error.handled"
    package static let errorStack = "error.stack_trace"
    package static let errorGroup = "error.grouping_key"

    package static let attributePrefix = "attributes."
    package static let resourcePrefix = "resource."
    package static let scopePrefix = "scope.attributes."

    /// Spans of a trace are neighbours, and nearly all parents are too.
    package static let grouping = RowGrouping(
        field: trace, references: [parent: span], unfilteredFields: [span])
}

extension LogFilter {
    /// A field is this.
    package static func field(_ name: String, _ value: String) -> LogFilter {
        .test(.named(name), .match(.string(value), .phrase(slop: 0)))
    }
}
