/// Who waits, first come first served; anybody may leave at any time. All is amortised constant time, and memory
/// follows those who wait, not those who have left.
struct WaitingLine {
    /// Those who left are nil until they are passed.
    private var line: [AttemptID?] = []
    /// Before it is nobody.
    private var head = 0
    private var places: [AttemptID: Int] = [:]

    var count: Int { places.count }
    var isEmpty: Bool { places.isEmpty }

    mutating func append(_ attempt: AttemptID) {
        places[attempt] = line.count
        line.append(attempt)
    }

    /// - Returns: whether it was there.
    mutating func remove(_ attempt: AttemptID) -> Bool {
        guard let place = places.removeValue(forKey: attempt) else { return false }
        line[place] = nil
        if line.count > 2 * places.count + 64 { compact() }
        return true
    }

    mutating func popFirst() -> AttemptID? {
        while head < line.count {
            let attempt = line[head]
            head += 1
            if let attempt {
                _ = remove(attempt)
                return attempt
            }
        }
        return nil
    }

    private mutating func compact() {
        line.removeAll { $0 == nil }
        head = 0
        for (place, attempt) in line.enumerated() {
            if let attempt { places[attempt] = place }
        }
    }
}
