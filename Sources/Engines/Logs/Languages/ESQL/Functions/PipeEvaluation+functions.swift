internal import Basics

extension PipeEvaluation {
    func call(_ function: PipeFunction, _ arguments: [PipeExpression], _ row: [PipeValue]) -> PipeValue {
        switch function {
        case .case:
            var index = 0
            while index + 1 < arguments.count {
                if value(arguments[index], row) == .bool(true) { return value(arguments[index + 1], row) }
                index += 2
            }
            return index < arguments.count ? value(arguments[index], row) : .null
        case .coalesce:
            for argument in arguments {
                let value = value(argument, row)
                if value != .null { return value }
            }
            return .null
        case .now: return .date(context.nowNanoseconds)
        default: return call(function, arguments.map { value($0, row) })
        }
    }

    private func call(_ function: PipeFunction, _ values: [PipeValue]) -> PipeValue {
        switch function {
        case .mvAppend, .mvAvg, .mvConcat, .mvContains, .mvCount, .mvDedupe, .mvFirst, .mvLast, .mvMax, .mvMedian,
            .mvMin, .mvSlice, .mvSort, .mvSum, .mvZip, .greatest, .least:
            return lists(function, values)
        case .toBoolean, .toDatetime, .toDouble, .toInteger, .toLong, .toString:
            return PipeValue(list: values[0].values.map { converted(function, $0) })
        default: break
        }
        // Of one value, all others: null of null and of several.
        for value in values {
            switch value {
            case .null, .several: return .null
            default: continue
            }
        }
        switch function {
        case .concat, .contains, .left, .length, .locate, .ltrim, .repeat, .replace, .reverse, .right, .rtrim, .space,
            .split, .substring, .trim, .bitLength, .byteLength, .endsWith, .startsWith, .toLower, .toUpper:
            return texts(function, values)
        case .bucket, .dateDiff, .dateExtract, .dateFormat, .dateParse, .dateTrunc, .dayName, .monthName:
            return dates(function, values)
        case .cidrMatch: return isInNetwork(values)
        case .ipPrefix: return network(values)
        default: return mathematics(function, values)
        }
    }

    /// Whether an address is in one of the networks.
    private func isInNetwork(_ values: [PipeValue]) -> PipeValue {
        guard let text = values[0].string, let address = IPAddress(text) else { return .null }
        return .bool(
            values.dropFirst().contains { value in
                guard let text = value.string, let network = IPNetwork(text) else { return false }
                return address.isIn(network)
            })
    }

    /// The first address of the network an address is in, by how many bits a network has of each kind.
    private func network(_ values: [PipeValue]) -> PipeValue {
        guard let text = values[0].string, let address = IPAddress(text),
            case .long(let bits) = values[address.isIPv4 ? 1 : 2], (0...(address.isIPv4 ? 32 : 128)).contains(bits)
        else { return .null }
        return .text(address.masked(Int(bits)))
    }
}
