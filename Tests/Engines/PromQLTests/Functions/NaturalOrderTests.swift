import PromQL
import Testing

@Suite("Natural order")
struct NaturalOrderTests {
    @Test("numbers in text sort by size, text by bytes, a prefix first")
    func order() {
        let sorted = ["", "a", "a1", "a01", "a2", "a2b", "a10", "a10.9", "a10.10", "b", "node-9-x", "node-10-x"]
        for (index, left) in sorted.enumerated() {
            #expect(!NaturalOrder.precedes(left, left))
            for right in sorted[(index + 1)...] where !(left == "a1" && right == "a01") {
                #expect(NaturalOrder.precedes(left, right), "\(left) before \(right)")
                #expect(!NaturalOrder.precedes(right, left), "\(right) not before \(left)")
            }
        }
        #expect(NaturalOrder.precedes("a01", "a1") != NaturalOrder.precedes("a1", "a01"), "one order, whichever")
    }

    @Test("a number too long to be one is text")
    func overlong() {
        #expect(NaturalOrder.precedes("99999999999999999998", "99999999999999999999"))
    }
}
