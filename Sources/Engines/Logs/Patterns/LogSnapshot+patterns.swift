extension LogSnapshot {
    /// Groups lines that are alike: numbers and identifiers do not count, nor some of the words.
    package func patterns(_ query: LogQuery, _ request: LogPatternRequest) throws(LogQueryError) -> LogPatterns {
        var counter = LineCounter(request, query.budget, query.cancellation)
        var found = LogPatterns()
        try visit(query) { view throws(LogQueryError) in
            found.total += view.matching.count
            if let number = view.number(of: request.field) { try counter.add(view, number) }
        }
        found.withField = counter.lineCount
        (found.patterns, found.patternCount) = try counter.patterns(query.classes)
        return found
    }
}
