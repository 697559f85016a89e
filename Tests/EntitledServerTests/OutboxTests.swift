import EntitledWire
import NIOCore
import Synchronization
import Testing

@testable import EntitledServer

struct OutboxTests {
    private final class Calls: Sendable {
        let count = Atomic(0)
    }

    private static let large = Frame(
        kind: .response, callID: 1, body: ByteBuffer(repeating: 0, count: Outbox.roomBytes))

    private static func make() -> (outbox: Outbox, calls: () -> Int) {
        let outbox = Outbox()
        let calls = Calls()
        outbox.setWriter { calls.count.add(1, ordering: .relaxed) }
        return (outbox, { calls.count.load(ordering: .relaxed) })
    }

    @Test func whatGathersGoesOutTogether() {
        let (outbox, calls) = Self.make()
        for token in 1...3 as ClosedRange<UInt64> { outbox.push(.ping(token: token)) }
        #expect(calls() == 1)
        let first = outbox.take()
        #expect(first.frames.compactMap(\.pingToken) == [1, 2, 3])
        #expect(!first.isLast)

        outbox.push(.ping(token: 4))
        #expect(calls() == 2)
        outbox.finish()
        outbox.push(.ping(token: 5))
        let last = outbox.take()
        #expect(last.frames.compactMap(\.pingToken) == [4])
        #expect(last.isLast)
    }

    @Test func itIsCrowdedUntilItIsTaken() {
        let (outbox, _) = Self.make()
        #expect(!outbox.isCrowded)
        outbox.push(Self.large)
        #expect(outbox.isCrowded)
        _ = outbox.take()
        #expect(!outbox.isCrowded)
    }

    @Test(arguments: [false, true])
    func theWriterLearnsOfTheEnd(abandoned: Bool) {
        let (outbox, calls) = Self.make()
        if !abandoned { _ = outbox.take() }
        outbox.push(Self.large)
        if abandoned { outbox.abandon() } else { outbox.finish() }
        #expect(calls() == 1)
        let (frames, isLast) = outbox.take()
        #expect(frames.count == (abandoned ? 0 : 1))
        #expect(isLast)
        #expect(!outbox.isCrowded)
    }
}
