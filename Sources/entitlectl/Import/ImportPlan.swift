import EntitledClient

/// What a file brings, checked as far as it can be without a server, in the order in which it has to be sent.
struct ImportPlan<Item: Importable> {
    struct Line: Sendable {
        let number: Int
        let item: Item
        /// The line of the item that it belongs to, if that is in the file too.
        let superior: Int?
    }

    /// What a line belongs to stands in an earlier level.
    let levels: [[Line]]
    /// By line; one line may have several.
    let problems: [LineProblem]
    /// All lines of the file that aren't empty.
    let lineCount: Int

    /// Lines that can be sent.
    var count: Int { levels.reduce(0) { $0 + $1.count } }

    /// What a line may take: less than a frame, so that all of them can be sent.
    static var maximumBytes: Int { 512 << 10 }

    init(_ file: ImportFile) {
        var draft = ImportDraft<Item>()
        for line in file.lines { draft.add(line) }
        draft.order()
        levels = draft.levels
        problems = (file.problems + draft.problems).sorted { $0.line < $1.line }
        lineCount = file.lines.count + file.problems.count
    }
}

/// A plan in the making.
private struct ImportDraft<Item: Importable> {
    private(set) var levels: [[ImportPlan<Item>.Line]] = []
    private(set) var problems: [LineProblem] = []
    /// Those without a fault so far, in the file's order.
    private var items: [(number: Int, item: Item)] = []
    /// Where an id's item is among them.
    private var places: [Identifier<Item.Record>: Int] = [:]

    mutating func add(_ line: ImportFile.Line) {
        let faults = Faults()
        let item = Item(line.values, faults: faults)
        if faults.errors.isEmpty { check(item, faults) }
        if faults.errors.isEmpty, let first = places[item.id] {
            faults.add(
                .invalid("id", "'\(item.id)' is in line \(items[first].number) already", allowed: "each id once"))
        }
        guard faults.errors.isEmpty else {
            problems += faults.errors.map { LineProblem(line: line.number, $0) }
            return
        }
        places[item.id] = items.count
        items.append((line.number, item))
    }

    private func check(_ item: Item, _ faults: Faults) {
        do throws(EntitledError) {
            try item.validate()
        } catch {
            faults.add(error)
        }
        var encoder = CanonicalEncoder()
        item.addition.encode(to: &encoder)
        if encoder.bytes.count > ImportPlan<Item>.maximumBytes {
            faults.add(
                .invalid(
                    "row", "takes \(encoder.bytes.count) bytes",
                    allowed: "at most \(ImportPlan<Item>.maximumBytes) bytes"))
        }
    }

    /// Puts the items into levels. Those in a circle, and those that stand too deep, are faulty.
    mutating func order() {
        // In the line up from an item, each one's depth follows from that of the next. Circles have none: what hangs
        // below one begins anew.
        var depths = [Int?](repeating: nil, count: items.count)
        for start in items.indices where depths[start] == nil {
            var way: [Int] = []
            var steps: [Int: Int] = [:]
            var next: Int? = start
            while let place = next, depths[place] == nil, steps[place] == nil {
                steps[place] = way.count
                way.append(place)
                next = superior(of: place)
            }
            if let begin = next.flatMap({ steps[$0] }) {
                reject(circle: way[begin...])
                for member in way[begin...] { depths[member] = -1 }
                way.removeSubrange(begin...)
            }
            var depth = next.flatMap { depths[$0] } ?? -1
            for place in way.reversed() {
                depth += 1
                depths[place] = depth
            }
        }
        for (place, depth) in depths.enumerated() { put(place, at: depth ?? 0) }
    }

    private mutating func put(_ place: Int, at depth: Int) {
        guard depth >= 0 else { return }
        let (number, item) = items[place]
        let above = superior(of: place).map { items[$0] }
        do throws(EntitledError) {
            if let above { try item.validate(below: above.item) }
            guard depth < Tree.maximumDepth else {
                throw .invalid(
                    item.superior?.field ?? "row", "is \(depth) levels deep already",
                    allowed: "at most \(Tree.maximumDepth) levels")
            }
        } catch {
            problems.append(LineProblem(line: number, error))
            return
        }
        while levels.count <= depth { levels.append([]) }
        levels[depth].append(ImportPlan.Line(number: number, item: item, superior: above?.number))
    }

    private func superior(of place: Int) -> Int? {
        items[place].item.superior.flatMap { places[$0.id] }
    }

    private mutating func reject(circle: ArraySlice<Int>) {
        let isLong = circle.count > 8
        let shown = Array(circle.prefix(8)) + (isLong ? [] : Array(circle.prefix(1)))
        let names = shown.map { "'\(items[$0].item.id)'" }.joined(separator: " below ")
        let problem = "makes a circle: \(names)" + (isLong ? " and so on" : "")
        for place in circle {
            let (number, item) = items[place]
            let fault = EntitledError.invalid(item.superior?.field ?? "row", problem, allowed: "a tree")
            problems.append(LineProblem(line: number, fault))
        }
    }
}
