/// The syntax tree of a template, after Go's text/template/parse.
indirect enum TemplateNode: Hashable, Sendable {
    case text(String)
    /// Prints its value, unless it declares or assigns.
    case action(TemplatePipeline)
    case conditional(TemplatePipeline, then: [TemplateNode], otherwise: [TemplateNode])
    case range(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case with(TemplatePipeline, body: [TemplateNode], otherwise: [TemplateNode])
    case invoke(name: String, argument: TemplatePipeline?, offset: Int, end: Int)
    case breakLoop
    case continueLoop
}

/// `$x, $y := command | command`.
struct TemplatePipeline: Hashable, Sendable {
    var variables: [String]
    /// `=` rather than `:=`.
    var isAssignment: Bool
    var commands: [TemplateCommand]
    var offset: Int
    var end: Int
}

/// One operand, or a function and its arguments.
struct TemplateCommand: Hashable, Sendable {
    var operands: [TemplateOperand]
    var offset: Int
    var end: Int
}

struct TemplateOperand: Hashable, Sendable {
    indirect enum Kind: Hashable, Sendable {
        case dot
        case nothing
        case function(String)
        case variable(String)
        case bool(Bool)
        case integer(Int)
        case float(Double)
        case string(String)
        case parenthesised(TemplatePipeline)
    }

    var kind: Kind
    /// `.a.b` behind it; for `.dot` the fields of the current value.
    var fields: [String]
    var offset: Int
    var end: Int
}
