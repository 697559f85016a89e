import CAllocations

/// A piece of the product's code whose cost is counted.
struct Benchmark {
    /// Its parts from the greater to the smaller, with dots between.
    let name: String
    /// How many operations one run does; what is counted is divided by it.
    let operations: Int
    /// Makes what all runs share; what that gives makes what one run needs. Only the run itself is counted.
    private let prepare: () throws -> () throws -> () throws -> Void

    /// - Parameters:
    ///   - prepare: the state on which every run works.
    ///   - run: leaves it as it is.
    init<State>(
        _ name: String, operations: Int = 1, prepare: @escaping () throws -> State,
        run: @escaping (State) throws -> Void
    ) {
        self.name = name
        self.operations = operations
        self.prepare = {
            let state = try prepare()
            return { { try run(state) } }
        }
    }

    /// - Parameters:
    ///   - prepare: the state that a run begins with, made anew for each.
    ///   - change: the run.
    init<State>(
        _ name: String, operations: Int = 1, prepare: @escaping () throws -> State,
        change: @escaping (inout State) throws -> Void
    ) {
        self.name = name
        self.operations = operations
        self.prepare = {
            {
                var state = try prepare()
                return { try change(&state) }
            }
        }
    }

    /// The least that one of so many runs took. One before them isn't counted: it sets up what lives on, such as the
    /// metadata of generic types.
    func measured(iterations: Int) throws -> Measurement {
        let makeRun = try prepare()
        try makeRun()()
        let clock = ContinuousClock()
        var least = Measurement.unbounded
        for _ in 0..<iterations {
            let run = try makeRun()
            let began = clock.now
            let allocated = try Self.allocations(of: run)
            least.lower(to: clock.now - began, allocated)
        }
        return least.divided(by: operations)
    }

    /// Runs it inside of C's ``allocations_of``, where callgrind looks too.
    private static func allocations(of run: @escaping () throws -> Void) throws -> allocations {
        var counted = Counted(run: run)
        let allocated = withUnsafeMutablePointer(to: &counted) { counted in
            allocations_of(
                { context in
                    let counted = context?.assumingMemoryBound(to: Counted.self)
                    do { try counted?.pointee.run() } catch { counted?.pointee.failure = error }
                }, counted)
        }
        if let failure = counted.failure { throw failure }
        return allocated
    }

    private struct Counted {
        let run: () throws -> Void
        var failure: (any Error)?
    }
}

/// What one operation costs.
struct Measurement {
    /// Only to be looked at: it depends on the machine and on what else it does.
    var nanoseconds: Double
    /// Blocks that were asked of the heap.
    var allocations: Double
    /// The sizes of these blocks.
    var bytes: Double

    fileprivate static var unbounded: Measurement {
        Measurement(nanoseconds: .infinity, allocations: .infinity, bytes: .infinity)
    }

    fileprivate mutating func lower(to time: Duration, _ allocated: allocations) {
        nanoseconds = min(nanoseconds, time / .nanoseconds(1))
        allocations = min(allocations, Double(allocated.blocks))
        bytes = min(bytes, Double(allocated.bytes))
    }

    fileprivate func divided(by operations: Int) -> Measurement {
        let count = Double(operations)
        return Measurement(nanoseconds: nanoseconds / count, allocations: allocations / count, bytes: bytes / count)
    }
}

/// Keeps an optimising compiler from leaving out what nobody uses.
@inline(never) func keep<Value>(_ value: Value) {}
