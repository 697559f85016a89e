import EntitledCore
import EntitledWire
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import EntitledClient

/// Many commands at once, to a scripted server.
@Suite(.timeLimit(.minutes(5)))
struct BatchTests {
    typealias Script = ScriptedServer.Script

    /// The calls that came, as what they were made of.
    private final class Calls: Sendable {
        private let all = Mutex<[[Entitled_V1_BatchItem]]>([])
        var sizes: [Int] { all.withLock { $0.map(\.count) } }
        var items: [Entitled_V1_BatchItem] { all.withLock { Array($0.joined()) } }

        /// - Returns: how many there are now.
        func insert(_ items: [Entitled_V1_BatchItem]) -> Int {
            all.withLock { all in
                all.append(items)
                return all.count
            }
        }
    }

    private static func channels(_ count: Int) -> [AddChannel] {
        (0..<count).map { AddChannel(id: ChannelID(stored: "c-\($0)")) }
    }

    /// What a server answers to an item that adds a channel.
    private static func answer(_ item: Entitled_V1_BatchItem) -> Entitled_V1_BatchAnswer {
        var answer = Entitled_V1_BatchAnswer()
        answer.header.journalNumber = 7
        answer.answer = item.message
        return answer
    }

    private static func failure(_ reason: ErrorReason, retryAfter: UInt32 = 0) -> Entitled_V1_BatchAnswer {
        var answer = Entitled_V1_BatchAnswer()
        answer.header.status = reason.status.rawValue
        answer.header.reason = reason.name
        answer.header.retryAfterMs = retryAfter
        return answer
    }

    /// A server that answers batches item by item, and notes what comes; single calls it answers well.
    private static func script(
        _ calls: Calls, frameBytes: Int = ProtocolLimits.frameBytes,
        _ answer: @escaping @Sendable (_ call: Int, _ place: Int, Entitled_V1_BatchItem) -> Entitled_V1_BatchAnswer = {
            Self.answer($2)
        }
    ) -> Script {
        Script(
            maximumFrameBytes: frameBytes,
            request: { request in
                if request.method == .performBatch, let batch = try? PerformBatch.decodeCall(request.message) {
                    let call = calls.insert(batch.items)
                    request.answer(PerformBatch.self, batch.items.enumerated().map { answer(call, $0, $1) })
                } else if let command = try? AddChannel.decodeCall(request.message) {
                    var item = Entitled_V1_BatchItem()
                    item.requestID = Data(request.requestID)
                    _ = calls.insert([item])
                    request.answer(
                        AddChannel.self, AddChannel.Answer(id: command.id), journalNumber: 8,
                        replayed: !request.requestID.isEmpty)
                }
            })
    }

    private static func names(_ results: [Result<Reply<AddChannel.Answer>, EntitledError>]) -> [String] {
        results.map { result in
            switch result {
            case .success(let reply): reply.answer.id.text
            case .failure(let error): error.reason.name
            }
        }
    }

    @Test func manyCommandsTravelInFewCalls() async throws {
        let calls = Calls()
        try await Fixture.run(Self.script(calls)) { client, _ in
            let results = try await client.performAll(Self.channels(2_500))
            #expect(Self.names(results) == (0..<2_500).map { "c-\($0)" })
            #expect(try results[0].get().journalNumber == 7)
            #expect(calls.sizes.sorted() == [500, 1_000, 1_000])
            #expect(calls.items.allSatisfy { $0.method == 20 && $0.requestID.count == 16 && !$0.dryRun })
            #expect(Set(calls.items.map(\.requestID)).count == 2_500)
            #expect(try await client.performAll([AddChannel]()).isEmpty)
        }
    }

    @Test func longCommandsAreFewerToACall() {
        func sizes(_ messageBytes: [Int]) -> [Int] {
            messageBytes.map { bytes in
                CallRequest(
                    method: .addChannel, requestID: RequestID(), message: ByteBuffer(repeating: 1, count: bytes),
                    deadline: .now)
            }.batches().map(\.count)
        }
        #expect(sizes([]) == [])
        #expect(sizes(Array(repeating: 1, count: 1_001)) == [1_000, 1])
        #expect(sizes(Array(repeating: 100 << 10, count: 12)) == [5, 5, 2])
        #expect(sizes([10, 900 << 10, 10, 10]) == [1, 1, 2])
        // Exactly as much as there may be, and one byte more.
        #expect(sizes([(256 << 10) - 32, (256 << 10) - 32]) == [2])
        #expect(sizes([(256 << 10) - 32, (256 << 10) - 31]) == [1, 1])
    }

    @Test func aSmallFrameTakesThemInHalves() async throws {
        let calls = Calls()
        try await Fixture.run(Self.script(calls, frameBytes: 16 << 10)) { client, _ in
            let results = try await client.performAll(Self.channels(1_000))
            #expect(Self.names(results) == (0..<1_000).map { "c-\($0)" })
            #expect(calls.sizes == [500, 500])
        }
    }

    @Test func aServerThatTakesFewerGetsFewer() async throws {
        let calls = Calls()
        let script = Script(request: { request in
            guard let batch = try? PerformBatch.decodeCall(request.message) else { return }
            guard batch.items.count <= 3 else {
                return request.fail(.invalid("items", "are \(batch.items.count)", allowed: "1 to 3"))
            }
            _ = calls.insert(batch.items)
            request.answer(PerformBatch.self, batch.items.map(Self.answer))
        })
        try await Fixture.run(script) { client, _ in
            let results = try await client.performAll(Self.channels(8))
            #expect(Self.names(results) == (0..<8).map { "c-\($0)" })
            #expect(calls.sizes == [2, 2, 2, 2])
        }
    }

    @Test func omittedAnswersAreAskedAlone() async throws {
        let calls = Calls()
        let script = Self.script(calls) { _, place, item in
            var answer = Self.answer(item)
            guard place == 1 else { return answer }
            answer.answer = Data()
            answer.answerOmitted = true
            return answer
        }
        try await Fixture.run(script) { client, _ in
            let results = try await client.performAll(Self.channels(3))
            #expect(Self.names(results) == ["c-0", "c-1", "c-2"])
            #expect(try results.map { try $0.get().isRepeated } == [false, true, false])
            #expect(calls.sizes == [3, 1])
            #expect(calls.items[3].requestID == calls.items[1].requestID)
        }
    }

    @Test func whatFailsForAPassingReasonIsSentAgain() async throws {
        let calls = Calls()
        let script = Self.script(calls) { call, place, item in
            switch (call, place) {
            case (1, 0): Self.failure(.overloaded, retryAfter: 1)
            case (1, 2): Self.failure(.outcomeUnknown)
            case (1, 3): Self.failure(.alreadyExists)
            default: Self.answer(item)
            }
        }
        try await Fixture.run(script) { client, _ in
            let results = try await client.performAll(Self.channels(4))
            #expect(Self.names(results) == ["c-0", "c-1", "c-2", "already_exists"])
            #expect(calls.sizes == [4, 2])
            #expect(calls.items[4...].map(\.requestID) == [calls.items[0].requestID, calls.items[2].requestID])
        }
    }

    @Test func aCallThatFailsAsAWholeIsSentAgain() async throws {
        let attempts = AllSeen()
        let script = Script(request: { request in
            guard attempts.count() > 1 else {
                return request.fail(EntitledError(.overloaded, "too much", retryAfter: .milliseconds(1)))
            }
            guard let batch = try? PerformBatch.decodeCall(request.message) else { return }
            request.answer(PerformBatch.self, batch.items.map(Self.answer))
        })
        try await Fixture.run(script) { client, _ in
            let results = try await client.performAll(Self.channels(2))
            #expect(Self.names(results) == ["c-0", "c-1"])
        }
    }

    @Test func requestIDsMayBeGivenAndDryRunsNeedNone() async throws {
        let calls = Calls()
        try await Fixture.run(Self.script(calls)) { client, _ in
            let ids = ["c-0": RequestID(), "c-1": RequestID()]
            _ = try await client.performAll(Self.channels(2)) { ids[$0.id.text] }
            #expect(calls.items.map(\.requestID) == ["c-0", "c-1"].map { Data(ids[$0]?.bytes ?? []) })
            _ = try await client.performAll(Self.channels(2), isDryRun: true)
            #expect(calls.items[2...].allSatisfy { $0.dryRun && $0.requestID.isEmpty })
        }
    }

    @Test func aSingleCommandIsACallOfItsOwn() async throws {
        try await Fixture.run(Self.script(Calls())) { client, server in
            let results = try await client.performAll(Self.channels(1))
            #expect(Self.names(results) == ["c-0"])
            #expect(await server.seen.request()?.method == .addChannel)
        }
    }

    @Test func withoutAnAnswerEachOutcomeIsUnknown() async throws {
        try await Fixture.run(Script()) { client, server in
            let ids = ["c-0": RequestID(), "c-1": RequestID()]
            async let pending = client.performAll(Self.channels(2), deadline: .seconds(2)) { ids[$0.id.text] }
            _ = try #require(await server.seen.request())
            for (result, id) in zip(try await pending, ["c-0", "c-1"]) {
                let error = #expect(throws: EntitledError.self) { try result.get() }
                #expect(error?.reason == .deadlineExceeded)
                #expect(error?.details["outcome"] == "unknown")
                #expect(error?.details["request_id"] == ids[id]?.description)
            }
        }
    }

    @Test func answersThatDoNotMatchTheItemsAreUnreadable() async throws {
        let script = Script(request: { $0.answer(PerformBatch.self, [Self.failure(.notFound)]) })
        try await Fixture.run(script) { client, _ in
            let results = try await client.performAll(Self.channels(2))
            #expect(Self.names(results) == ["outcome_unknown", "outcome_unknown"])
        }
    }

    @Test func everyCommandHasABinding() {
        let commands = WireCalls.all.filter { $0.method.isCommand }
        #expect(commands.allSatisfy { $0 is any Command.Type })
    }
}
