import EntitledCore
import Testing

@testable import EntitledService

/// Which lane a command takes. Nobody works through the lanes here: what is put into one waits in it.
struct TenantLanesTests {
    private let lanes = TenantLanes(
        hints: LaneHints(), startCommands: { _ in }, startQueries: { _ in }, startLists: { _ in })

    private func command() -> PendingCommand {
        PendingCommand(
            RequestID(), deadline: .now, CallPromise { _ in }, needs: { _ in }, decide: { _ in { _ in } })
    }

    private func customer(_ number: Int) -> CustomerID { CustomerID(stored: "c\(number)") }

    @Test func allShareTheFirstAsLongAsFewWait() throws {
        let first = lanes.lane(for: nil)
        for number in 0..<Limits.longQueue {
            #expect(lanes.lane(for: customer(number)) === first)
            try first.enqueue(command())
        }
        let others = (0..<100).map { lanes.lane(for: customer($0)) }
        #expect(others.contains { $0 !== first })
        #expect(others.contains { $0 === first })
    }

    @Test func aTreeKeepsItsLaneAsLongAsManyWaitInAny() throws {
        let first = lanes.lane(for: nil)
        for _ in 0..<Limits.longQueue { try first.enqueue(command()) }
        let away = try #require((0..<100).map(customer).first { lanes.lane(for: $0) !== first })
        let second = lanes.lane(for: away)
        for _ in 0..<Limits.longQueue { try second.enqueue(command()) }
        #expect(first.abandon().count == Limits.longQueue)
        #expect(lanes.lane(for: away) === second)
        #expect(second.abandon().count == Limits.longQueue)
        #expect(lanes.lane(for: away) === first)
    }
}
