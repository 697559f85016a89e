import EntitledCore
import EntitledService
import EntitledTestKit
import EntitledWire
import Foundation
import Logging
import NIOCore
import Synchronization
import Testing

@testable import EntitledServer

/// Many commands in one call.
@Suite(.timeLimit(.minutes(5)))
struct BatchTests {
    private static func item<C: WireCall>(
        _ command: C, _ id: RequestID? = RequestID(), isDryRun: Bool = false
    ) throws -> Entitled_V1_BatchItem {
        var item = Entitled_V1_BatchItem()
        item.method = UInt32(C.method.rawValue)
        item.requestID = Data(id?.bytes ?? [])
        item.message = Data(try command.encodeCall().readableBytesView)
        item.dryRun = isDryRun
        return item
    }

    private static func channel(
        _ id: String, _ request: RequestID? = RequestID(), isDryRun: Bool = false
    ) throws -> Entitled_V1_BatchItem {
        try item(AddChannel(id: try ChannelID(id)), request, isDryRun: isDryRun)
    }

    private static func request(
        _ items: [Entitled_V1_BatchItem], isDryRun: Bool = false, answerBytes: Int = .max
    ) throws -> RoutedRequest {
        RoutedRequest(
            method: UInt32(Method.performBatch.rawValue), requestID: nil, timeLeft: nil, arrived: .now,
            message: try PerformBatch(items: items).encodeCall(), isDryRun: isDryRun, answerBytes: answerBytes)
    }

    /// The answers of a batch that was answered.
    private static func answers(_ reply: RoutedReply) throws -> [Entitled_V1_BatchAnswer] {
        switch reply {
        case .answered(let answer): return try PerformBatch.decodeAnswer(answer.message)
        case .failed(let error): throw error
        }
    }

    private static func channels(_ router: Router, _ principal: Principal) async throws -> [String] {
        let request = RoutedRequest(
            method: UInt32(Method.listChannels.rawValue), requestID: nil, timeLeft: nil, arrived: .now,
            message: try ListChannels(page: PageRequest(limit: 1_000)).encodeCall())
        switch await router.handle(request, principal: principal, logger: .quiet) {
        case .answered(let answer): return try ListChannels.decodeAnswer(answer.message).items.map(\.id.text)
        case .failed(let error): throw error
        }
    }

    @Test func eachItemIsAnsweredByItselfInOrder() async throws {
        try await withRouter { router, principal, logger in
            var shortID = try Self.channel("telex")
            shortID.requestID = Data([1, 2, 3])
            var garbage = try Self.channel("telex")
            garbage.message = Data([0xFF])
            var unknown = try Self.channel("telex")
            unknown.method = 65_556
            let items = [
                try Self.channel("fax"),
                try Self.channel("phone"),
                try Self.item(ListChannels()),
                try Self.item(PerformBatch(items: [Self.channel("telex")])),
                unknown,
                try Self.channel("telex", nil),
                shortID,
                garbage,
                try Self.channel("telex", nil, isDryRun: true),
                try Self.item(OpenCase(id: try CaseID("C-1"), try Inquiry("nobody"))),
                try Self.channel("kiosk"),
            ]
            let answers = try Self.answers(
                await router.handle(try Self.request(items), principal: principal, logger: logger))
            #expect(
                answers.map(\.header.reason) == [
                    "", "already_exists", "invalid_field", "invalid_field", "invalid_field", "invalid_field",
                    "malformed_request", "malformed_request", "", "not_found", "",
                ])
            #expect(answers[2...4].allSatisfy { $0.header.details["field"] == "items.method" })
            #expect(answers[5].header.details["field"] == "request_id")
            #expect(answers[1].header.status == StatusCode.alreadyExists.rawValue)
            for (place, id) in [(0, "fax"), (8, "telex"), (10, "kiosk")] {
                #expect(try AddChannel.decodeAnswer(ByteBuffer(bytes: answers[place].answer)).id.text == id)
            }
            #expect(Set([0, 10].map { answers[$0].header.journalNumber }) == [1, 2])
            #expect(answers[8].header.journalNumber == 0)
            #expect(try await Self.channels(router, principal) == ["fax", "kiosk"])
        }
    }

    @Test func eachItemNeedsItsOwnPermission() async throws {
        try await withRouter { router, manager, logger in
            let entitlement = EntitlementID(stored: "e")
            let seeds = [
                try Self.item(AddCustomer(Customer(id: try CustomerID("acme"), kind: .account))),
                try Self.item(AddEntitlement(id: entitlement, terms: try EntitlementTerms(for: "acme", cases: 5))),
                try Self.item(ActivateEntitlement(id: entitlement)),
            ]
            for seed in seeds {
                let request = try Self.request([seed])
                let answers = try Self.answers(await router.handle(request, principal: manager, logger: logger))
                #expect(answers.map(\.header.reason) == [""])
            }
            let items = [
                try Self.item(OpenCase(id: try CaseID("C-1"), try Inquiry("acme"))),
                try Self.item(AddCustomer(Customer(id: try CustomerID("beta"), kind: .account))),
            ]
            for (role, reasons) in [
                (KeyRole.reader, ["permission_denied", "permission_denied"]), (.agent, ["", "permission_denied"]),
            ] {
                let principal = Principal.test(role.permissions)
                let reply = await router.handle(try Self.request(items), principal: principal, logger: logger)
                #expect(try Self.answers(reply).map(\.header.reason) == reasons)
            }
        }
    }

    @Test(arguments: [(0, Int.max), (1_001, .max), (11, 11 * 64 - 1)])
    func tooManyItemsAreRefusedAsAWhole(count: Int, answerBytes: Int) async throws {
        try await withRouter { router, principal, logger in
            let items = try (0..<count).map { try Self.channel("c-\($0)") }
            let reply = await router.handle(
                try Self.request(items, answerBytes: answerBytes), principal: principal, logger: logger)
            let error = #expect(throws: EntitledError.self) { try Self.answers(reply) }
            #expect(error?.reason == .invalidField)
            #expect(error?.details["field"] == "items")
            #expect(try await Self.channels(router, principal).isEmpty)
        }
    }

    @Test func asManyAsThereMayBe() async throws {
        let store = FaultyStore(gate: Gate(isOpen: false))
        try await withRouter(store: store) { router, principal, logger in
            let items = try (0..<1_000).map { try Self.channel("c-\($0)") }
            let request = try Self.request(items)
            let reply = try await waitForCall { reply in
                let call = router.start(request, principal: principal, logger: logger, reply)
                // Only now, when the first items have queued: later ones come one by one if the machine is slow.
                store.gate.open()
                return call
            }
            let answers = try Self.answers(reply)
            #expect(answers.allSatisfy { $0.header.reason == "" })
            for (number, answer) in answers.enumerated() {
                #expect(try AddChannel.decodeAnswer(ByteBuffer(bytes: answer.answer)).id.text == "c-\(number)")
            }
            #expect(Set(answers.map(\.header.journalNumber)) == Set(1...1_000))
            #expect(store.batches.reduce(0, +) == 1_000)
            var queued = BatchDesk.itemsInFlight
            let together = store.batches.prefix { batch in
                defer { queued -= batch }
                return queued > 0
            }
            #expect(together.count < 20, "\(together)")
        }
    }

    @Test func repeatedRequestIDsGetTheFirstAnswer() async throws {
        try await withRouter { router, principal, logger in
            let id = RequestID()
            let items = try (0..<20).map { _ in try Self.channel("fax", id) }
            let answers = try Self.answers(
                await router.handle(try Self.request(items), principal: principal, logger: logger))
            #expect(Set(answers.map(\.answer)).count == 1)
            #expect(answers.allSatisfy { $0.header.reason == "" && $0.header.journalNumber == 1 })
            #expect(answers.count { !$0.header.replayed } == 1)
            let other = try Self.answers(
                await router.handle(
                    try Self.request([Self.channel("telex", id)]), principal: principal, logger: logger))
            #expect(other.map(\.header.reason) == ["request_id_conflict"])
        }
    }

    @Test func aDryRunOfTheWholeBatch() async throws {
        try await withRouter { router, principal, logger in
            let items = [try Self.channel("fax", nil), try Self.channel("telex")]
            let answers = try Self.answers(
                await router.handle(
                    try Self.request(items, isDryRun: true), principal: principal, logger: logger))
            #expect(answers.allSatisfy { $0.header.reason == "" && $0.header.journalNumber == 0 })
            #expect(try await Self.channels(router, principal).isEmpty)
        }
    }

    @Test func answersWithoutRoomAreLeftOut() async throws {
        try await withRouter { router, principal, logger in
            let ids = (0..<10).map { "\($0)-" + String(repeating: "x", count: 98) }
            let items = try ids.map { try Self.channel($0) }
            // Each answer takes 102 bytes.
            let answerBytes = 10 * 64 + 2 * 102 + 101
            let reply = await router.handle(
                try Self.request(items, answerBytes: answerBytes), principal: principal, logger: logger)
            guard case .answered(let response) = reply else {
                Issue.record("\(reply)")
                return
            }
            #expect(response.message.readableBytes <= answerBytes)
            let answers = try Self.answers(reply)
            #expect(answers.count { $0.answerOmitted } == 8)
            for (place, answer) in answers.enumerated() {
                #expect(answer.header.status == 0 && answer.header.journalNumber > 0)
                #expect(answer.answerOmitted == answer.answer.isEmpty)
                // Alone, with the same request id, there is room.
                let again = try Self.answers(
                    await router.handle(
                        try Self.request([items[place]], answerBytes: answerBytes), principal: principal,
                        logger: logger))[0]
                #expect(again.header.replayed && again.header.journalNumber == answer.header.journalNumber)
                #expect(try AddChannel.decodeAnswer(ByteBuffer(bytes: again.answer)).id.text == ids[place])
            }
        }
    }

    @Test func textsOfErrorsGiveWayInASmallFrame() async throws {
        try await TestServer.run { server in
            try await server.greet(frameBytes: 16_384) { client in
                let ids = (0..<100).map { "\($0)-" + String(repeating: "x", count: 110) }
                for reason in ["", "already_exists"] {
                    let batch = PerformBatch(items: try ids.map { try Self.channel($0) })
                    try await client.send(.call(batch, 1))
                    let (id, body) = try await client.response()
                    #expect(id == 1 && body.header.status == 0)
                    let answers = try PerformBatch.decodeAnswer(body.message)
                    #expect(answers.map(\.header.reason) == Array(repeating: reason, count: 100))
                    let texts = answers.count { !$0.header.message.isEmpty && !$0.header.details.isEmpty }
                    #expect(reason == "" ? texts == 0 : (1..<100).contains(texts))
                }
                try await client.send(.call(PerformBatch(items: Array(repeating: .init(), count: 256)), 1))
                #expect(try await client.reason(of: 1) == "invalid_field")
                try await client.send(.call(PerformBatch(items: Array(repeating: .init(), count: 255)), 1))
                #expect(try await client.reason(of: 1) == "")
            }
        }
    }

    @Test func itemsThatHaveNotBegunAreCancelled() async throws {
        let gate = Gate(isOpen: false)
        try await withRouter(store: FaultyStore(gate: gate)) { router, principal, logger in
            let before = try Self.request([Self.channel("fax")])
            let waiting = try Self.request([Self.channel("telex"), Self.channel("kiosk")])
            async let first = router.handle(before, principal: principal, logger: logger)
            await gate.someoneWaits()
            let batch = Task { await router.handle(waiting, principal: principal, logger: logger) }
            batch.cancel()
            #expect(try Self.answers(await batch.value).map(\.header.reason) == ["cancelled", "cancelled"])
            gate.open()
            #expect(try Self.answers(await first).map(\.header.reason) == [""])
        }
    }

    @Test func itemsInFlightAreBounded() async throws {
        let held = Held()
        let items = try (0..<1_000).map { try Self.channel("c-\($0)") }
        let call = RoutedCall(request: try Self.request(items), principal: .test(), logger: .quiet)
        let answers = Mutex(0)
        _ = try BatchDesk([held.route]).start(call) { given in answers.withLock { $0 = given.count } }
        var peak = 0
        while let answer = held.next(peak: &peak) { answer(.success(RoutedReply.Answer(message: ByteBuffer()))) }
        #expect(answers.withLock { $0 } == 1_000)
        #expect(peak == BatchDesk.itemsInFlight)
    }

    /// Many items whose replies come at once must not pile up on the stack.
    @Test func itemsMayBeAnsweredAtOnce() throws {
        let route = Route(method: .addChannel) { _, answer in
            answer(.success(RoutedReply.Answer(message: ByteBuffer())))
            return Unstoppable()
        }
        let items = try (0..<1_000).map { try Self.channel("c-\($0)") }
        let call = RoutedCall(request: try Self.request(items), principal: .test(), logger: .quiet)
        let answers = Mutex(0)
        _ = try BatchDesk([route]).start(call) { given in answers.withLock { $0 += given.count } }
        #expect(answers.withLock { $0 } == 1_000)
    }

    private struct Unstoppable: StartedCall {
        func cancel() {}
    }

    /// Items that wait until the test lets them go.
    private final class Held: Sendable {
        private let waiting = Mutex<[Completion<RoutedReply.Answer>]>([])

        var route: Route {
            Route(method: .addChannel) { _, answer in
                self.waiting.withLock { $0.append(answer) }
                return Unstoppable()
            }
        }

        func next(peak: inout Int) -> Completion<RoutedReply.Answer>? {
            let (count, next) = waiting.withLock { waiting in (waiting.count, waiting.popLast()) }
            peak = max(peak, count)
            return next
        }
    }

    @Test func batchesOfATenantAreBounded() throws {
        let turns = BatchTurns(limit: 1)
        let (tenant, other) = (TenantSlug(stored: "acme"), TenantSlug(stored: "other"))
        try turns.take(tenant)
        let error = #expect(throws: EntitledError.self) { try turns.take(tenant) }
        #expect(error?.reason == .overloaded && error?.retryAfter != nil)
        try turns.take(other)
        turns.giveBack(tenant)
        try turns.take(tenant)
    }

    /// However a batch ends, its turn is free again.
    @Test func turnsAreGivenBack() async throws {
        try await withRouter { router, principal, logger in
            for number in 0...BatchDesk.batchesUnderWay {
                let request = try Self.request([Self.channel("c-\(number)")])
                let reply = await router.handle(request, principal: principal, logger: logger)
                #expect(try Self.answers(reply).map(\.header.reason) == [""])
            }
        }
    }
}
