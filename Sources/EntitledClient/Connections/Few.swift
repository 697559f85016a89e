/// A list that mostly has one element, and then needs no memory of its own.
struct Few<Element>: RandomAccessCollection {
    private var head: Element?
    private var rest: [Element] = []

    init(_ element: Element? = nil) {
        head = element
    }

    var startIndex: Int { 0 }
    var endIndex: Int { head == nil ? 0 : 1 + rest.count }

    subscript(position: Int) -> Element {
        guard let head, position == 0 else { return rest[position - 1] }
        return head
    }

    /// For so many in all.
    mutating func reserveCapacity(_ count: Int) {
        if count > 1 { rest.reserveCapacity(count - 1) }
    }

    mutating func append(_ element: Element) {
        if head == nil { head = element } else { rest.append(element) }
    }

    /// Takes it apart. A loop over it would copy it as a whole, and then each element.
    consuming func each(_ body: (consuming Element) throws -> Void) rethrows {
        guard let head = head.take() else { return }
        try body(head)
        for element in rest { try body(element) }
    }

    static func += (list: inout Few, more: Few) {
        for element in more { list.append(element) }
    }

    static func + (list: Few, more: Few) -> Few {
        var list = list
        list += more
        return list
    }
}

extension Few: ExpressibleByArrayLiteral {
    init(arrayLiteral elements: Element...) {
        head = elements.first
        rest = Array(elements.dropFirst())
    }
}

extension Few: Equatable where Element: Equatable {}
extension Few: Sendable where Element: Sendable {}
