import EntitledCore
import EntitledService
import EntitledTestKit
import EntitledWire
import Logging
import NIOCore
import ServiceLifecycle
import Testing

@testable import EntitledServer

@Suite(.timeLimit(.minutes(5)))
struct RouterTests {
    private static func request(
        _ method: UInt32, _ message: ByteBuffer = ByteBuffer(), id: RequestID? = nil, timeLeft: Duration? = nil,
        arrived: ContinuousClock.Instant = .now
    ) -> RoutedRequest {
        RoutedRequest(method: method, requestID: id, timeLeft: timeLeft, arrived: arrived, message: message)
    }

    private static func failure(_ reply: RoutedReply) -> EntitledError? {
        switch reply {
        case .failed(let error): error
        case .answered: nil
        }
    }

    @Test func everyMethodHasExactlyOneRoute() {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let routes = Route.all(EntitlementService(store: MemoryStore(), logger: logger))
        #expect(routes.map(\.method.rawValue).sorted() == Method.allCases.map(\.rawValue).sorted())
    }

    @Test(arguments: [0, 9_999, 65_535, 65_537, UInt32.max])
    func unknownMethod(_ method: UInt32) async throws {
        try await withRouter { router, principal, logger in
            let reply = await router.handle(Self.request(method), principal: principal, logger: logger)
            #expect(Self.failure(reply)?.reason == .unknownMethod)
        }
    }

    @Test(arguments: Method.allCases)
    func permissionComesFirst(_ method: Method) async throws {
        try await withRouter([]) { router, principal, logger in
            let garbage = ByteBuffer(bytes: [0xFF])
            let reply = await router.handle(
                Self.request(UInt32(method.rawValue), garbage), principal: principal, logger: logger)
            #expect(Self.failure(reply)?.reason == .permissionDenied)
        }
    }

    @Test(arguments: Method.allCases)
    func garbageIsMalformed(_ method: Method) async throws {
        try await withRouter { router, principal, logger in
            let reply = await router.handle(
                Self.request(UInt32(method.rawValue), ByteBuffer(bytes: [0xFF]), id: RequestID()),
                principal: principal, logger: logger)
            #expect(Self.failure(reply)?.reason == .malformedRequest)
        }
    }

    @Test(arguments: Method.allCases.filter(\.isCommand))
    func commandsNeedARequestID(_ method: Method) async throws {
        try await withRouter { router, principal, logger in
            let reply = await router.handle(
                Self.request(UInt32(method.rawValue)), principal: principal, logger: logger)
            #expect(Self.failure(reply)?.reason == .invalidField)
            #expect(Self.failure(reply)?.details["field"] == "request_id")
        }
    }

    @Test(arguments: Method.allCases.filter(\.isCommand))
    func dryRunsNeedNone(_ method: Method) async throws {
        try await withRouter { router, principal, logger in
            var request = Self.request(UInt32(method.rawValue), ByteBuffer(bytes: [0xFF]))
            request.isDryRun = true
            let reply = await router.handle(request, principal: principal, logger: logger)
            #expect(Self.failure(reply)?.reason == .malformedRequest)
        }
    }

    @Test func aDryRunChangesNothing() async throws {
        try await withRouter { router, principal, logger in
            let command = AddChannel(id: try ChannelID("fax"))
            var request = Self.request(UInt32(Method.addChannel.rawValue), try command.encodeCall(), id: RequestID())
            for (isDryRun, number) in [(true, nil), (true, nil), (false, 1 as Int64)] {
                request.isDryRun = isDryRun
                let reply = await router.handle(request, principal: principal, logger: logger)
                guard case .answered(let answer) = reply else {
                    Issue.record("\(reply)")
                    continue
                }
                #expect(try AddChannel.decodeAnswer(answer.message).id.text == "fax")
                #expect(answer.journalNumber == number)
                #expect(!answer.isRepeated)
            }
        }
    }

    @Test func commandsAreCarriedOutOnce() async throws {
        try await withRouter { router, principal, logger in
            let command = AddChannel(id: try ChannelID("fax"))
            let request = Self.request(
                UInt32(Method.addChannel.rawValue), try command.encodeCall(), id: RequestID())
            let replies = [
                await router.handle(request, principal: principal, logger: logger),
                await router.handle(request, principal: principal, logger: logger),
            ]
            for (reply, isRepeated) in zip(replies, [false, true]) {
                guard case .answered(let answer) = reply else {
                    Issue.record("\(reply)")
                    continue
                }
                #expect(try AddChannel.decodeAnswer(answer.message).id.text == "fax")
                #expect(answer.journalNumber == 1)
                #expect(answer.isRepeated == isRepeated)
            }
            let list = await router.handle(
                Self.request(UInt32(Method.listChannels.rawValue)), principal: principal, logger: logger)
            guard case .answered(let answer) = list else {
                Issue.record("\(list)")
                return
            }
            #expect(try ListChannels.decodeAnswer(answer.message).items.map(\.id.text) == ["fax"])
        }
    }

    @Test func deadlines() {
        let now = ContinuousClock.now
        func deadline(_ method: Method, _ timeLeft: Duration?) -> Duration {
            Self.request(UInt32(method.rawValue), timeLeft: timeLeft, arrived: now).deadline - now
        }
        #expect(deadline(.openCase, nil) == .seconds(10))
        #expect(deadline(.openCase, .zero) == .seconds(10))
        #expect(deadline(.reconcile, nil) == .seconds(60))
        #expect(deadline(.openCase, .milliseconds(5)) == .milliseconds(5))
        #expect(deadline(.openCase, .seconds(601)) == .seconds(600))
    }
}
