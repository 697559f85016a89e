import EntitledWire
import NIOCore
import Testing

@testable import EntitledServer

@Suite(.timeLimit(.minutes(5)))
struct OutboxTests {
    private static let large = Frame(
        kind: .response, callID: 1, body: ByteBuffer(repeating: 0, count: Outbox.roomBytes))

    @Test func whatGathersGoesOutTogether() async {
        let outbox = Outbox()
        for token in 1...3 as ClosedRange<UInt64> { outbox.push(.ping(token: token)) }
        #expect(await outbox.next()?.compactMap(\.pingToken) == [1, 2, 3])
        outbox.push(.ping(token: 4))
        outbox.finish()
        outbox.push(.ping(token: 5))
        #expect(await outbox.next()?.compactMap(\.pingToken) == [4])
        #expect(await outbox.next() == nil)
    }

    @Test func theReaderWaitsForRoom() async {
        let outbox = Outbox()
        await outbox.room()
        outbox.push(Self.large)
        async let room: Void = outbox.room()
        _ = await outbox.next()
        await room
    }

    @Test(arguments: [false, true])
    func theEndFreesBoth(abandoned: Bool) async {
        let outbox = Outbox()
        outbox.push(Self.large)
        async let room: Void = outbox.room()
        if abandoned { outbox.abandon() } else { outbox.finish() }
        await room
        #expect(await outbox.next()?.count == (abandoned ? nil : 1))
        #expect(await outbox.next() == nil)
    }

    @Test func theWriterWaitsForFrames() async {
        let outbox = Outbox()
        async let frames = outbox.next()
        outbox.push(.ping(token: 1))
        #expect(await frames?.count == 1)
    }
}
