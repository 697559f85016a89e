import EntitledClient
import EntitledWire
import Foundation
import NIOCore
import ServiceLifecycle
import Testing

/// What becomes of connections, good and bad, over real TLS on loopback.
@Suite(.timeLimit(.minutes(5)))
struct ConnectionTests {
    typealias Script = ScriptedServer.Script

    @Test func goAwayMovesFurtherCallsAndLetsOthersFinish() async throws {
        try await Fixture.run(Script()) { client, server in
            async let first = client.customer(CustomerID(stored: "first"))
            let one = try #require(await server.seen.request())
            one.peer.sendGoAway(EntitledError(.draining, "going down"))
            // The replacement comes without being asked for.
            let second = await server.seen.first { if case .hello(_, let peer) = $0 { peer } else { nil } }
            #expect(second?.number == 2)
            async let other = client.customer(CustomerID(stored: "other"))
            let two = try #require(await server.seen.request())
            #expect(two.peer.number == 2)
            Fixture.answerCustomer(two)
            #expect(try await other.name == "other")
            Fixture.answerCustomer(one)
            #expect(try await first.name == "first")
            let closed = await server.seen.first { if case .closed(let number) = $0 { number } else { nil } }
            #expect(closed == 1)
        }
    }

    @Test func aLostConnectionMeansTheSameRequestAgain() async throws {
        let script = Script(request: { request in
            if request.peer.number == 1 { return request.peer.close() }
            request.answer(OpenCase.self, Fixture.decision, journalNumber: 7, replayed: true)
        })
        try await Fixture.run(script) { client, server in
            let reply = try await client.openCase(Fixture.ticket, Fixture.inquiry)
            #expect(reply.isRepeated)
            let one = try #require(await server.seen.request())
            let two = try #require(await server.seen.request())
            #expect(one.requestID.count == 16)
            #expect(one.requestID == two.requestID)
            #expect(one.message == two.message)
        }
    }

    @Test func aCertificateOfAnotherAuthorityIsRefusedAtOnce() async throws {
        try await ScriptedServer.run(Script()) { other in
            try await Fixture.run(Script(), configure: { $0.trustRoots = .file(other.authority) }) { client, _ in
                let error = await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
                #expect(error?.reason == .untrustedServer)
                #expect(error?.status == .unauthenticated)
                #expect(error?.details == [:])
            }
        }
    }

    @Test func aCertificateOfAnotherNameIsRefusedAtOnce() async throws {
        try await Fixture.run(Script(), configure: { $0.serverName = "entitled.example.com" }) { client, _ in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.reason == .untrustedServer)
        }
    }

    @Test func anAddressIsVerifiedToo() async throws {
        let script = Script(request: Fixture.answerCustomer)
        try await Fixture.run(script, configure: { $0.host = "127.0.0.1" }) { client, _ in
            let customer = try await client.customer(CustomerID(stored: "a"))
            #expect(customer.name == "a")
        }
    }

    @Test func anotherProtocolIsRefusedAtOnce() async throws {
        try await Fixture.run(Script(applicationProtocol: "h2")) { client, _ in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.reason == .unsupportedServer)
        }
    }

    @Test func badCredentialsAreNotTriedAgain() async throws {
        let script = Script(welcomes: { peer in
            peer.sendGoAway(EntitledError(.badCredentials, "unknown key"))
            peer.close()
            return false
        })
        // Long enough for the second call to come while the first one's failure counts.
        let configure = { (configuration: inout ClientConfiguration) in
            configuration.retries.firstDelay = .seconds(20)
            configuration.retries.longestDelay = .seconds(20)
        }
        try await Fixture.run(script, configure: configure) { client, server in
            for _ in 1...2 {
                let error = await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
                #expect(error?.reason == .badCredentials)
                #expect(error?.status == .unauthenticated)
            }
            var peers: [Int] = []
            while peers.last != 1 {
                let number = await server.seen.first {
                    switch $0 {
                    case .hello(_, let peer): -peer.number
                    case .closed(let number): number
                    case .request, .cancel, .pong, .goAway: nil
                    }
                }
                peers.append(number ?? 1)
            }
            #expect(peers == [-1, 1])
        }
    }

    @Test func noServerIsToldWithItsReason() async throws {
        let port = try await ScriptedServer.run(Script()) { $0.port }
        var configuration = ClientConfiguration(host: "127.0.0.1", port: port, apiKey: .key("ent_test"))
        configuration.retries = .never
        try await EntitledClient.withClient(configuration, logger: Fixture.quiet()) { client in
            let error = await Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
            #expect(error?.reason == .unavailable)
            #expect(error?.message.contains("can't connect to 127.0.0.1, port \(port)") == true)
            #expect(error?.details == [:])
        }
    }

    @Test func aServerThatSaysNothingIsGivenUp() async throws {
        let script = Script(welcomes: { _ in false })
        try await Fixture.run(
            script,
            configure: {
                $0.connectTimeout = .seconds(1)
                $0.retries = .never
            }
        ) { client, _ in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.reason == .unavailable)
            #expect(error?.message.contains("welcome") == true)
        }
    }

    @Test func faultyFilesAreNamed() async throws {
        try await Fixture.run(Script(), configure: { $0.apiKey = .file("/no/such/key") }) { client, _ in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.details["field"] == "apiKey")
        }
        try await Fixture.run(Script(), configure: { $0.trustRoots = .file("/no/such/roots") }) { client, _ in
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.details["field"] == "trustRoots")
        }
    }

    @Test func pingsAreAnswered() async throws {
        let script = Script(request: { request in
            request.peer.send(.ping(token: 0xFEED))
            Fixture.answerCustomer(request)
        })
        try await Fixture.run(script) { client, server in
            _ = try await client.customer(CustomerID(stored: "a"))
            let token = await server.seen.first { if case .pong(let token) = $0 { token } else { nil } }
            #expect(token == 0xFEED)
        }
    }

    @Test func anotherConnectionIsOpenedWhenAllAreBusy() async throws {
        try await Fixture.run(Script(), configure: { $0.connections = 2 }) { client, server in
            async let first = client.customer(CustomerID(stored: "first"))
            let one = try #require(await server.seen.request())
            async let second = client.customer(CustomerID(stored: "second"))
            // The request and the hello come in any order.
            var two: ScriptedServer.Request?
            var other: ScriptedServer.Peer?
            for await seen in server.seen {
                if case .request(let request) = seen { two = request }
                if case .hello(_, let peer) = seen { other = peer }
                if two != nil, other != nil { break }
            }
            #expect(two?.peer.number == 1)
            #expect(other?.number == 2)
            Fixture.answerCustomer(one)
            Fixture.answerCustomer(try #require(two))
            _ = try await (first, second)
        }
    }

    @Test(arguments: [0, 60])
    func manyCallsShareFewConnections(requestsPerLoss: Int) async throws {
        let seen = AllSeen()
        let script = Script(
            maximumCalls: 20,
            request: { request in
                if requestsPerLoss > 0, seen.count().isMultiple(of: requestsPerLoss) { return request.peer.close() }
                Fixture.answerCustomer(request)
            })
        try await Fixture.run(script, configure: { $0.connections = 3 }) { client, _ in
            try await withThrowingTaskGroup(of: (String, String).self) { group in
                for number in 1...1000 {
                    group.addTask {
                        let id = CustomerID(stored: "\(number)")
                        let customer = try await client.customer(id, options: CallOptions(deadline: .seconds(50)))
                        return (id.text, customer.name)
                    }
                }
                var answers = 0
                for try await (asked, answered) in group {
                    #expect(asked == answered)
                    answers += 1
                }
                #expect(answers == 1000)
            }
        }
    }

    @Test func closingSaysGoodbye() async throws {
        try await ScriptedServer.run(Script(request: Fixture.answerCustomer)) { server in
            var configuration = ClientConfiguration(host: "localhost", port: server.port, apiKey: .key("ent_test"))
            configuration.trustRoots = .file(server.authority)
            let client = try await EntitledClient.withClient(configuration, logger: Fixture.quiet()) { client in
                _ = try await client.customer(CustomerID(stored: "a"))
                return client
            }
            let farewell = await server.seen.first { if case .goAway = $0 { true } else { nil } }
            #expect(farewell == true)
            let error = await Fixture.error { _ = try await client.customer(CustomerID(stored: "a")) }
            #expect(error?.reason == .clientClosed)
        }
    }

    @Test func aShutdownLetsCallsInFlightFinish() async throws {
        try await ScriptedServer.run(Script()) { server in
            var configuration = ClientConfiguration(host: "localhost", port: server.port, apiKey: .key("ent_test"))
            configuration.trustRoots = .file(server.authority)
            let client = EntitledClient(configuration, logger: Fixture.quiet())
            let group = ServiceGroup(services: [client], logger: Fixture.quiet())
            async let running: Void = group.run()
            async let customer = client.customer(CustomerID(stored: "a"))
            let request = try #require(await server.seen.request())
            await group.triggerGracefulShutdown()
            _ = await server.seen.first { if case .goAway = $0 { true } else { nil } }
            Fixture.answerCustomer(request)
            #expect(try await customer.name == "a")
            try await running
        }
    }

    @Test func aCancelledServiceClosesAtOnce() async throws {
        try await ScriptedServer.run(Script()) { server in
            var configuration = ClientConfiguration(host: "localhost", port: server.port, apiKey: .key("ent_test"))
            configuration.trustRoots = .file(server.authority)
            let client = EntitledClient(configuration, logger: Fixture.quiet())
            let running = Task { try await client.run() }
            async let outcome = Fixture.error { _ = try await client.openCase(Fixture.ticket, Fixture.inquiry) }
            _ = try #require(await server.seen.request())
            running.cancel()
            let error = await outcome
            #expect(error?.reason == .clientClosed)
            #expect(error?.details["outcome"] == "unknown")
            try await running.value
        }
    }
}
