internal import SignalModel

/// Scripts as trees.
indirect enum PainlessExpression: Sendable {
    case constant(DocumentValue)
    case context
    case variable(Int)
    case list([PainlessExpression])
    case map([Pair])
    case member(PainlessExpression, String, isNullSafe: Bool)
    case element(PainlessExpression, PainlessExpression)
    case call(PainlessExpression, String, [PainlessExpression], isNullSafe: Bool)
    case function(String, [PainlessExpression])
    case matches(PainlessExpression, BacktrackingExpression, isWhole: Bool)
    case isInstance(PainlessExpression, String)
    case cast(String, PainlessExpression)
    case not(PainlessExpression)
    case negated(PainlessExpression)
    case binary(Operator, PainlessExpression, PainlessExpression)
    case and(PainlessExpression, PainlessExpression)
    case or(PainlessExpression, PainlessExpression)
    case choice(PainlessExpression, PainlessExpression, PainlessExpression)
    case elvis(PainlessExpression, PainlessExpression)

    struct Pair: Sendable {
        var key: PainlessExpression
        var value: PainlessExpression
    }

    enum Operator: String, Sendable {
        case equal = "=="
        case unequal = "!="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
        case plus = "+"
        case minus = "-"
        case times = "*"
        case divided = "/"
        case remainder = "%"
    }
}

indirect enum PainlessStatement: Sendable {
    case expression(PainlessExpression)
    case assign(Int, PainlessExpression)
    case returned(PainlessExpression)
    case condition(PainlessExpression, then: [PainlessStatement], otherwise: [PainlessStatement])
    case each(Int, PainlessExpression, [PainlessStatement])
}
